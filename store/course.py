"""Tables: a patient's way through the programme."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, EncryptedJson, EncryptedText, Id, UtcDateTime, new_id, utc_now

AT_ONCE = datetime(2000, 1, 1, tzinfo=UTC)  # due for whatever clock looks


class EnrolmentStatus(StrEnum):
    ACTIVE = "active"
    HELD = "held"
    ENDED = "ended"


class RunStatus(StrEnum):
    """Where one passage through a module stands. Open and paused ones can be resumed, on any channel."""

    OPEN = "open"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"
    LAPSED = "lapsed"
    """Offered by the clock, and let go without an answer."""


class Enrolment(Base):
    """A patient in the programme, and how the clock may write to them. The clock looks at every row whose `look_at` has come."""

    __tablename__ = "enrolment"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.id"), unique=True)
    status: Mapped[str] = mapped_column(String(8), default=EnrolmentStatus.ACTIVE)
    hold_reason: Mapped[str | None] = mapped_column(EncryptedText)
    paused_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reopened_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="flags before this stop the programme no more")
    consent_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="given in the clinic")
    channel: Mapped[str | None] = mapped_column(String(8), comment="where prompts go; none: where the patient wrote last")
    check_in: Mapped[str | None] = mapped_column(String(8), comment="morning, midday, evening; none: as the patient said in M1")
    opens: Mapped[str | None] = mapped_column(String(5), comment="the patient's own hours; none: the clinic's")
    closes: Mapped[str | None] = mapped_column(String(5))
    call_if_silent: Mapped[bool] = mapped_column(Boolean, default=True, comment="tell us when the evening check is not answered")
    look_at: Mapped[datetime] = mapped_column(UtcDateTime, default=AT_ONCE, index=True, comment="when the clock looks next")


class Dose(Base):
    """The end of one dosing visit: hours since dose are counted from here."""

    __tablename__ = "dose"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.id"), index=True)
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime)
    discharged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    number: Mapped[int] = mapped_column(default=1)
    route: Mapped[str] = mapped_column(String(24), default="")
    last: Mapped[bool] = mapped_column(Boolean, default=False, comment="the last one of the course")


class ModuleRun(Base):
    __tablename__ = "module_run"
    __table_args__ = (Index("ix_module_run_open", "patient_id", "status"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.id"))
    dose_id: Mapped[str | None] = mapped_column(ForeignKey("dose.id"))
    module: Mapped[str] = mapped_column(String(8))
    status: Mapped[str] = mapped_column(String(10), default=RunStatus.OPEN)
    place: Mapped[Any] = mapped_column(EncryptedJson, nullable=True, comment="programme.Place: step and facts")
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    moved_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Answer(Base):
    """One answer in the patient's own words, and what the step understood."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("message_id", "module", "step"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.id"), index=True)
    run_id: Mapped[str | None] = mapped_column(ForeignKey("module_run.id"))
    message_id: Mapped[str] = mapped_column(ForeignKey("message.id"))
    module: Mapped[str] = mapped_column(String(8))
    step: Mapped[str] = mapped_column(String(48))
    value: Mapped[Any] = mapped_column(EncryptedJson, nullable=True)
    text: Mapped[str | None] = mapped_column(EncryptedText)
    shared: Mapped[bool] = mapped_column(Boolean, default=True, comment="False: the patient kept it private")
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class Measure(Base):
    """A number that is followed over time: mood, distress, a scale's total."""

    __tablename__ = "measure"
    __table_args__ = (UniqueConstraint("message_id", "kind"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.id"), index=True)
    message_id: Mapped[str] = mapped_column(ForeignKey("message.id"))
    kind: Mapped[str] = mapped_column(String(16))
    value: Mapped[Any] = mapped_column(EncryptedJson)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
