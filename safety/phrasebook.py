"""The phrases: what may be said, how grave it is, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safety.entries import Entry, entries
from safety.errors import ContentError, PatternError
from safety.matcher import Index
from safety.pattern import Alt, Gap, Lit, Node, Opt, OrEdge, Parser, Seq, Words
from safety.spelling import Speller
from safety.tokens import Tokens, tokenize

_PLAIN = re.compile(r"[a-z]{3,}")
KNOWN_WORDS = Path(__file__).with_name("words.txt")


@dataclass(frozen=True, slots=True)
class Phrase:
    """One entry of clinical/phrases."""

    id: str
    level: int
    category: str
    why: str
    source: str
    reviewed_by: str
    file: str
    say: tuple[str, ...]
    fires: tuple[str, ...]
    quiet: tuple[str, ...]
    marker: str = ""
    spares: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Phrasebook:
    phrases: Mapping[str, Phrase]
    classes: Mapping[str, Node]
    speller: Speller
    index: Index[Phrase]
    unless: Index[str]
    fillers: Fillers
    words: Words

    def tokens(self, text: str) -> Tokens:
        """A message as the phrases see it."""
        tokens = tokenize(text, self.speller)
        self.fillers.mark(tokens)
        return tokens


def read_phrases(files: Mapping[str, Mapping[str, Any]], context: Mapping[str, Any] | None = None) -> Phrasebook:
    """`context` lends its words: what a cue listens for must not be mended to something else."""
    rewrites = {str(k): str(v) for data in files.values() for k, v in (data.get("spellings") or {}).items()}
    words = plain_words(rewrites)
    classes = read_classes(files, words)
    parser = Parser(words, classes)
    phrases: dict[str, Phrase] = {}
    patterns: list[tuple[Seq, Phrase]] = []
    excuses: list[tuple[Seq, str]] = []
    for file, data in files.items():
        for entry in entries(file, data, "phrases"):
            if entry.id in phrases:
                raise entry.error("another entry has the same id", "give it an id of its own")
            phrase = phrases[entry.id] = read_phrase(entry)
            patterns += [(seq, phrase) for seq in entry.patterns("say", parser)]
            excuses += [(seq, phrase.id) for seq in entry.patterns("unless", parser)]
    vocabulary = words_of([seq for seq, _ in patterns])
    plain = {w for spelling in rewrites.values() for w in spelling.split()}
    plain |= {w for data in files.values() for w in written_words(data.get("ordinary"))}
    known = plain | vocabulary_file() | words_of([seq for seq, _ in excuses]) | written_words(context or {})
    fillers = Fillers(words(str(f)) for data in files.values() for f in data.get("fillers") or ())
    return Phrasebook(phrases, classes, Speller(rewrites, vocabulary, known), Index(patterns), Index(excuses), fillers, words)


def read_classes(files: Mapping[str, Mapping[str, Any]], words: Words) -> dict[str, Node]:
    classes: dict[str, Node] = {}
    parser = Parser(words, classes)
    for file, data in files.items():
        for name, source in (data.get("words") or {}).items():
            if name in classes:
                raise ContentError(file, str(name), "this class is defined twice", "rename or join the two")
            try:
                classes[str(name)] = parser.choice(str(source), str(name))
            except PatternError as error:
                raise ContentError(file, str(name), str(error), "see docs/safety.md; a class must stand below those it uses") from error
    return classes


def read_phrase(entry: Entry) -> Phrase:
    if not entry.texts("say"):
        raise entry.error("it has nothing to listen for", "add `say:` with at least one pattern")
    return Phrase(
        id=entry.id,
        level=entry.level(),
        category=entry.category(),
        why=entry.text("why"),
        source=entry.text("source"),
        reviewed_by=entry.text("reviewed_by"),
        file=entry.file,
        say=entry.texts("say"),
        fires=entry.texts("fires"),
        quiet=entry.texts("quiet"),
        marker=str(entry.data.get("marker", "")),
        spares=frozenset(entry.texts("spares")),
    )


def words_of(patterns: Iterable[Seq]) -> set[str]:
    found: set[str] = set()
    seen: set[int] = set()
    queue: list[Node] = [node for seq in patterns for node in seq]
    while queue:
        node = queue.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Lit):
            found |= node.words
        elif isinstance(node, Opt | OrEdge):
            queue.append(node.part)
        elif isinstance(node, Alt):
            queue += [inner for option in node.options for inner in option]
        else:
            assert isinstance(node, Gap) or node.kind
    return found


def written_words(data: Any) -> set[str]:
    """Every plain word in the texts of a file."""
    if isinstance(data, str):
        return set(_PLAIN.findall(data))
    inner = data.values() if isinstance(data, Mapping) else data if isinstance(data, list) else ()
    return {word for value in inner for word in written_words(value)}


def vocabulary_file() -> set[str]:
    return set(KNOWN_WORDS.read_text("utf-8").split()) if KNOWN_WORDS.is_file() else set()


def plain_words(rewrites: Mapping[str, str]) -> Words:
    """Patterns are written as people write, and read as messages are: "don't" is "do not" in both."""
    speller = Speller(rewrites, (), ())
    return lambda piece: tuple(tokenize(piece, speller).words)


class Fillers:
    """Words that may stand inside any phrase: "just", "honestly", "not gonna lie"."""

    def __init__(self, spoken: Iterable[tuple[str, ...]]) -> None:
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        for words in sorted(set(spoken), key=len, reverse=True):
            self._by_first.setdefault(words[0], []).append(words)

    def mark(self, tokens: Tokens) -> None:
        words = tokens.words
        tokens.filler = [not w[0].isalnum() for w in words]
        for at, word in enumerate(words):
            for filler in self._by_first.get(word, ()):
                if tuple(words[at : at + len(filler)]) == filler:
                    tokens.filler[at : at + len(filler)] = [True] * len(filler)
                    break
