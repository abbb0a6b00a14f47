"""Where a patient stands in the programme."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, select, update
from sqlalchemy.orm import Session

from programme import Place
from store.course import Dose, Enrolment, EnrolmentStatus, Measure, ModuleRun, RunStatus

SET_UP = "M1"
MOODS = 5
_RESUMABLE = (RunStatus.OPEN, RunStatus.PAUSED)
_FELT = ("mood", "distress", "gad2", "who5")

type _Row = Row[*tuple[Any, ...]]


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
    enrolment: Enrolment | None = None
    next_dose_at: datetime | None = None
    first_dose_at: datetime | None = None
    finished_at: Mapping[str, datetime] = field(default_factory=dict)
    """When each module was last finished, whatever doses came after."""
    latest: Mapping[str, int] = field(default_factory=dict)
    """The last mood, distress and scores since the last dose."""
    last: Mapping[str, int] = field(default_factory=dict)
    """The same, whatever doses came after."""
    mood_before_dose: int | None = None
    hours_to_dose: float | None = None
    hours_since_mood: float | None = None

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
    """Four looks, and one more for an open module: this is read with every message."""
    enrolment: Enrolment | None = session.scalar(_enrolment_of(), {"patient": patient_id})
    dose, next_dose_at, first_dose_at = _doses(session, patient_id, now)
    hours = (now - dose.ended_at).total_seconds() / 3600 if dose else None
    runs = _runs(session, patient_id)
    measures = _measures(session, patient_id)
    return Standing(
        enrolled=enrolment is not None and enrolment.status != EnrolmentStatus.ENDED,
        held=enrolment is not None and _held(enrolment, now),
        dose=dose,
        hours_since_dose=hours,
        run=_resumable(session, runs),
        done=_finished(run for run in runs if run.module == SET_UP or dose is None or run.opened_at >= dose.ended_at),
        moods=tuple(int(row.value) for row in measures if row.kind == "mood"),
        enrolment=enrolment,
        next_dose_at=next_dose_at,
        first_dose_at=first_dose_at,
        finished_at={run.module: run.closed_at for run in runs if run.status == RunStatus.FINISHED and run.closed_at},
        latest={row.kind: int(row.value) for row in reversed(measures) if dose is None or row.at >= dose.ended_at},
        last={row.kind: int(row.value) for row in reversed(measures)},
        mood_before_dose=_before(measures, dose),
        hours_to_dose=(next_dose_at - now).total_seconds() / 3600 if next_dose_at else None,
        hours_since_mood=next(((now - row.at).total_seconds() / 3600 for row in measures if row.kind == "mood"), None),
    )


@cache
def _enrolment_of() -> Select[Any]:
    return select(Enrolment).where(Enrolment.patient_id == bindparam("patient"))


def _before(measures: Sequence[_Row], dose: Dose | None) -> int | None:
    moods = [row for row in measures if row.kind == "mood" and dose is not None and row.at < dose.ended_at]
    return int(moods[0].value) if moods else None


def pause_open_run(session: Session, patient_id: str, now: datetime) -> None:
    """Its next question waits: never gone on with by itself."""
    ours = (ModuleRun.patient_id == patient_id, ModuleRun.status == RunStatus.OPEN)
    session.execute(update(ModuleRun).where(*ours).values(status=RunStatus.PAUSED, moved_at=now))


def open_run(session: Session, patient_id: str) -> ModuleRun | None:
    """The module that can be gone on with."""
    run: ModuleRun | None = session.scalar(_open_run(), {"patient": patient_id})
    return run


@cache
def _open_run() -> Select[Any]:
    resumable = select(ModuleRun).where(ModuleRun.patient_id == bindparam("patient"), ModuleRun.status.in_(_RESUMABLE))
    return resumable.order_by(ModuleRun.moved_at.desc()).limit(1)


def last_dose(session: Session, patient_id: str, now: datetime) -> Dose | None:
    statement = select(Dose).where(Dose.patient_id == patient_id, Dose.ended_at <= now)
    return session.scalar(statement.order_by(Dose.ended_at.desc()).limit(1))


def _doses(session: Session, patient_id: str, now: datetime) -> tuple[Dose | None, datetime | None, datetime | None]:
    """The last one, when the next one is planned, and when the first one was."""
    doses = session.scalars(_doses_of(), {"patient": patient_id}).all()
    past = [dose for dose in doses if dose.ended_at <= now]
    ahead = next((dose.ended_at for dose in doses if dose.ended_at > now), None)
    return (past[-1] if past else None), ahead, (past[0].ended_at if past else None)


@cache
def _doses_of() -> Select[Any]:
    return select(Dose).where(Dose.patient_id == bindparam("patient")).order_by(Dose.ended_at)


def _finished(runs: Iterable[_Row]) -> frozenset[str]:
    """Getting set up is done once, whatever doses come after it; everything else counts from the last dose."""
    return frozenset(run.module for run in runs if run.status == RunStatus.FINISHED)


def _held(enrolment: Enrolment, now: datetime) -> bool:
    paused = enrolment.paused_until is not None and enrolment.paused_until > now
    return paused or enrolment.status == EnrolmentStatus.HELD


def _runs(session: Session, patient_id: str) -> Sequence[_Row]:
    """All of them, in the order they were closed, without anybody's answers."""
    return session.execute(_runs_of(), {"patient": patient_id}).all()


@cache
def _runs_of() -> Select[*tuple[Any, ...]]:
    columns = (ModuleRun.id, ModuleRun.module, ModuleRun.status, ModuleRun.opened_at, ModuleRun.moved_at, ModuleRun.closed_at)
    return select(*columns).where(ModuleRun.patient_id == bindparam("patient")).order_by(ModuleRun.closed_at)


def _resumable(session: Session, runs: Sequence[_Row]) -> ModuleRun | None:
    found = max((run for run in runs if run.status in _RESUMABLE), key=lambda run: run.moved_at, default=None)
    return session.get(ModuleRun, found.id) if found else None


def _measures(session: Session, patient_id: str) -> Sequence[_Row]:
    """The last few of each kind, newest first."""
    return session.execute(_last_measures(), {"patient": patient_id}).all()


@cache
def _last_measures() -> Select[Any]:
    place = func.row_number().over(partition_by=Measure.kind, order_by=Measure.at.desc()).label("place")
    mine = select(Measure.kind, Measure.value, Measure.at, place)
    ranked = mine.where(Measure.patient_id == bindparam("patient"), Measure.kind.in_(_FELT)).subquery()
    wanted = select(ranked.c.kind, ranked.c.value, ranked.c.at).where(ranked.c.place <= MOODS)
    return wanted.order_by(ranked.c.at.desc())


def facts_for_engine(standing: Standing) -> Mapping[str, int]:
    """What branches may ask about beyond the answers: the mood that a fall of three or more is measured from.

    The better of the last rating and the one before the dose: a slow fall counts as much as a sudden one.
    """
    known = [mood for mood in (*standing.moods[:1], standing.mood_before_dose) if mood is not None]
    facts = {f"last_{score}": standing.last[score] for score in ("gad2", "who5") if score in standing.last}
    if standing.hours_to_dose is not None:
        facts["hours_to_dose"] = int(standing.hours_to_dose)
    return {**facts, "baseline_mood": max(known)} if known else facts
