"""Whose turn it is to be looked at by the clock that offers modules. A look is a column, so no restart forgets anybody."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from store.course import Enrolment, EnrolmentStatus


def next_look(session: Session, now: datetime) -> str | None:
    """The patient who has waited longest; takes no lock."""
    statement = select(Enrolment.patient_id).where(Enrolment.look_at <= now, Enrolment.status != EnrolmentStatus.ENDED)
    return session.scalar(statement.order_by(Enrolment.look_at).limit(1))


def due_enrolment(session: Session, patient_id: str, now: datetime) -> Enrolment | None:
    """The enrolment as it is now, locked; None when another gateway has looked meanwhile. Lock the conversation first."""
    statement = select(Enrolment).where(Enrolment.patient_id == patient_id).with_for_update()
    found = session.scalar(statement.execution_options(populate_existing=True))
    due = found is not None and found.look_at <= now and found.status != EnrolmentStatus.ENDED
    return found if due else None


def look_again(session: Session, patient_id: str, at: datetime) -> None:
    session.execute(update(Enrolment).where(Enrolment.patient_id == patient_id).values(look_at=at))
