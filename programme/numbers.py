"""A number out of a patient's words: "like a 3 or 4", "7ish", "10/10", "seven out of ten", "siete"."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from programme.hearing import plain

_NUMBER = r"(?<![\w.\-])(\d{1,3}(?:\.\d+)?)(?=ish\b|\+|\b)"
_OUT_OF = re.compile(r"(\d+(?:\.\d+)?)\s*(?:/|out of|of|de|sobre)\s*(\d+)")
_RANGE = re.compile(r"(\d+(?:\.\d+)?)\s*(?:-|or|to|and|o|a|y|/)\s*(?:maybe |even |an? )*(\d+(?:\.\d+)?)")
_MINUS = re.compile(r"(?:^|\s)(?:-|minus |negative )\d")
_LOOSE_ONE = 4  # "one" is a number in a short answer, not in "one of those days I could not get up"


def numbers_in(text: str, words: Mapping[str, int], highest: int) -> tuple[float, ...]:
    """All numbers meant as an answer; one, or the two ends of a range, or more when the words are no clear answer."""
    heard = _digits(plain(text), words)
    if _MINUS.search(heard):
        return ()
    if (found := _OUT_OF.search(heard)) and int(found[2]) == highest:
        return (float(found[1]),)
    if found := _RANGE.search(heard):
        others = re.findall(_NUMBER, heard[: found.start()] + " " + heard[found.end() :])
        return (float(found[1]), float(found[2])) if not others else (0.0, 0.0, 0.0)
    return tuple(float(number) for number in re.findall(_NUMBER, heard))


def scale_value(text: str, words: Mapping[str, int], lowest: int, highest: int, worse: str) -> int | None:
    """The one value meant, the more worrying one where two are named, None where it is not clear."""
    found = numbers_in(text, words, highest)
    if not found or len(found) > 2 or (len(found) == 2 and found[0] != found[1] and not _is_range(text, words)):
        return None
    value = math.floor(min(found)) if worse == "low" else math.ceil(max(found))
    return value if lowest <= min(found) and max(found) <= highest else None


def _is_range(text: str, words: Mapping[str, int]) -> bool:
    return bool(_RANGE.search(_digits(plain(text), words)))


def _digits(heard: str, words: Mapping[str, int]) -> str:
    short = len(heard.split()) <= _LOOSE_ONE
    for word, number in words.items():
        if number == 1 and not short:
            heard = re.sub(rf"(?<!\w){re.escape(word)}(?= (?:out of|or|to)\b)", "1", heard)
        else:
            heard = re.sub(rf"(?<!\w){re.escape(word)}(?=ish\b|\b)", str(number), heard)
    return heard
