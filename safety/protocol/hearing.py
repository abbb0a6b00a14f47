"""How an answer is understood. A reassuring answer must be said in plain words; anything may alarm."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping

from safety.protocol.content import Option, Protocol, Step

_APOSTROPHES = re.compile("['’‘`´]")
_NOT_WORDS = re.compile(r"[^\w+]+")
_TRAILING_OFF = re.compile(r"\.{2,}|…")
_NUMBER = re.compile(r"(?<![\w.,/:-])(\d{1,3}(?:[.,]\d)?)(\s*(?:/|out of|de|sobre)\s*10)?(?![\w/:]|[.,]\d)")
_LONGEST = 2000
_SHORT = 3  # words: "like a 12" answers "0 to 10", "for 20 minutes i could not" does not, and nor does "one" in a long message
_BEYOND = (*range(11, 21), 100)  # "15", "100": not 911 or 988


def plain(text: str) -> str:
    """Lower case, no accents, no punctuation: "No, I'm NOT…" becomes "no im not"."""
    bare = unicodedata.normalize("NFKD", text[:_LONGEST].casefold())
    bare = "".join(ch for ch in bare if not unicodedata.combining(ch))
    return _NOT_WORDS.sub(" ", _APOSTROPHES.sub("", bare)).strip()


def read_answer(text: str, step: Step, protocol: Protocol) -> str:
    """The reading of an answer: a choice's id, yes, no, unsure, refused, high/mid/low, any or unclear."""
    if not text.strip():
        return "unclear"  # a photo or a voice note: whatever it says, nobody here has heard it
    options = protocol.options.get(step.choices, ()) if step.choices else ()
    pressed = _option(text, options)
    if pressed and not (pressed == step.safe and _clouded(text, plain(text).split(), protocol)):
        return pressed
    if _has(text, protocol.hearing["refused"]):
        return "refused"
    if step.kind == "free":
        return _said_at_length(text, options)
    if step.kind == "scale":
        return _scale(text, protocol.numbers)
    if step.kind == "choice":
        return _mentioned(text, options, step.safe)
    return _yes_no(text, step.safe, protocol)


def hears(text: str, kind: str, protocol: Protocol) -> bool:
    """Whether one of the phrases listed under hearing.<kind> is in the text."""
    return _has(text, protocol.hearing[kind])


def _option(text: str, options: tuple[Option, ...]) -> str | None:
    said = plain(text)
    for option in options:
        if said and said in {plain(name) for name in (option.id, *option.labels.values(), *option.words)}:
            return option.id
    return None


def _mentioned(text: str, options: tuple[Option, ...], safe: str | None) -> str:
    """The first alarming option named anywhere; the reassuring one counts only as the whole message."""
    for option in options:
        if option.id != safe and _has(text, (*option.labels.values(), *option.words)):
            return option.id
    return "unclear"


def _said_at_length(text: str, options: tuple[Option, ...]) -> str:
    """In free words only a whole phrase names an option: "honestly i have no one", not the "no" in "no idea"."""
    said = (option.id for option in options if _has(text, tuple(word for word in option.words if " " in word)))
    return next(said, "any")


def _scale(text: str, numbers: Mapping[str, int]) -> str:
    """The worst number said, halves upwards; more than 10 is the worst there is."""
    short = len(plain(text).split()) <= _SHORT
    heard = _NUMBER.finditer(_in_digits(text[:_LONGEST].casefold(), numbers, short=short))
    found = [(math.ceil(float(m[1].replace(",", "."))), m[2] is not None) for m in heard]
    meant = [number for number, of_ten in found if number <= 10 or of_ten or (short and number in _BEYOND)]
    if not meant:
        return "unclear"
    worst = max(meant)
    return "high" if worst >= 8 else "mid" if worst >= 5 else "low"


def _in_digits(text: str, numbers: Mapping[str, int], *, short: bool) -> str:
    """ "nine out of ten" as "9 out of 10". A lone "one" is no number in a longer message, nor in "no one"."""
    for word, number in numbers.items():
        if number != 1 or (short and not re.search(rf"\bno {word}\b", text)):
            text = re.sub(rf"\b{word}\b", str(number), text)
    return text


def _yes_no(text: str, safe: str | None, protocol: Protocol) -> str:
    said, hearing = plain(text), protocol.hearing
    words = said.split()
    clouded = _clouded(text, words, protocol)
    if said in hearing["unsure"] or _has(text, hearing["unsure_within"]):
        return "unsure"
    if not clouded and _wholly_no(words, protocol):
        return "no"
    heads, filler = ("yes_safe", "yes_safe_filler") if safe == "yes" else ("yes", "yes_filler")
    if not clouded and _wholly(words, hearing[heads], hearing[filler]):
        return "yes"
    leaning = _leaning(text, words, protocol)
    return "unclear" if leaning is None or leaning == safe else leaning


def _leaning(text: str, words: list[str], protocol: Protocol) -> str | None:
    """Yes or no, said in a roundabout way."""
    hearing = protocol.hearing
    if _has(text, hearing["leaning_no"]) or any(sign in text for sign in hearing["no_signs"]):
        return "no"
    if _has(text, hearing["leaning_yes"]) or any(sign in text for sign in hearing["yes_signs"]):
        return "yes"
    if words and words[0] in hearing["yes"]:
        return "yes"
    return "no" if words and words[0] in hearing["no"] else None


def _clouded(text: str, words: list[str], protocol: Protocol) -> bool:
    """Trailing off, asking back, laughing or any picture: "no… well", "no?", "no lol", "no 🙃"."""
    if _TRAILING_OFF.search(text) or "?" in text or any(_is_picture(ch) for ch in text[:_LONGEST]):
        return True
    return any(word in protocol.hearing["laughing"] for word in words)


def _is_picture(ch: str) -> bool:
    return unicodedata.category(ch) in ("So", "Sk", "Cs", "Co", "Cn") and ch not in "`^´¨"


def _wholly(words: list[str], heads: tuple[str, ...], filler: tuple[str, ...]) -> bool:
    """The whole message says it: a head phrase ("no", "not at all"), then nothing but harmless filler."""
    said = " ".join(words)
    harmless = {*filler, *heads}
    return any(said == head or (said.startswith(head + " ") and set(said[len(head) :].split()) <= harmless) for head in heads)


def _wholly_no(words: list[str], protocol: Protocol) -> bool:
    """Nothing but no. "have", "thinking", "hurt" fit only behind a verb that is denied: never "no i am thinking about that"."""
    hearing, at, denied = protocol.hearing, 0, False
    heads = sorted((head.split() for head in hearing["no"]), key=len, reverse=True)
    while at < len(words):
        head = next((head for head in heads if words[at : at + len(head)] == head), None)
        if head is not None:
            denied = denied or " ".join(head) in hearing["no_verbs"]
            at += len(head)
        elif at and (words[at] in hearing["no_filler"] or (denied and words[at] in hearing["no_verb_filler"])):
            at += 1
        else:
            return False
    return bool(words)


def _has(text: str, phrases: tuple[str, ...]) -> bool:
    said = f" {plain(text)} "
    return any(f" {plain(phrase)} " in said for phrase in phrases if plain(phrase))
