"""Names and places that the record knows, found in somebody's words: whatever their case and accents, with their possessives.

The words are cut and looked up by spaCy. It is loaded with the first text that needs it, since that takes a second. All that it
remembers of a text, the patient's words among it, lives in a memory zone that ends with the text.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import safety
from safety.fold import fold

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

_LOCK = threading.Lock()  # memory zones do not nest, and there is one vocabulary
_WORD = re.compile(r"[^\W\d_]{2,}")
_TOGETHER = re.compile(r"[^\W\d_]+(?:[ '-][^\W\d_]+)+")
_SHORT = frozenset(
    "in on at it is my me we he so no if as an or oh up us to do be by go of am hi ok ya yo eh um uh ah ha el la de un te tu".split()
)
_ALSO_WORDS = frozenset(
    "will hope faith grace may june april august rose mark art bill sue dawn summer joy ray rob drew grant chase frank rich jack "
    "pat don gene jean max miles misty robin sandy skip star sunny victor violet wade ward wren autumn charity chance clay cliff "
    "daisy dean earl ginger harmony heather holly iris ivy jasmine jade lily melody mercy olive pearl penny rusty sky".split()
)  # fmt: skip
"""Names that are also everyday words: taken out alone only where they are written as names."""
_NOT_NAMES = frozenset(
    "the and of my his her our street avenue road apartment apt north south east west united states test no patient sister brother "
    "mother father partner wife husband friend son daughter mom dad aunt uncle cousin neighbour neighbor dr new los las city county".split()
)  # fmt: skip


def names_in(text: str, known: Iterable[str]) -> list[tuple[int, int]]:
    """Where they stand, apart from each other; of two that overlap the longer one counts."""
    names = _names(known)
    if not names:
        return []
    folded, places = fold(text)
    with _LOCK, _spacy().memory_zone():
        found = [(start, end) for start, end in _matches(folded, names)]
    if places is not None:
        found = [(places[start], _with_accents(text, places[end - 1] + 1)) for start, end in found]
    return [(start, end) for start, end in found if _is_meant(text[start:end])]


def is_short(word: str) -> bool:
    return word in _SHORT


@cache
def ordinary_words() -> Collection[str]:
    """The screen's own list of everyday words."""
    return frozenset((Path(safety.__file__).with_name("words.txt")).read_text("utf-8").split())


def _matches(folded: str, names: Collection[str]) -> Iterator[tuple[int, int]]:
    from spacy.matcher import PhraseMatcher
    from spacy.util import filter_spans

    nlp = _spacy()
    matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
    matcher.add("KNOWN", [nlp.make_doc(name) for name in names])
    doc: Doc = nlp.make_doc(folded)
    for span in filter_spans(matcher(doc, as_spans=True)):
        yield span.start_char, span.end_char


@cache
def _spacy() -> Language:
    """spaCy's blank pipeline, of no language: patients mix two. Its tokenizer keeps "maya.she" and "maya1987" together: ours may not."""
    import spacy
    from spacy.tokenizer import Tokenizer

    nlp = spacy.blank("xx")
    apart = r"[\W\d_]"
    nlp.tokenizer = Tokenizer(
        nlp.vocab,
        prefix_search=re.compile(rf"^{apart}").search,
        suffix_search=re.compile(rf"{apart}$").search,
        infix_finditer=re.compile(apart).finditer,
    )
    return nlp


def _names(known: Iterable[str]) -> set[str]:
    """Every word of a name or a place, its possessive as people type it, and all that stands together in it."""
    names: set[str] = set()
    for phrase in known:
        folded = fold(phrase)[0]
        words = set(_WORD.findall(folded)) - _NOT_NAMES
        names |= words | {f"{word}s" for word in words - _ALSO_WORDS - _SHORT if f"{word}s" not in ordinary_words()}
        names |= {whole for whole in _TOGETHER.findall(folded) if set(_WORD.findall(whole)) - _NOT_NAMES - _SHORT}
    return names


def _is_meant(written: str) -> bool:
    return fold(written)[0] not in _ALSO_WORDS | _SHORT or written.istitle()


def _with_accents(text: str, end: int) -> int:
    """An accent that stands as a character of its own belongs to the letter before it."""
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    return end
