"""Tables: what a clinician is asked to do, and what was done."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, EncryptedText, Id, UtcDateTime, new_id, utc_now


class FlagKind(StrEnum):
    """Why a clinician is asked."""

    RISK = "risk"
    UNSCREENED = "unscreened"
    BOT_FAILED = "bot_failed"
    NOT_UNDERSTOOD = "not_understood"
    UNDELIVERED = "undelivered"
    PERSON_REQUESTED = "person_requested"
    NOTE = "note"
    MISSED = "missed"
    FOLLOW_UP = "follow_up"


class FlagStatus(StrEnum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"


class PageStatus(StrEnum):
    """Accepted by the provider and acknowledged by a person are different facts."""

    DUE = "due"
    ACCEPTED = "accepted"
    ACKNOWLEDGED = "acknowledged"
    CANCELLED = "cancelled"
    QUIET = "quiet"
    """Level 2: somebody is told, the patient was promised nothing, and nothing waits for it to be accepted."""
    UNREACHED = "unreached"
    """Acknowledged, and then nobody was with the patient in time: another page has gone on in its place."""


class Flag(Base):
    """Asks a clinician. A patient's second crisis joins the open risk flag."""

    __tablename__ = "flag"
    __table_args__ = (Index("ix_flag_queue", "status", "level", "opened_at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"), index=True)
    message_id: Mapped[str | None] = mapped_column(ForeignKey("message.id"), comment="the message that raised it last")
    kind: Mapped[str] = mapped_column(String(20))
    level: Mapped[int] = mapped_column(comment="highest so far; only a person lowers it")
    category: Mapped[str] = mapped_column(String(8), default="none")
    reason: Mapped[str] = mapped_column(EncryptedText)
    urgency: Mapped[str | None] = mapped_column(String(10), comment="as the module asks: page, same_day, next_day")
    module: Mapped[str | None] = mapped_column(String(8), comment="which exercise it is about")
    step: Mapped[str | None] = mapped_column(String(48))
    status: Mapped[str] = mapped_column(String(14), default=FlagStatus.OPEN)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, index=True)
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, comment="last time it was raised")
    respond_by: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="CRISIS.md §9.1")
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    acknowledged_by: Mapped[str | None] = mapped_column(ForeignKey("clinician.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[str | None] = mapped_column(ForeignKey("clinician.id"))
    disposition: Mapped[str | None] = mapped_column(String(48), comment="id in clinical/protocol.yml")
    note: Mapped[str | None] = mapped_column(EncryptedText)
    follow_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Handoff(Base):
    """One passage of a conversation from the bot to a person and back."""

    __tablename__ = "handoff"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"), index=True)
    flag_id: Mapped[str | None] = mapped_column(ForeignKey("flag.id"))
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    joined_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    clinician_id: Mapped[str | None] = mapped_column(ForeignKey("clinician.id"))
    returned_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="given back by the clinician")


class Page(Base):
    """Wakes a clinician, and the next one until somebody answers. Carries no clinical text."""

    __tablename__ = "page"
    __table_args__ = (Index("ix_page_due", "status", "due_at"), Index("ix_page_next", "next_at"))

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    flag_id: Mapped[str] = mapped_column(ForeignKey("flag.id"), index=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"), index=True)
    channel: Mapped[str] = mapped_column(String(12), default="console")
    status: Mapped[str] = mapped_column(String(14), default=PageStatus.DUE)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accepted_by: Mapped[str | None] = mapped_column(ForeignKey("clinician.id"), comment="whose open console took it")
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    late_told: Mapped[bool] = mapped_column(Boolean, default=False, comment="script H3 was sent for it")
    level: Mapped[int] = mapped_column(default=0, comment="the flag's level when this page was raised")
    step: Mapped[int] = mapped_column(default=0, comment="rungs called so far")
    called_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="the last of them")
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="when the next one is; none: the ladder has ended")
    empty: Mapped[str] = mapped_column(String(80), default="", comment="rungs nobody stood on")
    alarm_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="nobody was reached, or nobody answered")
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="when the reason came; a quiet call goes out a little later")
    respond_by: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="CRISIS.md §9.1, counted from asked_at")
