"""Table: what a clinician says of the screen's verdict, with the exact words. Read again before it teaches anything."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, EncryptedText, Id, UtcDateTime, new_id, utc_now


class LabelKind(StrEnum):
    FALSE_ALARM = "false_alarm"
    MISSED = "missed"


class LabelStatus(StrEnum):
    OPEN = "open"
    KEPT = "kept"
    LEFT_OUT = "left_out"


class Label(Base):
    """ "False alarm" or "should have been flagged", for one stretch of one message. A label, never a deletion."""

    __tablename__ = "label"
    __table_args__ = (UniqueConstraint("message_id", "kind", "span_start", "span_end"), Index("ix_label_status", "status", "at"))

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    message_id: Mapped[str] = mapped_column(ForeignKey("message.id"))
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"))
    flag_id: Mapped[str | None] = mapped_column(ForeignKey("flag.id"))
    kind: Mapped[str] = mapped_column(String(12))
    span_start: Mapped[int]
    span_end: Mapped[int]
    level: Mapped[int] = mapped_column(comment="what it should have been")
    category: Mapped[str] = mapped_column(String(8))
    note: Mapped[str | None] = mapped_column(EncryptedText)
    hide: Mapped[str | None] = mapped_column(EncryptedText, comment="words to take out besides those found")
    clinician_id: Mapped[str] = mapped_column(ForeignKey("clinician.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    status: Mapped[str] = mapped_column(String(10), default=LabelStatus.OPEN)
    reviewed_by: Mapped[str | None] = mapped_column(ForeignKey("clinician.id"))
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
