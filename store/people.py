"""Tables: who there is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, EncryptedText, Id, UtcDateTime, new_id, utc_now


class Patient(Base):
    """A person in care; a guest is somebody who wrote to us before the clinic told us who they are."""

    __tablename__ = "patient"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    name: Mapped[str | None] = mapped_column(EncryptedText)
    phone: Mapped[str | None] = mapped_column(EncryptedText, comment="E.164")
    phone_index: Mapped[str | None] = mapped_column(String(64), unique=True, comment="keyed hash of phone")
    location: Mapped[str | None] = mapped_column(EncryptedText)
    location_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    trusted_person: Mapped[str | None] = mapped_column(EncryptedText)
    trusted_person_consent: Mapped[bool] = mapped_column(Boolean, default=False)
    locale: Mapped[str] = mapped_column(String(8), default="US", comment="key of clinical/resources.yml")
    language: Mapped[str] = mapped_column(String(8), default="en")
    timezone: Mapped[str] = mapped_column(String(48), default="America/New_York")
    guest: Mapped[bool] = mapped_column(Boolean, default=False)
    demo: Mapped[bool] = mapped_column(Boolean, default=False)
    test: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false(), comment="made up for the daily test")
    entry_token_hash: Mapped[str | None] = mapped_column(String(64), unique=True, comment="clinic-issued link")
    medicines: Mapped[str | None] = mapped_column(EncryptedText, comment="as the team recorded them")
    medicines_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sms_opted_out_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="STOP received")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class PatientWebSession(Base):
    """One browser of one patient."""

    __tablename__ = "patient_web_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Clinician(Base):
    __tablename__ = "clinician"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(String(254), unique=True, comment="lower case")
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(String(255), comment="Argon2id")
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    admin: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false(), comment="may set the daily test, export labels")
    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class ClinicianWebSession(Base):
    """One browser of one clinician; ends on log-out, idleness or after a working day."""

    __tablename__ = "clinician_web_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    clinician_id: Mapped[str] = mapped_column(ForeignKey("clinician.id"), index=True)
    csrf_token: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, comment="last act of the person")
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AuditEntry(Base):
    """A person read or changed something of a patient's record."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_looked", "clinician_id", "action", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    clinician_id: Mapped[str | None] = mapped_column(ForeignKey("clinician.id"))
    patient_id: Mapped[str | None] = mapped_column(ForeignKey("patient.id"), index=True)
    action: Mapped[str] = mapped_column(String(48))
    detail: Mapped[str] = mapped_column(String(200), default="", comment="ids and codes, never patients' words")
