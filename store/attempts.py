"""Table: one try to reach one person on one channel, with what the provider and the person made of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, Id, UtcDateTime, new_id


class CallChannel(StrEnum):
    CONSOLE = "console"
    EMAIL = "email"
    SMS = "sms"
    WEBHOOK = "webhook"


class AttemptStatus(StrEnum):
    DUE = "due"
    SENDING = "sending"
    ACCEPTED = "accepted"
    """By the provider. Whether a person has seen it is another fact: `acknowledged_at`."""
    FAILED = "failed"
    UNSURE = "unsure"
    """The gateway died or the line broke while the provider was taking it: it is not said twice."""
    CANCELLED = "cancelled"


UNFINISHED = (AttemptStatus.DUE, AttemptStatus.SENDING)


class PageAttempt(Base):
    """`key` is what makes a call once only: one per page, rung, person and channel. A test alert has no page."""

    __tablename__ = "page_attempt"
    __table_args__ = (Index("ix_page_attempt_due", "status", "due_at"), Index("ix_page_attempt_provider", "provider_id"))

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    page_id: Mapped[str | None] = mapped_column(ForeignKey("page.id"), index=True)
    clinician_id: Mapped[str | None] = mapped_column(ForeignKey("clinician.id"), comment="none: the clinic's webhook")
    channel: Mapped[str] = mapped_column(String(12))
    role: Mapped[str] = mapped_column(String(12), comment="who was meant: a Role, everyone, test or acknowledge")
    step: Mapped[int] = mapped_column(default=0, comment="which rung, counted from the page's first")
    status: Mapped[str] = mapped_column(String(12), default=AttemptStatus.DUE)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    claimed_by: Mapped[str | None] = mapped_column(String(40))
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="by the provider")
    failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="by the person it went to")
    provider_id: Mapped[str | None] = mapped_column(String(120))
    error_code: Mapped[str | None] = mapped_column(String(40))
