"""The small language phrases are written in, parsed to a tree. docs/safety.md explains it to clinicians.

    i WANT to? (die | be dead)      words, CLASSES, choices, `?` for "may be missing"
    never going to ... better       `...` lets up to four other words stand between, `..` up to two, never a "not"
    took / all of them              `/` lets a sentence end there
    ^ goodbye $                     `^` and `$`: start and end of a sentence; `^^` and `$$`: of the whole message
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from safety.errors import PatternError

_PIECE = re.compile(r"\s*(\.\.\.|\.\.|\^\^|\$\$|[()|?/^$]|[^\s()|?/^$]+)")


@dataclass(frozen=True, eq=False, slots=True)
class Lit:
    words: frozenset[str]


@dataclass(frozen=True, eq=False, slots=True)
class Alt:
    options: tuple[Seq, ...]
    name: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class Opt:
    part: Lit | Alt


@dataclass(frozen=True, eq=False, slots=True)
class Gap:
    most: int


@dataclass(frozen=True, eq=False, slots=True)
class Edge:
    """`/`, `^`, `$`, `^^` or `$$`."""

    kind: str


@dataclass(frozen=True, eq=False, slots=True)
class OrEdge:
    """`(anymore | $)`: the words, or the end of the sentence."""

    part: Lit | Alt
    kinds: tuple[str, ...]


Node = Lit | Alt | Opt | Gap | Edge | OrEdge
Seq = tuple[Node, ...]
Words = Callable[[str], tuple[str, ...]]


class Parser:
    """Parses patterns; classes are looked up by their upper-case name."""

    def __init__(self, words: Words, classes: Mapping[str, Node]) -> None:
        self.words, self.classes = words, classes

    def parse(self, source: str) -> Seq:
        pieces = _PIECE.findall(source)
        seq, rest = self._sequence(pieces, 0)
        if rest < len(pieces) and pieces[rest] == "|":  # "took them | swallowed them": a choice needs no bracket
            choice, rest = self._choice(pieces, 0)
            seq = (choice,)
        if rest != len(pieces):
            raise PatternError(f"there is a ')' without its '(' in: {source}")
        if not any(_needed(node) for node in seq):
            raise PatternError(f"nothing in it has to be said: {source}")
        return seq

    def choice(self, source: str, name: str) -> Node:
        """A class: options separated by `|`."""
        node, rest = self._choice(_PIECE.findall(source), 0, name)
        if isinstance(node, OrEdge):
            raise PatternError("a class cannot hold a bare '^' or '$'")
        if rest != len(_PIECE.findall(source)):
            raise PatternError(f"there is a ')' without its '(' in: {source[:80]}")
        return node

    def _choice(self, pieces: list[str], at: int, name: str = "") -> tuple[Lit | Alt | OrEdge, int]:
        options: list[Seq] = []
        while True:
            seq, at = self._sequence(pieces, at)
            if not seq:
                raise PatternError("a choice has an empty option (two '|' in a row, or one at the end)")
            options.append(seq)
            if at >= len(pieces) or pieces[at] != "|":
                return _joined(options, name), at
            at += 1

    def _sequence(self, pieces: list[str], at: int) -> tuple[Seq, int]:
        seq: list[Node] = []
        while at < len(pieces) and pieces[at] not in ")|":
            nodes, at = self._part(pieces, at)
            if at < len(pieces) and pieces[at] == "?":
                nodes, at = [_optional(nodes)], at + 1
            seq.extend(nodes)
        return tuple(seq), at

    def _part(self, pieces: list[str], at: int) -> tuple[list[Node], int]:
        piece = pieces[at]
        if piece == "(":
            node, at = self._choice(pieces, at + 1)
            if at >= len(pieces) or pieces[at] != ")":
                raise PatternError("a '(' is not closed")
            return [node], at + 1
        if piece in ("...", ".."):
            return [Gap(4 if piece == "..." else 2)], at + 1
        if piece in ("/", "^", "$", "^^", "$$"):
            return [Edge(piece)], at + 1
        if piece == "?":
            raise PatternError("a '?' stands alone")
        return self._word(piece), at + 1

    def _word(self, piece: str) -> list[Node]:
        if piece.isupper() and piece.replace("_", "").isalnum() and len(piece) > 1:
            if piece not in self.classes:
                raise PatternError(f"the class {piece} is not defined")
            return [self.classes[piece]]
        if piece.endswith("+") and len(piece) > 2:
            return [Lit(frozenset(inflections(piece[:-1])))]
        words = self.words(piece)
        if not words:
            raise PatternError(f"'{piece}' is not a word")
        return [Lit(frozenset((word,))) for word in words]


def _needed(node: Node) -> bool:
    return isinstance(node, Lit | Alt)


def _optional(nodes: list[Node]) -> Opt:
    if len(nodes) == 1 and isinstance(nodes[0], Lit | Alt):
        return Opt(nodes[0])
    if len(nodes) == 1 and isinstance(nodes[0], OrEdge):
        return Opt(nodes[0].part)
    if nodes and all(isinstance(n, Lit) for n in nodes):
        return Opt(Alt((tuple(nodes),)))
    raise PatternError("a '?' may only follow a word, a class or a bracket")


def _joined(options: list[Seq], name: str) -> Lit | Alt | OrEdge:
    """Single words of a choice become one set, which is matched in one step; bare edges stand beside it."""
    edges = tuple(node.kind for option in options for node in option if len(option) == 1 and isinstance(node, Edge))
    spoken = [option for option in options if not (len(option) == 1 and isinstance(option[0], Edge))]
    if not edges:
        return _chosen(spoken, name)
    if not spoken or "/" in edges:
        raise PatternError("a choice of '^' or '$' needs words beside them, and takes no '/'")
    return OrEdge(_chosen(spoken, name), edges)


def _chosen(options: list[Seq], name: str) -> Lit | Alt:
    singles = [o[0] for o in options if len(o) == 1 and isinstance(o[0], Lit)]
    others = [o for o in options if not (len(o) == 1 and isinstance(o[0], Lit))]
    together = Lit(frozenset().union(*(lit.words for lit in singles if isinstance(lit, Lit))))
    if not others:
        return together
    return Alt(tuple([*others, (together,)] if singles else others), name)


def inflections(verb: str) -> list[str]:
    """kill: kill kills killed killing killin. Irregular forms are listed in the file.

    >>> inflections("stab")
    ['stab', 'stabs', 'stabed', 'stabing', 'stabin', 'stabbed', 'stabbing', 'stabbin']
    """
    if verb in IRREGULAR:
        return IRREGULAR[verb].split()
    stem = verb[:-1] if verb.endswith("e") else verb
    if verb.endswith("y") and verb[-2] not in "aeou":
        return [verb, f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing", f"{verb}in"]
    third = f"{verb}es" if verb.endswith(("s", "x", "z", "ch", "sh")) else f"{verb}s"
    forms = [verb, third, f"{stem}ed", f"{stem}ing", f"{stem}in"]
    if re.fullmatch(r".*[^aeiou][aeiou][bdgmnprt]", verb):
        forms += [f"{verb}{verb[-1]}{end}" for end in ("ed", "ing", "in")]
    return forms


IRREGULAR = {
    "be": "be is am are was were been being",
    "bleed": "bleed bleeds bled bleeding bleedin",
    "break": "break breaks broke broken breaking breakin",
    "bring": "bring brings brought bringing",
    "buy": "buy buys bought buying buyin",
    "choke": "choke chokes choked choking chokin",
    "cut": "cut cuts cutting cuttin",
    "die": "die dies died dying dyin",
    "do": "do does did doing doin done",
    "drink": "drink drinks drank drunk drinking drinkin",
    "drive": "drive drives drove driven driving drivin",
    "feel": "feel feels felt feeling feelin",
    "find": "find finds found finding",
    "get": "get gets got gotten getting gettin",
    "give": "give gives gave given giving givin",
    "go": "go goes went gone going goin",
    "hang": "hang hangs hanged hung hanging hangin",
    "have": "have has had having",
    "hear": "hear hears heard hearing hearin",
    "hit": "hit hits hitting hittin",
    "hold": "hold holds held holding",
    "hurt": "hurt hurts hurting hurtin",
    "keep": "keep keeps kept keeping",
    "know": "know knows knew known knowing",
    "leave": "leave leaves left leaving leavin",
    "lose": "lose loses lost losing",
    "make": "make makes made making makin",
    "mean": "mean means meant meaning",
    "put": "put puts putting",
    "say": "say says said saying sayin",
    "see": "see sees saw seen seeing seein",
    "sell": "sell sells sold selling",
    "shake": "shake shakes shook shaken shaking",
    "shoot": "shoot shoots shot shooting shootin",
    "sleep": "sleep sleeps slept sleeping sleepin",
    "speak": "speak speaks spoke spoken speaking",
    "stick": "stick sticks stuck sticking",
    "swing": "swing swings swung swinging",
    "take": "take takes took taken taking takin",
    "tell": "tell tells told telling tellin",
    "think": "think thinks thought thinking thinkin",
    "throw": "throw throws threw thrown throwing throwin",
    "try": "try tries tried trying tryin tryna",
    "wake": "wake wakes woke woken waking wakin",
    "write": "write writes wrote written writing writin",
}
