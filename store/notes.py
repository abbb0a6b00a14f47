"""Table: what clinicians write for each other. No patient ever reads it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.base import Base, EncryptedText, Id, UtcDateTime, new_id, utc_now


class NoteKind(StrEnum):
    NOTE = "note"
    TAKE_OVER = "take_over"
    HOLD = "hold"
    CALL = "call"
    """The patient was reached by phone."""
    NO_ANSWER = "no_answer"


class Note(Base):
    """A private note on a conversation, or the reason somebody gave for taking it from a colleague."""

    __tablename__ = "note"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"), index=True)
    clinician_id: Mapped[str] = mapped_column(ForeignKey("clinician.id"))
    kind: Mapped[str] = mapped_column(String(12), default=NoteKind.NOTE)
    text: Mapped[str] = mapped_column(EncryptedText)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


def add_note(
    session: Session, conversation_id: str, clinician_id: str, text: str, at: datetime, kind: NoteKind = NoteKind.NOTE
) -> Note:
    note = Note(conversation_id=conversation_id, clinician_id=clinician_id, kind=kind, text=text, at=at)
    session.add(note)
    return note


def notes_of(session: Session, conversation_id: str) -> Sequence[Note]:
    """Newest first."""
    return session.scalars(select(Note).where(Note.conversation_id == conversation_id).order_by(Note.at.desc())).all()
