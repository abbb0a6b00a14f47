"""How hard a text is to read: the Flesch-Kincaid grade, with a plain count of syllables."""

from __future__ import annotations

import re

_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
_SENTENCE = re.compile(r"[.!?:]+(?:\s|$|['\"])|\n")
_SILENT_END = re.compile(r"(?:[^laeiouy]es|[^aeiouytd]ed|[^laeiouy]e)$")


def syllables(word: str) -> int:
    """Good enough for a limit: silent endings do not count, capitals such as STOP count as the word they are."""
    word = word.lower().strip("'’-")
    trimmed = _SILENT_END.sub(lambda end: end.group(0)[0], word) if len(word) > 3 else word
    return max(1, len(re.findall(r"[aeiouy]+", trimmed)))


def grade(text: str) -> float:
    """US school grade; 8.0 can be read at about fourteen."""
    words = _WORD.findall(text)
    if not words:
        return 0.0
    sentences = max(1, len([part for part in _SENTENCE.split(text) if _WORD.search(part)]))
    count = sum(syllables(word) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * count / len(words) - 15.59
