"""The clinician's summary: what was done and skipped, own words, plans, numbers, flags, and what to ask. Facts, no interpretation.

Pure: rows in (Record), one page out (Summary). The words come from clinical/summary.yml and from the modules themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from programme.errors import ContentError
from programme.library import Programme
from programme.summary_content import ChartSpec, Section, SummaryContent
from programme.turns import Place

SKIPPED, PRIVATE = "skipped", "private"


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as it was kept. What the patient did not share has no words."""

    place: Place
    value: object
    text: str
    shared: bool
    at: datetime

    @property
    def skipped(self) -> bool:
        return self.value in (None, SKIPPED) and not self.text


@dataclass(frozen=True, slots=True)
class Passage:
    """One passage through a module."""

    module: str
    status: str
    opened_at: datetime
    closed_at: datetime | None
    follow_up: bool = False
    """Only a later question about it ("How did it go?"): what was done is told by the passage before."""


@dataclass(frozen=True, slots=True)
class Number:
    measure: str
    value: int
    at: datetime


@dataclass(frozen=True, slots=True)
class DoseDay:
    number: int
    at: datetime
    route: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """What the store has of one patient for the time the page shows, oldest first."""

    since: datetime
    now: datetime
    answers: Sequence[Answered] = ()
    passages: Sequence[Passage] = ()
    numbers: Sequence[Number] = ()
    doses: Sequence[DoseDay] = ()
    open_flags: int = 0
    trusted_person: bool = True
    location: bool = True
    questions: Sequence[str] = ()
    """Asked of the answers, and not answered."""

    @property
    def last_dose(self) -> DoseDay | None:
        return next((dose for dose in reversed(self.doses) if dose.at <= self.now), None)


@dataclass(frozen=True, slots=True)
class Shown:
    """One answer on the page: the question as it was asked, the answer as it was given."""

    module: str
    question: str
    answer: str
    at: datetime
    own_words: bool = False
    private: bool = False
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    title: str
    quotes: bool
    shown: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One exercise in the list of what was done; `skipped` names the questions left out in it."""

    module: str
    name: str
    status: str
    at: datetime | None
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One measure over time."""

    spec: ChartSpec
    points: tuple[tuple[datetime, int], ...]


@dataclass(frozen=True, slots=True)
class Summary:
    safety: Block
    blocks: tuple[Block, ...]
    steps: tuple[Step, ...]
    lines: tuple[Line, ...]
    doses: tuple[DoseDay, ...]
    private: int
    """How many answers were kept private."""


def summarise(programme: Programme, content: SummaryContent, record: Record) -> Summary:
    return Summary(
        safety=_block(programme, content.safety, record),
        blocks=tuple(block for section in content.sections if (block := _block(programme, section, record)).shown),
        steps=tuple(_steps(programme, record)),
        lines=tuple(line for spec in content.charts if (line := _line(spec, record)).points),
        doses=tuple(record.doses),
        private=sum(not answer.shared for answer in record.answers),
    )


def latest(record: Record, place: Place) -> Answered | None:
    return next((answer for answer in reversed(record.answers) if answer.place == place), None)


def question_of(programme: Programme, place: Place) -> str:
    """The question as the module asks it now; a step that was removed since shows its id."""
    try:
        return programme.step(place).text
    except (ContentError, KeyError):
        return place.step


def said(programme: Programme, answer: Answered) -> str:
    """The words as typed; a choice by its label."""
    if not answer.shared or answer.value == PRIVATE:
        return "kept private"
    if answer.skipped:
        return SKIPPED
    return answer.text if _free(programme, answer) else _labelled(programme, answer)


def _free(programme: Programme, answer: Answered) -> bool:
    """Whether the words themselves are the answer. Of a choice, "2" on a phone says less than its label."""
    if not answer.text or answer.value is None:  # nothing else was understood
        return bool(answer.text)
    try:
        return programme.step(answer.place).answer == "free_text"
    except (ContentError, KeyError):
        return bool(answer.text)


def _labelled(programme: Programme, answer: Answered) -> str:
    values = answer.value if isinstance(answer.value, (list, tuple)) else (answer.value,)
    try:
        step = programme.step(answer.place)
    except (ContentError, KeyError):
        return ", ".join(map(str, values))
    labels = {choice.value: choice.label for choice in step.choices}
    return ", ".join(labels.get(str(value)) or _scaled(step.labels, value) for value in values)


def _scaled(labels: dict[int, str], value: object) -> str:
    return f"{value} ({labels[value]})" if isinstance(value, int) and value in labels else str(value)


def _block(programme: Programme, section: Section, record: Record) -> Block:
    """The latest answer of each place, in the order of the file."""
    found = [answer for place in section.places if (answer := latest(record, place)) and (section.skipped or not answer.skipped)]
    return Block(section.title, section.quotes, tuple(_shown(programme, answer) for answer in found))


def _shown(programme: Programme, answer: Answered) -> Shown:
    private = not answer.shared or answer.value == PRIVATE
    return Shown(
        answer.place.module, question_of(programme, answer.place), said(programme, answer), answer.at,
        own_words=not private and _free(programme, answer), private=private, skipped=answer.skipped,
    )  # fmt: skip


def _steps(programme: Programme, record: Record) -> Iterator[Step]:
    """Every exercise that a patient can meet: its latest whole passage, or that it was not begun."""
    for module in programme.patient_modules:
        passage = next((one for one in reversed(record.passages) if one.module == module.id and not one.follow_up), None)
        skipped = [answer.place for answer in record.answers if answer.place.module == module.id and answer.skipped]
        left_out = tuple(dict.fromkeys(question_of(programme, place) for place in skipped))
        if passage is None:
            yield Step(module.id, module.name, "", None, left_out)
        else:
            yield Step(module.id, module.name, passage.status, passage.closed_at or passage.opened_at, left_out)


def _line(spec: ChartSpec, record: Record) -> Line:
    return Line(spec, tuple((number.at, number.value) for number in record.numbers if number.measure == spec.measure))
