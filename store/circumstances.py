"""What is true of a patient now, as the programme's gates ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from programme import Circumstances
from store.care import Flag, FlagKind
from store.course import Dose, ModuleRun, RunStatus
from store.course_queries import Standing
from store.talk import Conversation, Owner

CRISIS_LEVEL = 3  # from here on the trauma modules rest (CRISIS.md §9.5)
OBSERVED_HOURS = 24.0  # a dose this long ago needs no discharge mark: nobody stays that long


def circumstances(
    session: Session, conversation: Conversation, standing: Standing, now: datetime, *, asked_for: bool = False
) -> Circumstances:
    """Unknown values stay None and open no gate. `asked_for`: the patient typed START."""
    patient_id = conversation.patient_id
    return Circumstances(
        hours_to_next_dose=_hours(now, _next_dose(session, patient_id, now)),
        hours_between_doses=_gap(session, patient_id, now),
        discharged=_discharged(standing),
        enrolled=standing.enrolled,
        human_has_it=conversation.owner != Owner.BOT,
        held=standing.held,
        hours_since_crisis=_ago(now, _last_crisis(session, conversation.id)),
        hours_since_finished=_finished(session, patient_id, now),
        asked_for=asked_for,
    )


def _discharged(standing: Standing) -> bool:
    if standing.dose is None:
        return True
    long_ago = standing.hours_since_dose is not None and standing.hours_since_dose >= OBSERVED_HOURS
    return long_ago or standing.dose.discharged_at is not None


def _next_dose(session: Session, patient_id: str, now: datetime) -> datetime | None:
    return session.scalar(select(func.min(Dose.ended_at)).where(Dose.patient_id == patient_id, Dose.ended_at > now))


def _gap(session: Session, patient_id: str, now: datetime) -> float | None:
    """Hours between the last dose and the next planned one."""
    ahead = _next_dose(session, patient_id, now)
    last = session.scalar(select(func.max(Dose.ended_at)).where(Dose.patient_id == patient_id, Dose.ended_at <= now))
    return (ahead - last).total_seconds() / 3600 if ahead and last else None


def _last_crisis(session: Session, conversation_id: str) -> datetime | None:
    statement = select(func.max(Flag.raised_at)).where(
        Flag.conversation_id == conversation_id, Flag.kind == FlagKind.RISK, Flag.level >= CRISIS_LEVEL
    )
    return session.scalar(statement)


def _finished(session: Session, patient_id: str, now: datetime) -> Mapping[str, float]:
    statement = select(ModuleRun.module, func.max(ModuleRun.closed_at)).where(
        ModuleRun.patient_id == patient_id, ModuleRun.status == RunStatus.FINISHED, ModuleRun.closed_at.is_not(None)
    )
    rows = session.execute(statement.group_by(ModuleRun.module)).all()
    return {module: (now - closed_at).total_seconds() / 3600 for module, closed_at in rows if closed_at}


def _hours(now: datetime, ahead: datetime | None) -> float | None:
    return (ahead - now).total_seconds() / 3600 if ahead else None


def _ago(now: datetime, before: datetime | None) -> float | None:
    return (now - before).total_seconds() / 3600 if before else None
