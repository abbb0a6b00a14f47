"""What the clock would do for one patient now, and why not more: the same decision that the clock takes, read only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from programme import Day, Plan, Programme
from store.card import Course
from store.circumstances import closed_since_crisis, stopped_because
from store.course import Dose, RunStatus
from store.patient_day import consent_of
from store.patients import conversation_of
from store.people import Patient
from store.planned import planned
from store.prompted import Prompted, prompts_of

SHOWN = 8


@dataclass(frozen=True, slots=True)
class Sent:
    """One prompt, with its time as the patient lives it."""

    module: str
    name: str
    at: str
    what: str


@dataclass(frozen=True, slots=True)
class DoseRow:
    """A dose as its form shows it, in the clinic's time."""

    dose: Dose
    ended: str
    discharged: str
    planned: bool
    patients_time: str
    """Empty when patient and clinic share a clock."""


@dataclass(frozen=True, slots=True)
class Outlook:
    plan: Plan
    first: str
    reasons: Sequence[tuple[str, str, str]]
    """(id, name, why not now)"""
    sent: Sequence[Sent]
    day: Day
    consent: bool | None
    stopped: str
    closed: Sequence[str]
    """Modules that wait, since an event, for a clinician to open them."""
    doses: Sequence[DoseRow]


def outlook(session: Session, programme: Programme, patient: Patient, course: Course, clinic_zone: str, now: datetime) -> Outlook:
    conversation, found = conversation_of(session, patient.id), planned(session, programme, patient, now)
    plan, day = found.plan, found.day
    return Outlook(
        plan=plan,
        first=programme.module(plan.module).name if plan.module else "",
        reasons=[(m.id, m.name, plan.refusals[m.id]) for m in programme.patient_modules if m.id in plan.refusals],
        sent=[_sent(one, programme, day) for one in prompts_of(session, patient.id)[:SHOWN]],
        day=day,
        consent=consent_of(session, patient.id, course.enrolment),
        stopped=stopped_because(session, conversation, course.enrolment, programme),
        closed=[f"{one} {programme.module(one).name}" for one in closed_since_crisis(session, conversation, course.enrolment, programme)],
        doses=[_dose(dose, clinic_zone, day.zone, now) for dose in course.doses],
    )


def _sent(one: Prompted, programme: Programme, day: Day) -> Sent:
    module = programme.modules.get(one.prompt.module)
    return Sent(one.prompt.module, module.name if module else "", _local(one.prompt.offered_at, day.zone), _became(one, day))


def _became(one: Prompted, day: Day) -> str:
    reminded = f", reminded {_local(one.prompt.reminded_at, day.zone)}" if one.prompt.reminded_at else ""
    if one.run.status == RunStatus.FINISHED:
        return f"done{reminded}"
    if one.responded:
        return f"{'begun' if one.begun else one.run.status}, not finished{reminded}"
    return f"no answer{reminded}" if one.prompt.let_go_at else f"waiting for an answer{reminded}"


def _dose(dose: Dose, clinic: str, patients: str, now: datetime) -> DoseRow:
    same = dose.ended_at.astimezone(ZoneInfo(clinic)).utcoffset() == dose.ended_at.astimezone(ZoneInfo(patients)).utcoffset()
    return DoseRow(
        dose, _typed(dose.ended_at, clinic), _typed(dose.discharged_at, clinic), dose.ended_at > now,
        "" if same else _local(dose.ended_at, patients),
    )  # fmt: skip


def _typed(at: datetime | None, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M") if at else ""


def _local(at: datetime, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).strftime("%a %d %b, %H:%M")
