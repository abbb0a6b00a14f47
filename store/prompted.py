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


def offered_since(prompts: Sequence[Prompted], dose: Dose | None, day: Day, now: datetime) -> Mapping[str, Offered]:
    """By module, counted from the latest dose; follow-ups are not offers of the module."""
    found: dict[str, Offered] = {}
    for one in reversed([one for one in prompts if _of(one.prompt, dose) and one.prompt.step is None]):
        prompt, before = one.prompt, found.get(one.prompt.module)
        on_day = day.days_between(dose.ended_at, prompt.offered_at) if dose else 0
        hours = (now - prompt.offered_at).total_seconds() / 3600
        found[prompt.module] = Offered((before.times if before else 0) + 1, hours, on_day, one.responded)
    return found


def _of(prompt: Prompt, dose: Dose | None) -> bool:
    return prompt.module == "M1" or (dose is None or prompt.offered_at >= dose.ended_at)


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
