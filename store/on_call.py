"""Tables: who is called at which hour, and where they can be reached."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, EncryptedText, Id, UtcDateTime, new_id, utc_now


class Role(StrEnum):
    """The rungs, in the order in which they are called (CRISIS.md §9.1)."""

    PRIMARY = "primary"
    BACKUP = "backup"
    DIRECTOR = "director"


EVERYONE = "everyone"
"""Above the last rung, and wherever nobody is on call."""
LOWEST, HIGHEST = 2, 5
"""The levels somebody can be on call for; level 1 waits for the next business day."""


class Shift(Base):
    """One stretch of every week, in the clinic's time. An end at or before its start lies on the next day."""

    __tablename__ = "on_call_shift"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    clinician_id: Mapped[str] = mapped_column(ForeignKey("clinician.id"))
    role: Mapped[str] = mapped_column(String(12))
    weekday: Mapped[int] = mapped_column(comment="0 is Monday")
    starts: Mapped[int] = mapped_column(comment="minutes after midnight")
    ends: Mapped[int]
    level_from: Mapped[int] = mapped_column(default=LOWEST)
    level_to: Mapped[int] = mapped_column(default=HIGHEST)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class Override(Base):
    """For a while somebody else, or nobody, stands in place of the weekly shifts of one role."""

    __tablename__ = "on_call_override"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    clinician_id: Mapped[str | None] = mapped_column(ForeignKey("clinician.id"), comment="nobody: the rung is left empty")
    role: Mapped[str] = mapped_column(String(12))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    level_from: Mapped[int] = mapped_column(default=LOWEST)
    level_to: Mapped[int] = mapped_column(default=HIGHEST)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class Contact(Base):
    """How one clinician wants to be called. Without a row: by e-mail to the address of the account."""

    __tablename__ = "on_call_contact"

    clinician_id: Mapped[str] = mapped_column(ForeignKey("clinician.id"), primary_key=True)
    email: Mapped[str | None] = mapped_column(EncryptedText, comment="in place of the account's address")
    phone: Mapped[str | None] = mapped_column(EncryptedText, comment="E.164")
    by_email: Mapped[bool] = mapped_column(Boolean, default=True)
    by_sms: Mapped[bool] = mapped_column(Boolean, default=False)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
