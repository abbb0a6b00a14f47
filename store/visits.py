"""The planned visit, as patients' texts name it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.course import Dose
from store.people import Patient
from store.wording import Wording


def next_dose(session: Session, patient_id: str, now: datetime) -> datetime | None:
    return session.scalar(select(func.min(Dose.ended_at)).where(Dose.patient_id == patient_id, Dose.ended_at > now))


def filled(wording: Wording, text: str, session: Session, patient: Patient, now: datetime) -> str:
    """`text` with its placeholders replaced; {session_day} is the weekday of the next visit, where the patient lives.

    With nothing planned the clinic's own words for it stay.
    """
    if "{session_day}" not in text or (at := next_dose(session, patient.id, now)) is None:
        return wording.fill(text, patient)
    return wording.fill(text, patient, session_day=wording.weekday(at, patient))
