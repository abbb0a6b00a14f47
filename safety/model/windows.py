"""A long message in pieces that are read one by one: a sentence of risk must not drown in a hopeful page."""

from __future__ import annotations

import re

SENTENCE = re.compile(r"[^.!?…\n]+[.!?…\n]*|[.!?…\n]+")
WORDS = 32  # a piece is closed when the next sentence would take it past this
SHORT = 48  # a message of up to so many words is read whole
CHARACTERS = 300
MOST = 400  # pieces; what comes after is left to the phrases, and said so

Span = tuple[int, int]


def windows(text: str) -> list[Span]:
    """Where each piece starts and ends. One piece for a short message, none for an empty one."""
    if not text.strip():
        return []
    if len(text) <= CHARACTERS and len(text.split()) <= SHORT:
        return [(0, len(text))]
    pieces: list[Span] = []
    first, last, words = 0, 0, 0
    for start, end, count in _sentences(text):
        if last > first and (words + count > WORDS or end - first > CHARACTERS):
            pieces.append((first, last))
            if len(pieces) > MOST:
                return pieces
            first, words = start, 0
        last, words = end, words + count
    return [*pieces, (first, last)]


def _sentences(text: str) -> list[tuple[int, int, int]]:
    """Sentences with their number of words; one that never ends is cut at a space near its limit."""
    found = []
    for match in SENTENCE.finditer(text):
        start, end = match.span()
        while end - start > CHARACTERS:
            space = text.rfind(" ", start + CHARACTERS // 2, start + CHARACTERS)
            cut = space + 1 if space > 0 else start + CHARACTERS
            found.append((start, cut, len(text[start:cut].split())))
            start = cut
        found.append((start, end, len(text[start:end].split())))
    return found
