"""Finds patterns in tokens, from their rarest word outwards. Bounded work for each word; no backtracking."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from safety.pattern import Alt, Edge, Gap, Lit, Node, Opt, OrEdge, Seq
from safety.tokens import SENTENCE, Tokens

MOST_FILLERS = 3
NEGATORS = frozenset("not never no nobody none nunca jamas ni tampoco without sin neither nor".split())
_VERY_COMMON = frozenset("i to the a and it my me is was am are be of in that not do have you for on this so at he she".split())
_COMMON = frozenset(
    "will would can but with just all they we what when if out up there his her him from get got go going like know no"
    " want think feel more had been one how day time now about them then as or an too your any because did back really"
    " que de no la el me y a en lo mi se un una es por con ya si para te".split()
)
Label = TypeVar("Label")


@dataclass(slots=True)
class View:
    """One message being matched. `steps` counts the work done; tests hold it linear."""

    tokens: Tokens
    steps: int = 0
    memo: dict[tuple[int, int, bool], frozenset[int]] = field(default_factory=dict)
    said: frozenset[str] = field(init=False)
    may: dict[int, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.said = frozenset(self.tokens.words)


def sayable(view: View, seq: Seq) -> bool:
    """Whether all words that the sequence needs are somewhere in the message: nearly every pattern ends here, unread."""
    found = view.may.get(id(seq))
    if found is None:
        found = view.may[id(seq)] = all(_sayable(view, node) for node in seq)
    return found


def _sayable(view: View, node: Node) -> bool:
    if isinstance(node, Lit):
        return not node.words.isdisjoint(view.said)
    if not isinstance(node, Alt):
        return True  # may be missing
    found = view.may.get(id(node))
    if found is None:
        found = view.may[id(node)] = any(sayable(view, option) for option in node.options)
    return found


def forward(view: View, seq: Iterable[Node], starts: frozenset[int], first: bool = False) -> frozenset[int]:
    """All places where the sequence may end when it starts at one of `starts`. `first`: nothing stands before it."""
    free = first
    for node in seq:
        if isinstance(node, Edge):
            if node.kind == "/":
                free = True
                continue
            starts = frozenset(p for p in starts if _at_edge(view.tokens, node.kind, p))
        elif isinstance(node, Gap):
            starts = _stretched(view, starts, node.most, 1)
        elif isinstance(node, Opt):
            starts = starts | _ahead_all(view, node.part, starts, free)
        elif isinstance(node, OrEdge):
            starts = _there(view.tokens, node, starts) | _ahead_all(view, node.part, starts, free)
        else:
            starts, free = _ahead_all(view, node, starts, free), False
        if not starts:
            break
    return starts


def backward(view: View, seq: Iterable[Node], ends: frozenset[int], first: bool = False) -> frozenset[int]:
    """The same from right to left; `seq` is already reversed."""
    free = first
    for node in seq:
        if isinstance(node, Edge):
            if node.kind == "/":
                free = True
                continue
            ends = frozenset(p for p in ends if _at_edge(view.tokens, node.kind, p))
        elif isinstance(node, Gap):
            ends = _stretched(view, ends, node.most, -1)
        elif isinstance(node, Opt):
            ends = ends | _behind_all(view, node.part, ends, free)
        elif isinstance(node, OrEdge):
            ends = _there(view.tokens, node, ends) | _behind_all(view, node.part, ends, free)
        else:
            ends, free = _behind_all(view, node, ends, free), False
        if not ends:
            break
    return ends


def _there(tokens: Tokens, node: OrEdge, places: frozenset[int]) -> frozenset[int]:
    return frozenset(p for p in places if any(_at_edge(tokens, kind, p) for kind in node.kinds))


def _at_edge(tokens: Tokens, kind: str, at: int) -> bool:
    if kind == "^^":
        return at == 0
    if kind == "$$":
        return at == len(tokens)
    return at == 0 or at >= len(tokens) or tokens.pause[at] >= SENTENCE


def _stretched(view: View, places: frozenset[int], most: int, step: int) -> frozenset[int]:
    tokens, reached = view.tokens, set(places)
    for place in places:
        at = place
        for _ in range(most):
            word = at if step > 0 else at - 1
            if not 0 <= word < len(tokens) or tokens.words[word] in NEGATORS:
                break
            if 0 < at < len(tokens) and tokens.pause[at] >= SENTENCE:
                break
            at += step
            reached.add(at)
    view.steps += len(reached)
    return frozenset(reached)


def _ahead_all(view: View, node: Lit | Alt, starts: frozenset[int], free: bool) -> frozenset[int]:
    if len(starts) == 1:
        return _ahead(view, node, next(iter(starts)), free)
    return frozenset().union(*(_ahead(view, node, p, free) for p in starts))


def _behind_all(view: View, node: Lit | Alt, ends: frozenset[int], free: bool) -> frozenset[int]:
    if len(ends) == 1:
        return _behind(view, node, next(iter(ends)), free)
    return frozenset().union(*(_behind(view, node, p, free) for p in ends))


NOWHERE: frozenset[int] = frozenset()


def _ahead(view: View, node: Lit | Alt, at: int, free: bool) -> frozenset[int]:
    """Where `node` ends when it is said at `at`, or after a few fillers."""
    tokens = view.tokens
    for _ in range(MOST_FILLERS + 1):
        if at >= len(tokens) or (not free and tokens.pause[at] >= SENTENCE):
            return NOWHERE
        ends = match_at(view, node, at)
        if ends:
            return ends
        if not tokens.filler[at]:
            return NOWHERE
        at, free = at + 1, False
    return NOWHERE


def _behind(view: View, node: Lit | Alt, at: int, free: bool) -> frozenset[int]:
    tokens = view.tokens
    for _ in range(MOST_FILLERS + 1):
        if at <= 0 or (not free and at < len(tokens) and tokens.pause[at] >= SENTENCE):
            return NOWHERE
        starts = match_until(view, node, at)
        if starts:
            return starts
        if not tokens.filler[at - 1]:
            return NOWHERE
        at, free = at - 1, False
    return NOWHERE


def match_at(view: View, node: Lit | Alt, at: int) -> frozenset[int]:
    """Ends of `node` when its first word is exactly word `at`."""
    view.steps += 1
    if isinstance(node, Lit):
        return frozenset((at + 1,)) if view.tokens.words[at] in node.words else NOWHERE
    key = (id(node), at, True)
    found = view.memo.get(key)
    if found is None:
        start = frozenset((at,))
        found = frozenset().union(*(forward(view, option, start, True) for option in node.options))
        view.memo[key] = found
    return found


def match_until(view: View, node: Lit | Alt, at: int) -> frozenset[int]:
    """Starts of `node` when its last word is exactly the one before `at`."""
    view.steps += 1
    if isinstance(node, Lit):
        word = view.tokens.words[at - 1]
        denies = word not in NEGATORS or not view.tokens.filler[at - 1]  # "not gonna lie" says no "not"
        return frozenset((at - 1,)) if word in node.words and denies else NOWHERE
    key = (id(node), at, False)
    found = view.memo.get(key)
    if found is None:
        end = frozenset((at,))
        found = frozenset().union(*(backward(view, option[::-1], end, True) for option in node.options))
        view.memo[key] = found
    return found


@dataclass(frozen=True, slots=True)
class Hit(Generic[Label]):
    label: Label
    first: int
    last: int  # one past the last word


@dataclass(frozen=True, slots=True)
class _Anchored(Generic[Label]):
    label: Label
    before: Seq  # reversed
    after: Seq


class Index(Generic[Label]):
    """All patterns, looked up by their rarest part."""

    def __init__(self, patterns: Iterable[tuple[Seq, Label]]) -> None:
        anchored: dict[int, tuple[Lit | Alt, list[_Anchored[Label]]]] = {}
        for seq, label in patterns:
            place = min((i for i, node in enumerate(seq) if isinstance(node, Lit | Alt)), key=lambda i: _cost(seq[i]))
            node = seq[place]
            assert isinstance(node, Lit | Alt)
            entry = _Anchored(label, seq[:place][::-1], seq[place + 1 :])
            anchored.setdefault(id(node), (node, []))[1].append(entry)
        self._by_word: dict[str, list[tuple[Lit | Alt, list[_Anchored[Label]]]]] = {}
        for node, entries in anchored.values():
            for word in first_words(node):
                self._by_word.setdefault(word, []).append((node, entries))

    def hits(self, view: View) -> list[Hit[Label]]:
        found: dict[tuple[int, int, int], Hit[Label]] = {}
        by_word = {word: self._possible(view, word) for word in view.said & self._by_word.keys()}
        for at, word in enumerate(view.tokens.words):
            for node, entries in by_word.get(word, ()):
                ends = match_at(view, node, at)
                if ends:
                    for entry in entries:
                        for hit in _around(view, entry, at, ends):
                            found[id(hit.label), hit.first, hit.last] = hit
        return list(found.values())

    def _possible(self, view: View, word: str) -> list[tuple[Lit | Alt, list[_Anchored[Label]]]]:
        """What begins with the word and can be in this message at all."""
        kept = []
        for node, entries in self._by_word[word]:
            if _sayable(view, node):
                left = [entry for entry in entries if sayable(view, entry.before) and sayable(view, entry.after)]
                if left:
                    kept.append((node, left))
        return kept


def _around(view: View, entry: _Anchored[Label], at: int, ends: frozenset[int]) -> Iterable[Hit[Label]]:
    last = forward(view, entry.after, ends)
    if not last:
        return
    first = backward(view, entry.before, frozenset((at,)))
    if first:
        yield Hit(entry.label, min(first), max(last))


def first_words(node: Node) -> frozenset[str]:
    if isinstance(node, Lit):
        return node.words
    if isinstance(node, Alt):
        return frozenset().union(*(_first_of(option) for option in node.options))
    return frozenset()


def _first_of(seq: Seq) -> frozenset[str]:
    words: frozenset[str] = frozenset()
    for node in seq:
        words |= first_words(node.part if isinstance(node, Opt | OrEdge) else node)
        if isinstance(node, Lit | Alt):
            break
    return words


def _cost(node: Node) -> float:
    return sum(50 if w in _VERY_COMMON else 10 if w in _COMMON else 1 for w in first_words(node)) + 1
