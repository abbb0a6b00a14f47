"""Context: what stands around a phrase and changes what it means. A cue lowers a level; it never erases a finding."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from safety.entries import Entry, entries
from safety.matcher import Hit, Index, View, backward, forward, sayable
from safety.pattern import Node, Parser, Seq, Words
from safety.phrasebook import Phrase, Phrasebook
from safety.tokens import COMMA

LONGEST_PHRASE = 40  # words
MOST_OUTER = 20


@dataclass(frozen=True, slots=True)
class Cue:
    """`before` must end where the phrase begins, `after` begin where it ends; `sentence` and `message` are anywhere there.

    What the cue's `unless` says in the same sentence switches it off.
    """

    id: str
    kind: str
    why: str
    categories: frozenset[str]
    to_level: int
    to_category: str | None
    highest: int
    before: tuple[Seq, ...]
    after: tuple[Seq, ...]
    fires: tuple[str, ...]
    quiet: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A modifier ("alone tonight") or a retraction ("jk about earlier"): heard anywhere in the message, acts on what else was heard."""

    id: str
    why: str
    categories: frozenset[str]
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
    excuses: Index[Cue]
    raises: Index[Rule]
    retractions: Index[Rule]
    asked: Index[Question]
    answers: Mapping[str, Index[Question]]
    questions: tuple[Question, ...]
    settings: Mapping[str, Any]
    rules: tuple[Rule, ...] = ()

    def number(self, name: str, otherwise: int) -> int:
        """A setting that is missing or no number falls back to what the rule was reviewed with."""
        value = self.settings.get(name, otherwise)
        return value if isinstance(value, int) else otherwise


def read_context(file: str, data: Mapping[str, Any], classes: Mapping[str, Node], words: Words) -> ContextRules:
    parser = Parser(words, classes)
    cues = [(entry, read_cue(entry, parser)) for entry in entries(file, data, "cues")]
    anywhere = [
        (seq, Where(cue, reach)) for entry, cue in cues for reach in ("sentence", "message") for seq in entry.patterns(reach, parser)
    ]
    excuses = [(seq, cue) for entry, cue in cues for seq in entry.patterns("unless", parser)]
    raises, retractions = read_rules(file, data, "raises", parser), read_rules(file, data, "retractions", parser)
    asked, answers, questions = read_questions(file, data, parser)
    settings = data.get("settings") or {}
    heard = tuple(dict.fromkeys(rule for _, rule in raises + retractions))
    return ContextRules(
        tuple(cue for _, cue in cues), Index(anywhere), Index(excuses), Index(raises), Index(retractions),
        Index(asked), answers, questions, settings, heard,
    )  # fmt: skip


def read_rules(file: str, data: Mapping[str, Any], section: str, parser: Parser) -> list[tuple[Seq, Rule]]:
    found = []
    for entry in entries(file, data, section):
        rule = Rule(entry.id, entry.text("why"), frozenset(entry.texts("categories")), entry.texts("fires"), entry.texts("quiet"))
        found += [(seq, rule) for seq in entry.patterns("say", parser)]
    return found


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
        question = Question(entry.id, entry.level(), entry.category(), entry.text("why"), _pairs(entry, "fires"), _pairs(entry, "quiet"))
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
    kind: str = ""  # of the cue; empty for the phrase's own `unless`

    @property
    def counted(self) -> bool:
        return self.level > 0 or self.hit.label.level == 0


class Places:
    """Where things were heard, by name: asked for a stretch of words, answered without reading the whole list."""

    def __init__(self, heard: Iterable[tuple[str, int]]) -> None:
        self._at: dict[str, list[int]] = {}
        for name, first in sorted(set(heard)):
            self._at.setdefault(name, []).append(first)

    def within(self, name: str, first: int, last: int) -> bool:
        at = self._at.get(name)
        return at is not None and (i := bisect_left(at, first)) < len(at) and at[i] < last


@dataclass(frozen=True, slots=True)
class Around:
    """What was heard besides the phrases: cues of the sentence, cues of the message, what switches either off."""

    sentence: Places
    message: frozenset[str]
    off: Places
    excused: Places


def look_around(view: View, book: Phrasebook, rules: ContextRules) -> Around:
    places = rules.anywhere.hits(view)
    return Around(
        Places((p.label.cue.id, p.first) for p in places if p.label.reach == "sentence"),
        frozenset(p.label.cue.id for p in places if p.label.reach == "message"),
        Places((e.label.id, e.first) for e in rules.excuses.hits(view)),
        Places((e.label, e.first) for e in book.unless.hits(view)),
    )


def in_context(view: View, book: Phrasebook, rules: ContextRules) -> list[Read]:
    """Read each phrase with the cues around it, the longest first; what lies inside a lowered phrase is lowered too."""
    hits = sorted(book.index.hits(view), key=lambda h: (h.first - h.last, h.first, h.label.id))
    if not hits:
        return []
    around = look_around(view, book, rules)
    reads: list[Read] = []
    lowered: dict[int, list[Read]] = {}
    for hit in hits:
        read = _inside(_read(view, hit, rules, around), lowered)
        reads.append(read)
        if read.kind:
            lowered.setdefault(hit.first, []).append(read)
    return reads


def _inside(read: Read, lowered: Mapping[int, list[Read]]) -> Read:
    """ "kill myself" within "am not going to kill myself". Looks back no further than a phrase may reach."""
    hit = read.hit
    for first in range(max(0, hit.first - LONGEST_PHRASE), hit.first + 1):
        for outer in lowered.get(first, ())[:MOST_OUTER]:
            covers = hit.last <= outer.hit.last and outer.kind not in hit.label.spares
            if covers and outer.level < read.level:
                category = outer.category if outer.level else read.category
                return Read(hit, outer.level, category, outer.cue, outer.kind)
    return read


def _read(view: View, hit: Hit[Phrase], rules: ContextRules, around: Around) -> Read:
    phrase = hit.label
    first, last = view.tokens.sentence_of(hit.first)
    if around.excused.within(phrase.id, first, last):
        return Read(hit, 0, phrase.category, f"{phrase.id}: unless")
    read = Read(hit, phrase.level, phrase.category)
    for cue in rules.cues:
        if cue.kind in phrase.spares or phrase.level > cue.highest:
            continue
        if cue.categories and phrase.category not in cue.categories:
            continue
        if cue.to_level >= read.level or not _applies(view, hit, cue, around, first, last):
            continue
        read = Read(hit, cue.to_level, cue.to_category or phrase.category, cue.id, cue.kind)
    return read


def _applies(view: View, hit: Hit[Phrase], cue: Cue, around: Around, first: int, last: int) -> bool:
    here = frozenset((hit.first,))
    there = frozenset((hit.last,))
    joined = view.tokens.pause[hit.first] < COMMA  # in "no, i want to die" the no denies nothing
    applies = (
        cue.id in around.message
        or around.sentence.within(cue.id, first, last)
        or (joined and any(sayable(view, seq) and backward(view, seq, here) for seq in cue.before))
        or any(sayable(view, seq) and forward(view, seq, there) for seq in cue.after)
    )
    return applies and not around.off.within(cue.id, first, last)
