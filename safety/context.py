"""Context: what stands around a phrase and changes what it means. A cue lowers a level; it never erases a finding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from safety.entries import Entry, entries
from safety.matcher import Hit, Index, View, backward, forward
from safety.pattern import Node, Parser, Seq, Words
from safety.phrasebook import Phrase, Phrasebook
from safety.tokens import COMMA

DENIAL = "denial"


@dataclass(frozen=True, slots=True)
class Cue:
    """`before` must end where the phrase begins, `after` begin where it ends; `sentence` and `message` are anywhere there."""

    id: str
    kind: str
    why: str
    categories: frozenset[str]
    to_level: int
    to_category: str | None
    highest: int
    before: tuple[Seq, ...]
    after: tuple[Seq, ...]
    unless: tuple[Seq, ...]
    fires: tuple[str, ...]
    quiet: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What an answer means once the question is known: "What would you let go of?" – "this life"."""

    id: str
    level: int
    category: str
    why: str
    fires: tuple[tuple[str, str], ...]
    quiet: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Where:
    cue: Cue
    reach: str


@dataclass(frozen=True, slots=True)
class ContextRules:
    cues: tuple[Cue, ...]
    anywhere: Index[Where]
    raises: Index[str]
    asked: Index[Question]
    answers: Mapping[str, Index[Question]]
    questions: tuple[Question, ...]
    settings: Mapping[str, Any]


def read_context(file: str, data: Mapping[str, Any], classes: Mapping[str, Node], words: Words) -> ContextRules:
    parser = Parser(words, classes)
    cues: list[Cue] = []
    anywhere: list[tuple[Seq, Where]] = []
    for entry in entries(file, data, "cues"):
        cue = read_cue(entry, parser)
        cues.append(cue)
        for reach in ("sentence", "message"):
            anywhere += [(seq, Where(cue, reach)) for seq in entry.patterns(reach, parser)]
    asked, answers, questions = read_questions(file, data, parser)
    raises = [(seq, e.id) for e in entries(file, data, "raises") for seq in e.patterns("say", parser)]
    return ContextRules(
        tuple(cues), Index(anywhere), Index(raises), Index(asked), answers, questions, data.get("settings") or {}
    )


def read_cue(entry: Entry, parser: Parser) -> Cue:
    to_category = entry.data.get("to_category")
    return Cue(
        id=entry.id,
        kind=entry.text("kind"),
        why=entry.text("why"),
        categories=frozenset(entry.texts("categories")),
        to_level=entry.level("to_level"),
        to_category=str(to_category) if to_category else None,
        highest=entry.level("highest") if "highest" in entry.data else 5,
        before=tuple(seq[::-1] for seq in entry.patterns("before", parser)),
        after=entry.patterns("after", parser),
        unless=entry.patterns("unless", parser),
        fires=entry.texts("fires"),
        quiet=entry.texts("quiet"),
    )


def read_questions(
    file: str, data: Mapping[str, Any], parser: Parser
) -> tuple[list[tuple[Seq, Question]], dict[str, Index[Question]], tuple[Question, ...]]:
    asked: list[tuple[Seq, Question]] = []
    answers: dict[str, Index[Question]] = {}
    questions = []
    for entry in entries(file, data, "questions"):
        question = Question(
            entry.id, entry.level(), entry.category(), entry.text("why"), _pairs(entry, "fires"), _pairs(entry, "quiet")
        )
        questions.append(question)
        asked += [(seq, question) for seq in entry.patterns("asked", parser)]
        answers[entry.id] = Index((seq, question) for seq in entry.patterns("answers", parser))
    return asked, answers, tuple(questions)


def _pairs(entry: Entry, field: str) -> tuple[tuple[str, str], ...]:
    """Question cases are written "question => answer"."""
    pairs = [text.partition("=>") for text in entry.texts(field)]
    return tuple((q.strip(), a.strip()) for q, _, a in pairs)


@dataclass(frozen=True, slots=True)
class Read:
    """A phrase as heard: its level and category after context."""

    hit: Hit[Phrase]
    level: int
    category: str
    cue: str | None = None
    denied: bool = False

    @property
    def counted(self) -> bool:
        return self.level > 0 or self.hit.label.level == 0


def in_context(view: View, book: Phrasebook, rules: ContextRules) -> list[Read]:
    """Read each phrase with the cues around it, the longest first; what lies inside a denied phrase is denied too."""
    hits = sorted(book.index.hits(view), key=lambda h: (h.first - h.last, h.first, h.label.id))
    if not hits:
        return []
    around = rules.anywhere.hits(view)
    excuses = book.unless.hits(view)
    reads: list[Read] = []
    for hit in hits:
        read = _excused(view, hit, excuses) or _read(view, hit, rules, around)
        outer = next((r for r in reads if _covers(r, hit) and DENIAL not in hit.label.spares), None)
        if outer and outer.level < read.level:
            read = Read(hit, min(read.level, outer.level), outer.category if outer.level else read.category, outer.cue, outer.denied)
        reads.append(read)
    return reads


def _excused(view: View, hit: Hit[Phrase], excuses: list[Hit[str]]) -> Read | None:
    """The phrase's own `unless`, said in the same sentence."""
    first, last = view.tokens.sentence_of(hit.first)
    if any(e.label == hit.label.id and first <= e.first < last for e in excuses):
        return Read(hit, 0, hit.label.category, f"{hit.label.id}: unless")
    return None


def _covers(read: Read, hit: Hit[Phrase]) -> bool:
    return read.cue is not None and read.hit.first <= hit.first and hit.last <= read.hit.last


def _read(view: View, hit: Hit[Phrase], rules: ContextRules, around: list[Hit[Where]]) -> Read:
    phrase = hit.label
    read = Read(hit, phrase.level, phrase.category)
    first, last = view.tokens.sentence_of(hit.first)
    for cue in rules.cues:
        if cue.kind in phrase.spares or phrase.level > cue.highest:
            continue
        if cue.categories and phrase.category not in cue.categories:
            continue
        if cue.to_level >= read.level or not _applies(view, hit, cue, around, first, last):
            continue
        read = Read(hit, cue.to_level, cue.to_category or phrase.category, cue.id, cue.kind == DENIAL)
    return read


def _applies(view: View, hit: Hit[Phrase], cue: Cue, around: list[Hit[Where]], first: int, last: int) -> bool:
    here = frozenset((hit.first,))
    there = frozenset((hit.last,))
    joined = view.tokens.pause[hit.first] < COMMA  # in "no, i want to die" the no denies nothing
    applies = (
        (joined and any(backward(view, seq, here) for seq in cue.before))
        or any(forward(view, seq, there) for seq in cue.after)
        or any(
            found.label.cue is cue and (found.label.reach == "message" or first <= found.first < last) for found in around
        )
    )
    return applies and not any(backward(view, seq[::-1], here) for seq in cue.unless)


