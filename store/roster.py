"""The patients of the clinic, as a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.care import Flag, FlagStatus
from store.course import Enrolment
from store.people import Patient
from store.queue import last_doses
from store.talk import Conversation


@dataclass(frozen=True, slots=True)
class Listed:
    patient: Patient
    conversation: Conversation
    enrolment: Enrolment | None
    dosed_at: datetime | None
    level: int | None
    """The gravest open flag, if there is one."""


def list_patients(session: Session, now: datetime, limit: int = 500) -> Sequence[Listed]:
    """The patients who wrote last come first; nobody who was made up for a test."""
    rows = session.execute(
        select(Patient, Conversation, Enrolment)
        .join(Conversation, Conversation.patient_id == Patient.id)
        .outerjoin(Enrolment, Enrolment.patient_id == Patient.id)
        .where(~Patient.test)
        .order_by(Conversation.last_inbound_at.desc().nulls_last(), Patient.created_at)
        .limit(limit)
    ).all()
    doses, levels = last_doses(session, [patient.id for patient, _, _ in rows], now), _levels(session)
    return [
        Listed(patient, conversation, enrolment, doses.get(patient.id), levels.get(conversation.id))
        for patient, conversation, enrolment in rows
    ]


def _levels(session: Session) -> Mapping[str, int]:
    statement = select(Flag.conversation_id, func.max(Flag.level)).where(Flag.status != FlagStatus.CLOSED)
    return {row[0]: row[1] for row in session.execute(statement.group_by(Flag.conversation_id))}
