"""Taking people out of their words: what the record knows of a patient, and what patterns give away. A person reads the rest.

>>> deidentify("Lena in Denver, call 555-010-0142", known=("Lena",)).text
'[NAME] in [PLACE], call [PHONE]'
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from store.names_known import is_short, names_in, ordinary_words
from store.people import Patient

Cut = tuple[int, int, str]
"""Where, and what stands there instead."""

_PATTERNS: tuple[tuple[str, str], ...] = (
    ("[EMAIL]", r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    ("[LINK]", r"\b(?:https?://|www\.)\S+"),
    ("[HANDLE]", r"(?<!\w)@\w{2,}"),
    ("[ADDRESS]", r"\b\d{1,5}\s+(?:[A-Z]\w+\s+){1,3}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Court|Ct|Blvd|Way|Place)\b\.?"),
    ("[PHONE]", r"(?<!\w)\+?\(?\d{1,4}\)?(?:[\s.-]?\(?\d{2,4}\)?){2,4}(?!\w)"),
    ("[DATE]", r"\b\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}\b"),
    ("[DATE]", r"(?i)\b(?:\d{1,2}(?:st|nd|rd|th)?\s+(?:of\s+)?MONTH|MONTH\s+\d{1,2}(?:st|nd|rd|th)?\b)(?:,?\s+\d{4})?"),
    ("[DATE]", r"\b(?:19|20)\d{2}\b"),
    ("[NUMBER]", r"\b\d{5,}\b"),
    ("[AGE]", r"(?i)\b(?:9\d|1[01]\d)(?=\s*(?:years?\b|yrs?\b|y/?o\b|-year))"),
)  # fmt: skip
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)"
)
_CAPITAL = re.compile(r"[A-ZÀ-Þ][\w’'-]*")
_PLACE_BEFORE = re.compile(r"(?i)\b(?:in|at|near|from|to|around|outside|of|en|de)\s+$")
_SENTENCE_BEFORE = re.compile(r"(?:^|[.!?…:\n\"“(]\s*)$")
_HELPLINES = frozenset("988 911 112 999 000 111 1737 116123 741741 838255 88788 85258".split())
_ORDINARY_CAPITALS = frozenset(
    "i i'm i'd i'll i've ai er ed ok okay god monday tuesday wednesday thursday friday saturday sunday january february march "
    "april may june july august september october november december christmas easter thanksgiving afterglow ketamine english "
    "spanish american".split()
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clean:
    """The text without people, and where its stretches went."""

    text: str
    cuts: tuple[Cut, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """A stretch of the original as it lies in the clean text; a cut it touches belongs to it whole."""
        return self._moved(start, False), self._moved(end, True)

    def _moved(self, place: int, after: bool) -> int:
        shift = 0
        for start, end, tag in self.cuts:
            if place >= end:
                shift += len(tag) - (end - start)
            elif place > start:
                return start + shift + (len(tag) if after else 0)
        return place + shift


def deidentify(text: str, known: Iterable[str] = (), hide: Iterable[str] = ()) -> Clean:
    """`known`: names, places and numbers of the record. `hide`: words a reader wants out as well."""
    named = ((start, end, "[NAME]") for start, end in names_in(text, known))
    found = [*named, *_words(text, hide, "[HIDDEN]"), *_patterns(text), *_capitals(text)]
    cuts = _apart(found)
    parts, at = [], 0
    for start, end, tag in cuts:
        parts += [text[at:start], tag]
        at = end
    return Clean("".join((*parts, text[at:])), cuts)


def known_of(patient: Patient, others: Iterable[str] = ()) -> list[str]:
    """Who and where may be named in this patient's words. `others`: people of the house."""
    return [text for text in (patient.name, patient.location, patient.trusted_person, *others) if text]


def _apart(found: Sequence[Cut]) -> tuple[Cut, ...]:
    """Overlapping cuts become one; the first to begin names it."""
    cuts: list[Cut] = []
    for start, end, tag in sorted(found, key=lambda cut: (cut[0], -cut[1])):
        if cuts and start < cuts[-1][1]:
            cuts[-1] = (cuts[-1][0], max(end, cuts[-1][1]), cuts[-1][2])
        else:
            cuts.append((start, end, tag))
    return tuple(cuts)


def _words(text: str, words: Iterable[str], tag: str) -> Iterator[Cut]:
    for word in filter(None, (one.strip() for one in words)):
        yield from ((*match.span(), tag) for match in re.finditer(re.escape(word), text, re.IGNORECASE))


def _patterns(text: str) -> Iterator[Cut]:
    for tag, pattern in _PATTERNS:
        for match in re.finditer(pattern.replace("MONTH", _MONTH), text):
            if re.sub(r"\D", "", match[0]) not in _HELPLINES:
                yield (*match.span(), tag)


def _capitals(text: str) -> Iterator[Cut]:
    """A capital inside a sentence is a name or a place; at its beginning only a word that is no ordinary one."""
    for match in _CAPITAL.finditer(text):
        plain = re.sub(r"['’]s?$", "", match[0].lower().replace("’", "'"))
        shouted = len(match[0]) > 1 and match[0].isupper()
        if plain in _ORDINARY_CAPITALS or shouted:
            continue
        before = text[: match.start()]
        if _SENTENCE_BEFORE.search(before) and (is_short(plain) or plain.split("'")[0] in ordinary_words()):
            continue
        yield (*match.span(), "[PLACE]" if _PLACE_BEFORE.search(before) else "[NAME]")
