"""What to ask at the visit, by the rules of clinical/summary.yml. A rule that does not hold says nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from programme.library import Programme
from programme.summary import Answered, Record, latest, question_of, said
from programme.summary_content import Ask, SummaryContent
from programme.turns import Place

DAY_SECONDS = 86_400
MOST_QUESTIONS = 3
Fill = dict[str, str]


@dataclass(frozen=True, slots=True)
class Looking:
    programme: Programme
    record: Record

    def safety(self, place: Place) -> bool:
        try:
            return self.programme.step(place).safety
        except Exception:  # noqa: BLE001 - a step removed since the answer was given is no safety step any more
            return False


def ask_next(programme: Programme, content: SummaryContent, record: Record) -> tuple[str, ...]:
    """One line for each rule that holds, in the order of the file; never the same line twice."""
    looking = Looking(programme, record)
    lines = [_filled(rule.say, fill) for rule in content.ask for fill in _found(rule, looking)]
    return tuple(dict.fromkeys(lines))


def _found(rule: Ask, looking: Looking) -> Iterator[Fill]:
    for held, look in _LOOKS:
        if getattr(rule, held) is not None:
            yield from look(rule, looking)


def _at(rule: Ask, looking: Looking) -> Iterator[Fill]:
    assert rule.at is not None
    answer = latest(looking.record, rule.at)
    if answer is None or answer.skipped or _given_since(looking, rule.unless, answer):
        return
    answer = _given_since(looking, rule.instead, answer) or answer
    if answer.shared and _holds(rule, answer):
        yield {"answer": _quotable(said(looking.programme, answer))}


def _given_since(looking: Looking, place: Place | None, answer: Answered) -> Answered | None:
    """An answer there that belongs to this one: what was said of an earlier plan settles nothing."""
    found = latest(looking.record, place) if place else None
    return found if found and not found.skipped and found.at >= answer.at else None


def _holds(rule: Ask, answer: Answered) -> bool:
    values = {str(value) for value in (answer.value if isinstance(answer.value, (list, tuple)) else [answer.value])}
    if rule.is_ and not values & set(rule.is_):
        return False
    if rule.is_not and values <= set(rule.is_not):
        return False
    return rule.at_least is None or (isinstance(answer.value, int) and answer.value >= rule.at_least)


def _measured(rule: Ask, looking: Looking) -> Iterator[Fill]:
    """The last two numbers, or the last one alone."""
    values = [number.value for number in looking.record.numbers if number.measure == rule.measure][-2:]
    if not values:
        return
    before, now = values[0], values[-1]
    fell = rule.fell_by is not None and before - now >= rule.fell_by
    rose = rule.rose_by is not None and now - before >= rule.rose_by
    high = rule.latest_at_least is not None and now >= rule.latest_at_least
    if fell or rose or high:
        yield {"from": str(before), "to": str(now)}


def _skipped(_rule: Ask, looking: Looking) -> Iterator[Fill]:
    """Safety questions whose latest answer is none."""
    for place in {(answer.place.module, answer.place.step): answer.place for answer in looking.record.answers}.values():
        answer = latest(looking.record, place)
        if answer and answer.skipped and looking.safety(place):
            question = _quotable(question_of(looking.programme, place))
            yield {"module": place.module, "question": question}


def _flagged(_rule: Ask, looking: Looking) -> Iterator[Fill]:
    if looking.record.open_flags:
        yield {}


def _due(rule: Ask, looking: Looking) -> Iterator[Fill]:
    """An exercise that should have been finished by that day after the last dose."""
    dose = looking.record.last_dose
    if dose is None or (looking.record.now - dose.at).total_seconds() < rule.from_day * DAY_SECONDS:
        return
    done = [one for one in looking.record.passages if one.module == rule.due and one.opened_at >= dose.at]
    if not any(one.status == "finished" for one in done):
        yield {}


def _missing(rule: Ask, looking: Looking) -> Iterator[Fill]:
    if not getattr(looking.record, str(rule.missing)):
        yield {}


def _asked(_rule: Ask, looking: Looking) -> Iterator[Fill]:
    questions = looking.record.questions[-MOST_QUESTIONS:]
    if questions:
        yield {"answer": " ".join(f"“{_quotable(question)}”" for question in questions)}


_LOOKS: tuple[tuple[str, Callable[[Ask, Looking], Iterator[Fill]]], ...] = (
    ("at", _at), ("measure", _measured), ("skipped", _skipped), ("flag", _flagged), ("due", _due), ("missing", _missing),
    ("questions", _asked),
)  # fmt: skip


def _quotable(text: str) -> str:
    """On one line, and not too long for one."""
    line = " ".join(text.split())
    return line if len(line) <= 160 else line[:160].rsplit(" ", 1)[0] + " …"


def _filled(say: str, fill: Fill) -> str:
    return re.sub(r"\{(\w+)\}", lambda brace: fill.get(brace[1], ""), say)
