"""Reading what the clock has offered: how often, how lately, and whether anybody answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from programme import Day, Offered
from store.course import Answer, Dose, ModuleRun, RunStatus
from store.prompts import Prompt

_LEFT = (RunStatus.LAPSED, RunStatus.PAUSED)
_ENDED_BY_PATIENT = (RunStatus.FINISHED, RunStatus.STOPPED, RunStatus.PAUSED)


@dataclass(frozen=True, slots=True)
class Prompted:
    """One offer and what became of it. Pausing or stopping it is an answer too; only silence is none."""

    prompt: Prompt
    run: ModuleRun
    begun: bool
    """At least one of its questions was answered."""

    @property
    def responded(self) -> bool:
        return self.begun or self.run.status in _ENDED_BY_PATIENT

    @property
    def waiting(self) -> bool:
        return self.run.status == RunStatus.OPEN and self.prompt.let_go_at is None


def prompts_of(session: Session, patient_id: str) -> Sequence[Prompted]:
    """Newest first."""
    statement = (
        select(Prompt, ModuleRun)
        .join(ModuleRun, ModuleRun.id == Prompt.run_id)
        .where(Prompt.patient_id == patient_id)
        .order_by(Prompt.offered_at.desc())
    )
    rows = session.execute(statement).all()
    begun = set(session.scalars(select(Answer.run_id).where(Answer.run_id.in_([run.id for _, run in rows])).distinct()))
    return [Prompted(prompt, run, run.id in begun) for prompt, run in rows]


@dataclass(frozen=True, slots=True)
class Opened:
    """A run that the patient opened with START; the clock has no prompt of it."""

    run: ModuleRun
    begun: bool


def opened_by_patient(session: Session, patient_id: str) -> Sequence[Opened]:
    """Oldest first."""
    prompted = select(Prompt.run_id).where(Prompt.patient_id == patient_id)
    statement = select(ModuleRun).where(ModuleRun.patient_id == patient_id, ModuleRun.id.not_in(prompted)).order_by(ModuleRun.opened_at)
    runs = session.scalars(statement).all()
    begun = set(session.scalars(select(Answer.run_id).where(Answer.run_id.in_([run.id for run in runs])).distinct()))
    return [Opened(run, run.id in begun) for run in runs]


def offered_since(
    prompts: Sequence[Prompted], opened: Sequence[Opened], dose: Dose | None, day: Day, now: datetime
) -> Mapping[str, Offered]:
    """By module, counted from the latest dose; follow-ups are not offers of the module.

    What the patient opened counts too, unless it was left before a word was answered: then the clock may ask.
    """
    asked = [(one.prompt.offered_at, one.prompt.module, one.responded) for one in prompts if one.prompt.step is None]
    asked += [(one.run.opened_at, one.run.module, True) for one in opened if one.begun or one.run.status not in _LEFT]
    found: dict[str, Offered] = {}
    for at, module, responded in sorted(asked):
        if module == "M1" or dose is None or at >= dose.ended_at:
            on_day = day.days_between(dose.ended_at, at) if dose else 0
            times = found[module].times if module in found else 0
            found[module] = Offered(times + 1, (now - at).total_seconds() / 3600, on_day, responded)
    return found


def hours_since_offered(prompts: Sequence[Prompted], now: datetime) -> Mapping[str, float]:
    """By module, whatever doses came after."""
    own = [one.prompt for one in reversed(prompts) if one.prompt.step is None]
    return {prompt.module: (now - prompt.offered_at).total_seconds() / 3600 for prompt in own}


def contacts_on(prompts: Sequence[Prompted], date: str, day: Day) -> int:
    """Offers and reminders of one of the patient's days."""
    moments = [moment for one in prompts for moment in (one.prompt.offered_at, one.prompt.reminded_at) if moment]
    return sum(day.date_of(moment) == date for moment in moments)


def offers_in_week(prompts: Sequence[Prompted], dose: Dose | None, day: Day, now: datetime) -> int:
    """Of the same week after the dose; without a dose, of the last seven days. Follow-ups and reminders belong to their offers."""
    own = [one.prompt for one in prompts if one.prompt.step is None]
    if dose is None:
        return sum(day.days_between(prompt.offered_at, now) < 7 for prompt in own)
    week = day.days_between(dose.ended_at, now) // 7
    since = [prompt for prompt in own if prompt.offered_at >= dose.ended_at]
    return sum(day.days_between(dose.ended_at, prompt.offered_at) // 7 == week for prompt in since)


def unanswered_in_a_row(session: Session, patient_id: str, prompts: Sequence[Prompted]) -> int:
    """Offers that were let go since the patient last answered any step."""
    answered_at = session.scalar(select(func.max(Answer.at)).where(Answer.patient_id == patient_id))
    silent = 0
    for one in prompts:
        if one.responded or (answered_at is not None and answered_at > one.prompt.offered_at):
            break
        silent += one.prompt.let_go_at is not None
    return silent
