"""Words as typed, made comparable: "Don’t know 🤷" and "dont know" are the same to the programme."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher

_APOSTROPHES = re.compile("['’`´‘]")
_BREAKS = re.compile(r"[^\w\s+/.\-👍👎👌✅❌]")
_SPACES = re.compile(r"\s+")
_SKIN_AND_STYLE = re.compile("[\U0001f3fb-\U0001f3ff\ufe0f\u20e3\u200d]")
_CLOSE_ENOUGH = 0.84
_SHORTEST_FUZZY = 5


def plain(text: str) -> str:
    """Lower case, no accents, apostrophes or punctuation; numbers and thumbs stay."""
    text = _SKIN_AND_STYLE.sub("", unicodedata.normalize("NFKD", text).casefold())
    text = "".join(sign for sign in text if not unicodedata.combining(sign))
    text = _BREAKS.sub(" ", _APOSTROPHES.sub("", text))
    text = re.sub(r"\.(?!\d)|(?<!\d)\.", " ", text)
    return _SPACES.sub(" ", text).strip()


def holds(heard: str, phrase: str) -> re.Match[str] | None:
    """The phrase as whole words in the text, both already plain."""
    return re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", heard)


def mentions(text: str, phrases: Iterable[str], negations: Iterable[str]) -> bool:
    """Does the text speak of one of these things, and not only to say that they are absent?

    "yes, chest pain" does, "no chest pain" and "no fever or chest pain" do not, "no but my chest hurts" does.
    """
    heard = plain(text)
    return any(_affirmed(heard, plain(phrase), tuple(negations)) for phrase in phrases)


def _affirmed(heard: str, phrase: str, negations: tuple[str, ...]) -> bool:
    places = re.finditer(rf"(?<!\w){re.escape(phrase)}(?!\w)", heard)
    return any(not denied(heard[: place.start()], negations) for place in places)


def denied(before: str, negations: tuple[str, ...]) -> bool:
    """Only a negation that touches the phrase counts, or one that opens a list ("no fever, chills or ...").

    Anything looser would let "not sure, maybe chest pain" pass as a denial.
    """
    words = before.split()
    if not words:
        return False
    any_of = "|".join(re.escape(plain(word)) for word in negations)
    touching = re.search(rf"(?:^|\s)(?:{any_of})(?: (?:any|really|more|a|the))?$", before.strip())
    in_list = re.search(r"(?:^|\s)(?:no|without|ni|sin) (?:\w+ ){0,3}(?:or|nor|and|o|y)$", before.strip())
    return bool(touching or in_list)


def asks_instead(text: str, leads: Iterable[str], asks: Iterable[str]) -> bool:
    """A question where an answer was expected: "ok can i drive tomorrow", "how long do 2 sessions last".

    A "yes" is never passed over, and one or two words are never a question: "yes how bad is that" and "what" are not.
    """
    heard = plain(text)
    lead = "|".join(re.escape(plain(word)) for word in leads)
    bare = re.sub(rf"^(?:(?:{lead})\s+)+", "", heard) if lead else heard
    return len(bare.split()) >= 3 and any(bare.startswith(f"{plain(word)} ") for word in asks)


def close(heard: str, phrase: str) -> bool:
    """A typing mistake away: "hardley at all" for "hardly at all". Short words must be exact."""
    if len(phrase) < _SHORTEST_FUZZY or abs(len(heard) - len(phrase)) > 3:
        return False
    return SequenceMatcher(None, heard, phrase).ratio() >= _CLOSE_ENOUGH
