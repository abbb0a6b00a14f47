"""What a patient said in a passage through a module, as later questions may quote it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from programme import Day, Fact, Place, Programme
from programme.nudges import Moment, days_ahead, moment
from store.course import Answer, ModuleRun, RunStatus
from store.prompts import Prompt
from store.talk import Message

NOTHING_SAID = ("skipped", "unclear", "private")
SAME_WITHIN = timedelta(days=8)  # "same as last time": the last weekly check-in's at the most
LOOKED_BACK = 5


@dataclass(frozen=True, slots=True)
class NudgeDue:
    """A line that the patient has asked for."""

    module: str
    step: str
    moment: Moment
    told: Mapping[str, Fact]
    said: bool


def last_finished(session: Session, patient_id: str, module: str) -> ModuleRun | None:
    """The last whole passage; a follow-up's own run is none."""
    follow_ups = select(Prompt.run_id).where(Prompt.patient_id == patient_id, Prompt.step.is_not(None))
    statement = select(ModuleRun).where(
        ModuleRun.patient_id == patient_id, ModuleRun.module == module, ModuleRun.status == RunStatus.FINISHED,
        ModuleRun.id.not_in(follow_ups),
    )  # fmt: skip
    return session.scalar(statement.order_by(ModuleRun.closed_at.desc()).limit(1))


def follow_ups_of(session: Session, patient_id: str) -> frozenset[str]:
    """The runs in which only "How did it go?" or a checklist was asked: no passages of their own."""
    asked = select(Prompt.run_id).where(Prompt.patient_id == patient_id, Prompt.step.is_not(None))
    return frozenset(session.scalars(asked))


def saved_in(session: Session, programme: Programme, run: ModuleRun) -> Mapping[str, Answer]:
    """The latest shared answer under each name."""
    answers = session.scalars(select(Answer).where(Answer.run_id == run.id, Answer.shared).order_by(Answer.at))
    return {saved: answer for answer in answers if (saved := programme.step(Place(answer.module, answer.step)).save)}


def told_in(session: Session, programme: Programme, run: ModuleRun) -> dict[str, Fact]:
    saved = saved_in(session, programme, run)
    return {name: answer.value for name, answer in saved.items() if isinstance(answer.value, (str, int))}


def recalled(session: Session, programme: Programme, patient_id: str, module: str) -> dict[str, Fact]:
    """What the module may remind the patient of, from other modules (`recalls`): the latest words under each name."""
    found: dict[str, Fact] = {}
    for name, place in programme.module(module).offer.recalls.items():
        other, _, step = place.partition(".")
        said = select(Answer.text, Answer.value).where(
            Answer.patient_id == patient_id, Answer.module == other, Answer.step == step, Answer.shared
        )
        words = session.execute(said.order_by(Answer.at.desc()).limit(1)).one_or_none()
        if words is not None and words.text and words.value not in NOTHING_SAID:
            found[name] = words.text
    return found


def last_answer(session: Session, programme: Programme, patient_id: str, place: Place | None, now: datetime) -> dict[str, Fact]:
    """What "same as yesterday" would mean at the open step: the latest answer under its name, from whichever exercise.

    Safety questions want their own answer, each time; a number for the mood is no such question.
    """
    step = programme.step(place) if place else None
    if step is None or not step.save or (step.safety and step.rule != "mood"):
        return {}
    places = [(module.id, one.id) for module in programme.patient_modules for one in module.steps if one.save == step.save]
    said = select(Answer.value).where(
        Answer.patient_id == patient_id, Answer.shared, Answer.at >= now - SAME_WITHIN, tuple_(Answer.module, Answer.step).in_(places)
    )
    values = session.scalars(said.order_by(Answer.at.desc()).limit(LOOKED_BACK))
    known = (value for value in values if isinstance(value, (str, int)) and value not in NOTHING_SAID)
    return {f"last_{step.save}": value for value in list(known)[:1]}


def nudge_due(
    session: Session, programme: Programme, patient_id: str, conversation_id: str, dose_id: str | None, day: Day
) -> NudgeDue | None:
    """The line that the latest plan asks for, whether said yet or not. A plan from before the latest dose is over."""
    for module in programme.patient_modules:
        wanted = module.offer.nudge
        run = last_finished(session, patient_id, module.id) if wanted else None
        if wanted is None or run is None or run.closed_at is None or run.dose_id != dose_id:
            continue
        saved = saved_in(session, programme, run)
        times = programme.shared.contact.times
        at, on = saved.get(wanted.at), saved.get(wanted.on)
        if at is None or on is None or at.value not in times:
            continue
        ahead = days_ahead(on.value, on.text or "", on.at, day.zone)
        found = moment(day, on.at, ahead, times[at.value]) if ahead is not None else None
        if found:
            said = _said_since(session, conversation_id, f"{module.id}.{wanted.step}", run.closed_at)
            return NudgeDue(module.id, wanted.step, found, told_in(session, programme, run), said)
    return None


def nudge_is_today(found: NudgeDue | None, day: Day, now: datetime) -> bool:
    return found is not None and day.date_of(found.moment.due) == day.date_of(now)


def _said_since(session: Session, conversation_id: str, script: str, since: datetime) -> bool:
    said = select(func.count()).where(Message.conversation_id == conversation_id, Message.script == script, Message.created_at >= since)
    return bool(session.scalar(said))
