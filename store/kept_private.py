"""What a patient kept private: the words are on record for safety, and shown to nobody unless risk was heard in them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.care import Flag
from store.course import Answer
from store.talk import AssessmentRow

RISK_HEARD = 2  # from here on a person is brought in, and must read why


def kept_private(session: Session, patient_id: str) -> frozenset[str]:
    """The ids of the messages whose words stay the patient's own (M5: "your team will only see that you did it")."""
    asked = select(Answer.message_id).where(Answer.patient_id == patient_id, Answer.shared.is_(False))
    private = set(session.scalars(asked))
    if not private:
        return frozenset()
    flagged = session.scalars(select(Flag.message_id).where(Flag.message_id.in_(private)))
    risky = select(AssessmentRow.message_id).where(AssessmentRow.message_id.in_(private), AssessmentRow.level >= RISK_HEARD)
    return frozenset(private - {*flagged, *session.scalars(risky)})
