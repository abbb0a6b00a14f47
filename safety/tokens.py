"""A message as words with their places in the original text, and the pauses between them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from safety.fold import fold
from safety.spelling import Speller

SENTENCE = 2  # a pause a phrase does not reach across: full stop, question mark, new line
COMMA = 1
LONGEST_SPELT = 14
_TOKEN = re.compile(
    r"\d+(?:[.,:/]\d+)+|[@$]?[^\W_]+(?:['@$!*|]+[^\W_]+)*|[^\w\s]|_+|\n|[^\S\n]+",
)
_ENDS = set("!?;\n")
_COMMAS = set(',:()[]{}"-')
_MARKS = set("#%&+<=>\\^_~/|@$*'¿¡•·")


@dataclass(slots=True)
class Tokens:
    """Words in order. `pause[i]` is the pause before word i; `filler[i]` marks words phrases may step over."""

    text: str
    words: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    pause: list[int] = field(default_factory=list)
    filler: list[bool] = field(default_factory=list)
    _sentences: list[tuple[int, int]] = field(default_factory=list)

    def add(self, word: str, start: int, end: int, pause: int) -> None:
        self.words.append(word)
        self.starts.append(start)
        self.ends.append(end)
        self.pause.append(pause)

    def __len__(self) -> int:
        return len(self.words)

    def sentence_of(self, index: int) -> tuple[int, int]:
        """First and one-past-last word of the sentence around a word."""
        if len(self._sentences) != len(self.words):
            self._sentences = self._cut()
        return self._sentences[index]

    def _cut(self) -> list[tuple[int, int]]:
        ends = [i for i in range(1, len(self.words)) if self.pause[i] >= SENTENCE]
        bounds = pairwise([0, *ends, len(self.words)])
        return [(first, last) for first, last in bounds for _ in range(first, last)]


def tokenize(text: str, speller: Speller) -> Tokens:
    """Linear in the length of the text, whatever is in it."""
    folded, offsets = fold(text)
    tokens = Tokens(text)
    pause, dots = SENTENCE, 0
    letters: list[tuple[str, int, int, int]] = []
    for match in _TOKEN.finditer(folded):
        piece, start, end = match.group(), match.start(), match.end()
        if piece.isspace() and piece != "\n":
            dots = dots and -1
            if len(piece) > 1 and letters:  # "t o  d i e": the wider gap stands between words
                _flush(letters, tokens, speller, shortest=2)
            continue
        if piece == ".":
            dots += 1 if dots >= 0 else 2
            pause = max(pause, SENTENCE if dots == 1 else COMMA) if dots < 2 else _softened(pause)
            continue
        if (not piece[0].isalnum() and piece[0] not in "@$") or piece in ("@", "$"):
            dots = 0
            if piece in _ENDS:
                pause = SENTENCE
                continue
            if piece in _COMMAS:
                pause = max(pause, COMMA)
                continue
            if piece[0] in _MARKS:
                continue
        first = offsets[start] if offsets else start
        last = offsets[end - 1] + 1 if offsets else end
        dots = 0
        if len(piece) == 1 and piece.isalpha():
            letters.append((piece, first, last, pause))
        else:
            _flush(letters, tokens, speller)
            _add(tokens, speller, piece, first, last, pause)
        pause = 0
    _flush(letters, tokens, speller)
    return tokens


def _softened(pause: int) -> int:
    """Three dots are a hesitation, not the end of a sentence."""
    return min(pause, COMMA)


def _add(tokens: Tokens, speller: Speller, piece: str, start: int, end: int, pause: int) -> None:
    for word in speller.words(piece):
        tokens.add(word, start, end, pause)
        pause = 0


def _flush(letters: list[tuple[str, int, int, int]], tokens: Tokens, speller: Speller, shortest: int = 3) -> None:
    """Single letters in a row may be one word spelt out: "s u i c i d e", "k.m.s"."""
    at = 0
    while at < len(letters):
        longest = min(len(letters) - at, LONGEST_SPELT)
        run = next((n for n in range(longest, shortest - 1, -1) if _spelt(letters[at : at + n], speller)), 1)
        word = "".join(piece for piece, *_ in letters[at : at + run])
        _add(tokens, speller, word, letters[at][1], letters[at + run - 1][2], letters[at][3])
        at += run
    letters.clear()


def _spelt(letters: list[tuple[str, int, int, int]], speller: Speller) -> bool:
    word = "".join(piece for piece, *_ in letters)
    return word in speller.vocabulary or word in speller.rewrites
