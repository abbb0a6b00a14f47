"""Where a patient stands in the programme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from programme import Place
from store.course import Dose, Enrolment, EnrolmentStatus, Measure, ModuleRun, RunStatus

SET_UP = "M1"


@dataclass(frozen=True, slots=True)
class Standing:
    """A patient's place in the course, as one message finds it. `runs` are those since the last dose."""

    enrolled: bool
    held: bool
    dose: Dose | None
    hours_since_dose: float | None
    run: ModuleRun | None
    done: frozenset[str]
    moods: tuple[int, ...]

    @property
    def place(self) -> Place | None:
        """Where the next words are an answer. A paused module waits for START: what is written meanwhile is not its answer."""
        return self._stands(RunStatus.OPEN)

    @property
    def paused_place(self) -> Place | None:
        """Where START goes on."""
        return self._stands(RunStatus.PAUSED)

    def _stands(self, status: RunStatus) -> Place | None:
        return Place.from_dict(self.run.place) if self.run and self.run.place and self.run.status == status else None

    @property
    def dip_window(self) -> bool:
        """Days 5 to 14 after the latest dose."""
        return self.hours_since_dose is not None and 120 <= self.hours_since_dose <= 336


def read_standing(session: Session, patient_id: str, now: datetime) -> Standing:
    enrolment = session.scalar(select(Enrolment).where(Enrolment.patient_id == patient_id))
    dose = _last_dose(session, patient_id, now)
    hours = (now - dose.ended_at).total_seconds() / 3600 if dose else None
    runs = _runs(session, patient_id, dose)
    return Standing(
        enrolled=enrolment is not None and enrolment.status != EnrolmentStatus.ENDED,
        held=enrolment is not None and _held(enrolment, now),
        dose=dose,
        hours_since_dose=hours,
        run=_resumable(session, patient_id),
        done=_finished(runs) | _ever_set_up(session, patient_id),
        moods=_moods(session, patient_id),
    )


def _finished(runs: Sequence[ModuleRun]) -> frozenset[str]:
    return frozenset(run.module for run in runs if run.status == RunStatus.FINISHED)


def _ever_set_up(session: Session, patient_id: str) -> frozenset[str]:
    """Getting set up is done once, whatever doses come after it."""
    statement = select(ModuleRun).where(ModuleRun.patient_id == patient_id, ModuleRun.module == SET_UP)
    return _finished(session.scalars(statement).all())


def _held(enrolment: Enrolment, now: datetime) -> bool:
    paused = enrolment.paused_until is not None and enrolment.paused_until > now
    return paused or enrolment.status == EnrolmentStatus.HELD


def _last_dose(session: Session, patient_id: str, now: datetime) -> Dose | None:
    statement = select(Dose).where(Dose.patient_id == patient_id, Dose.ended_at <= now)
    return session.scalar(statement.order_by(Dose.ended_at.desc()).limit(1))


def _resumable(session: Session, patient_id: str) -> ModuleRun | None:
    statement = select(ModuleRun).where(
        ModuleRun.patient_id == patient_id, ModuleRun.status.in_((RunStatus.OPEN, RunStatus.PAUSED))
    )
    return session.scalar(statement.order_by(ModuleRun.moved_at.desc()).limit(1))


def _runs(session: Session, patient_id: str, dose: Dose | None) -> Sequence[ModuleRun]:
    statement = select(ModuleRun).where(ModuleRun.patient_id == patient_id)
    if dose is not None:
        statement = statement.where(ModuleRun.opened_at >= dose.ended_at)
    return session.scalars(statement).all()


def _moods(session: Session, patient_id: str) -> tuple[int, ...]:
    statement = select(Measure.value).where(Measure.patient_id == patient_id, Measure.kind == "mood")
    values: Sequence[Any] = session.scalars(statement.order_by(Measure.at.desc()).limit(5)).all()
    return tuple(int(value) for value in values)


def facts_for_engine(standing: Standing) -> Mapping[str, int]:
    """What branches may ask about beyond the answers: the mood before, for falls of three or more."""
    return {"baseline_mood": standing.moods[0]} if standing.moods else {}
