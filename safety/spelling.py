"""Words: from how people type to the words the phrases are written in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

LONGEST_WORD = 40
CACHE = 50_000
_RUNS = re.compile(r"(.)\1{2,}")
_DOUBLE = re.compile(r"(.)\1+")
_LEET = str.maketrans({"1": "i", "!": "i", "3": "e", "4": "a", "@": "a", "0": "o", "5": "s", "$": "s", "7": "t", "|": "l"})
_LEET_L = str.maketrans({"1": "l", "!": "l", "3": "e", "4": "a", "@": "a", "0": "o", "5": "s", "$": "s", "7": "t", "|": "l"})
_NOT_LETTERS = re.compile(r"[^\w]+|_+")


class Speller:
    """Turns one typed token into the plain words the patterns know.

    `rewrites` maps a spelling to words ("wanna" to "want to"); `vocabulary` are the words patterns use, the only
    ones a misspelling may be mended to; `known` are other ordinary words that must be left alone.
    """

    def __init__(self, rewrites: Mapping[str, str], vocabulary: Iterable[str], known: Iterable[str]) -> None:
        self.rewrites = {key: tuple(value.split()) for key, value in rewrites.items()}
        self.vocabulary = {w for w in vocabulary if w.isalpha()}
        self.known = self.vocabulary | set(known) | set(self.rewrites)
        self._near = _neighbourhood(self.vocabulary)
        self._cache: dict[str, tuple[str, ...]] = {}

    def words(self, token: str) -> tuple[str, ...]:
        """
        >>> Speller({"wanna": "want to"}, ["die"], []).words("wanna")
        ('want', 'to')
        """
        found = self._cache.get(token)
        if found is None:
            if len(self._cache) >= CACHE:
                self._cache.clear()
            found = self._cache[token] = self._resolve(token)
        return found

    def _resolve(self, token: str) -> tuple[str, ...]:
        plain = token.replace("'", "")
        for form in (token, plain):
            if form in self.rewrites:
                return self.rewrites[form]
        if token.endswith("'s"):
            return self._resolve(token[:-2]) if len(token) > 2 else ("s",)
        if plain in self.known or plain.isdigit():
            return (plain,)
        if len(plain) > LONGEST_WORD:
            return (plain,)
        return self._mended(plain) or tuple(p for p in _NOT_LETTERS.split(plain) if p) or (plain,)

    def _mended(self, word: str) -> tuple[str, ...] | None:
        for form in self._simpler(word):
            if form in self.rewrites:
                return self.rewrites[form]
            if form in self.known:
                return (form,)
        if not word.isalpha():
            return None
        nearest = self._nearest(word)
        return (nearest,) if nearest else self._run_on(word)

    def _simpler(self, word: str) -> Iterable[str]:
        """Elongations and digits for letters: "killll", "k1ll", "su!c1de"."""
        if _RUNS.search(word):
            yield _RUNS.sub(r"\1\1", word)
            yield _RUNS.sub(r"\1", word)
        if any(c.isalpha() for c in word) and not word.isalpha():
            for table in (_LEET, _LEET_L):
                yield self._only_vocabulary(word.translate(table))
        if len(word) > 3 and _DOUBLE.search(word):
            yield self._only_vocabulary(_DOUBLE.sub(r"\1", word))
        if "*" in word:
            yield self._starred(word)

    def _only_vocabulary(self, word: str) -> str:
        return word if word in self.vocabulary or word in self.rewrites else ""

    def _starred(self, word: str) -> str:
        """"s*icide", "k**l": one hidden letter per star."""
        shape = re.compile(re.escape(word).replace(r"\*", "[a-z]"))
        if len(word.replace("*", "")) < 2:
            return ""
        return next((v for v in sorted(self.vocabulary) if len(v) == len(word) and shape.fullmatch(v)), "")

    def _nearest(self, word: str) -> str | None:
        """One slip away from a word of the phrases: "sucide", "wnat", "tonihgt"."""
        if len(word) < 4 and not (len(word) == 3 and _VOWELS.isdisjoint(word)):
            return None
        found = {v for key in _deletions(word) for v in self._near.get(key, ()) if _one_slip(word, v)}
        found = {v for v in found if v[0] == word[0] or (len(v) > 6 and len(v) != len(word))}
        return min(found, key=lambda v: (v[0] != word[0], v[-1] != word[-1], len(v) != len(word), v), default=None)

    def _run_on(self, word: str) -> tuple[str, ...] | None:
        """"iwanttodie", "killmyself": only when every piece is known and one belongs to the phrases."""
        if len(word) < 7:
            return None
        best: list[tuple[str, ...] | None] = [()] + [None] * len(word)
        for end in range(1, len(word) + 1):
            for start in range(max(0, end - 12), end):
                head, piece = best[start], word[start:end]
                if head is None or not self._piece(piece):
                    continue
                if best[end] is None or len(head) + 1 < len(best[end] or ()):
                    best[end] = (*head, piece)
        pieces = best[-1]
        if not pieces or not any(p in self.vocabulary and len(p) > 2 for p in pieces):
            return None
        return tuple(w for p in pieces for w in self.rewrites.get(p, (p,)))

    def _piece(self, piece: str) -> bool:
        """A word that may be part of words run together; of the shorthand, only what people glue on."""
        if piece in self.rewrites:
            return piece in _RUN_TOGETHER
        return piece in self.known and (len(piece) > 2 or piece in _SHORT)


_RUN_TOGETHER = {"im", "ive", "dont", "cant", "wont", "didnt", "wanna", "gonna", "id", "ill", "kms"}
_SHORT = {"i", "a", "my", "me", "to", "of", "it", "be", "do", "go", "is", "am", "im", "in", "on", "up", "no", "so", "we"}


def _deletions(word: str) -> set[str]:
    return {word} | {word[:i] + word[i + 1 :] for i in range(len(word))}


def _neighbourhood(vocabulary: Iterable[str]) -> dict[str, list[str]]:
    near: dict[str, list[str]] = {}
    for word in sorted(vocabulary):
        if len(word) >= 4:
            for key in _deletions(word):
                near.setdefault(key, []).append(word)
    return near


_VOWELS = frozenset("aeiouy")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_KEYS = {key: (row, column + row / 2) for row, keys in enumerate(_ROWS) for column, key in enumerate(keys)}


def _beside(a: str, b: str) -> bool:
    """Neighbours on the keyboard, or two vowels."""
    return (a in "aeiou" and b in "aeiou") or _next_key(a, b)


def _next_key(a: str, b: str) -> bool:
    if a not in _KEYS or b not in _KEYS:
        return False
    (row, column), (other_row, other_column) = _KEYS[a], _KEYS[b]
    return abs(row - other_row) <= 1 and abs(column - other_column) <= 1


def _one_slip(typed: str, meant: str) -> bool:
    """A missing, doubled, swapped or wrong letter; a wrong one only from the next key or, in longer words, another vowel.

    "homeless" is not "hopeless", and "willing" not "killing": people hit the key beside the one they meant.
    """
    if len(typed) == len(meant):
        off = [i for i, (a, b) in enumerate(zip(typed, meant, strict=True)) if a != b]
        if len(off) == 1:
            return _beside(typed[off[0]], meant[off[0]]) if len(typed) >= 6 else _next_key(typed[off[0]], meant[off[0]])
        swapped = len(off) == 2 and off[1] == off[0] + 1
        return swapped and typed[off[0]] == meant[off[1]] and typed[off[1]] == meant[off[0]]
    shorter, longer = sorted((typed, meant), key=len)
    if len(longer) - len(shorter) != 1 or len(meant) < 4 or (len(meant) == 4 and len(typed) > 4):
        return False
    return shorter in {longer[:i] + longer[i + 1 :] for i in range(len(longer))}
