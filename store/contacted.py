"""When a clinician was last with a patient: wrote, spoke on the phone, or took the conversation over."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from store.care import Handoff
from store.notes import Note, NoteKind
from store.talk import Author, Conversation, DeliveryStatus, Message


def last_contact(session: Session, conversation_id: str) -> datetime | None:
    """Any clinician counts. A text that did not arrive reached nobody, nor did a line that no browser has shown."""
    shown = select(Conversation.seen_seq).where(Conversation.id == conversation_id).scalar_subquery()
    wrote = select(func.max(Message.created_at)).where(
        Message.conversation_id == conversation_id, Message.author == Author.CLINICIAN,
        Message.delivery_status.not_in((DeliveryStatus.FAILED, DeliveryStatus.CANCELLED)),
        or_(Message.channel != "web", Message.seq <= shown),
    )  # fmt: skip
    rang = select(func.max(Note.at)).where(Note.conversation_id == conversation_id, Note.kind == NoteKind.CALL)
    joined = select(func.max(Handoff.joined_at)).where(Handoff.conversation_id == conversation_id)
    return max(filter(None, (session.scalar(one) for one in (wrote, rang, joined))), default=None)
