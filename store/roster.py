"""The patients of the clinic, and what a clinician sets for them: doses and holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.audit import record_act
from store.care import Flag, FlagStatus
from store.course import Dose, Enrolment, EnrolmentStatus
from store.errors import StoreError, UnknownRecord
from store.notes import NoteKind, add_note
from store.patients import conversation_of
from store.people import Patient
from store.queue import last_doses
from store.talk import Conversation

FARTHEST_AHEAD = timedelta(days=365)
FARTHEST_BACK = timedelta(days=365 * 3)


@dataclass(frozen=True, slots=True)
class Listed:
    patient: Patient
    conversation: Conversation
    enrolment: Enrolment | None
    dosed_at: datetime | None
    level: int | None
    """The gravest open flag, if there is one."""


def list_patients(session: Session, now: datetime, limit: int = 500) -> Sequence[Listed]:
    """The patients who wrote last come first."""
    rows = session.execute(
        select(Patient, Conversation, Enrolment)
        .join(Conversation, Conversation.patient_id == Patient.id)
        .outerjoin(Enrolment, Enrolment.patient_id == Patient.id)
        .order_by(Conversation.last_inbound_at.desc().nulls_last(), Patient.created_at)
        .limit(limit)
    ).all()
    doses, levels = last_doses(session, [patient.id for patient, _, _ in rows], now), _levels(session)
    return [
        Listed(patient, conversation, enrolment, doses.get(patient.id), levels.get(conversation.id))
        for patient, conversation, enrolment in rows
    ]


def add_dose(session: Session, clinician_id: str, patient_id: str, ended_at: datetime, route: str, now: datetime) -> Dose:
    """A dosing visit, past or planned. Raises StoreError when the date cannot be meant."""
    if not now - FARTHEST_BACK <= ended_at <= now + FARTHEST_AHEAD:
        raise StoreError("That date is too far away to be meant.")
    doses = session.scalar(select(func.count()).select_from(Dose).where(Dose.patient_id == patient_id)) or 0
    dose = Dose(patient_id=patient_id, ended_at=ended_at, number=doses + 1, route=route[:24])
    session.add(dose)
    session.flush()
    record_act(session, clinician_id, patient_id, "add_dose", now, f"dose {dose.id}")
    return dose


def hold(session: Session, clinician_id: str, patient_id: str, reason: str, now: datetime) -> None:
    """No programme until somebody ends the hold. Safety and questions stay on."""
    if not reason.strip():
        raise StoreError("Give a reason for the hold.")
    enrolment = _enrolment(session, patient_id)
    enrolment.status, enrolment.hold_reason = EnrolmentStatus.HELD, reason.strip()
    add_note(session, conversation_of(session, patient_id).id, clinician_id, reason.strip(), now, NoteKind.HOLD)
    record_act(session, clinician_id, patient_id, "hold", now)


def end_hold(session: Session, clinician_id: str, patient_id: str, now: datetime) -> None:
    enrolment = _enrolment(session, patient_id)
    enrolment.status, enrolment.hold_reason, enrolment.paused_until = EnrolmentStatus.ACTIVE, None, None
    record_act(session, clinician_id, patient_id, "end_hold", now)


def enrol(session: Session, clinician_id: str, patient_id: str, now: datetime) -> None:
    """The programme may begin."""
    if session.get(Patient, patient_id) is None:
        raise UnknownRecord("There is no such patient.")
    if session.scalar(select(Enrolment.id).where(Enrolment.patient_id == patient_id)) is None:
        session.add(Enrolment(patient_id=patient_id, started_at=now))
        record_act(session, clinician_id, patient_id, "enrol", now)


def _enrolment(session: Session, patient_id: str) -> Enrolment:
    found = session.scalar(select(Enrolment).where(Enrolment.patient_id == patient_id))
    if found is None:
        raise StoreError("This patient is not enrolled in the programme.")
    return found


def _levels(session: Session) -> Mapping[str, int]:
    statement = select(Flag.conversation_id, func.max(Flag.level)).where(Flag.status != FlagStatus.CLOSED)
    return {row[0]: row[1] for row in session.execute(statement.group_by(Flag.conversation_id))}
