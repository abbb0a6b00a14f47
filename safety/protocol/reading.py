"""How hard a line is to read: years of school by Flesch and Kincaid, with syllables counted by vowel groups."""

from __future__ import annotations

import re

_SENTENCES = re.compile(r"[.!?:]+(?:\s|$)")
_WORDS = re.compile(r"[A-Za-z']+")
_VOWELS = re.compile(r"[aeiouy]+")


def reading_grade(text: str) -> float:
    """About 5 for "The dog ran home. It was late." Short lines are judged mildly: few words say little."""
    words = _WORDS.findall(text)
    sentences = max(1, len([part for part in _SENTENCES.split(text) if part.strip()]))
    if not words:
        return 0.0
    syllables = sum(map(_syllables, words))
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


def _syllables(word: str) -> int:
    bare = word.lower().replace("'", "")
    count = len(_VOWELS.findall(bare))
    if bare.endswith("e") and not bare.endswith("le") and count > 1:
        count -= 1
    if bare.endswith("ed") and not bare.endswith(("ted", "ded")) and count > 1:
        count -= 1
    return max(1, count)
