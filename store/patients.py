"""Finding patients: by phone, by entry link, by browser. One patient, one conversation."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.base import new_id
from store.crypto import current_cipher, hash_token
from store.errors import UnknownRecord
from store.people import Patient, PatientWebSession
from store.talk import Conversation

WEB_SESSION_LASTS = timedelta(days=90)


def by_phone(session: Session, phone: str) -> Patient | None:
    """`phone` in E.164, as Twilio gives it."""
    return session.scalar(select(Patient).where(Patient.phone_index == current_cipher().index(phone)))


def set_phone(patient: Patient, phone: str | None) -> None:
    """The number and its keyed hash always change together."""
    patient.phone = phone
    patient.phone_index = current_cipher().index(phone) if phone else None


def add_patient(session: Session, *, name: str | None, phone: str | None = None, guest: bool = False) -> Patient:
    """A new patient with their one conversation."""
    patient = Patient(id=new_id(), name=name, guest=guest)
    set_phone(patient, phone)
    session.add(patient)
    session.flush()
    session.add(Conversation(patient_id=patient.id, protocol=None))
    session.flush()
    return patient


def conversation_of(session: Session, patient_id: str) -> Conversation:
    conversation = session.scalar(select(Conversation).where(Conversation.patient_id == patient_id))
    if conversation is None:
        raise UnknownRecord(f"Patient {patient_id} has no conversation.")
    return conversation


def open_web_session(session: Session, patient_id: str, now: datetime) -> str:
    """A new bearer token for one browser; only its hash is kept."""
    token = secrets.token_urlsafe(32)
    session.add(
        PatientWebSession(
            token_hash=hash_token(token), patient_id=patient_id, created_at=now, expires_at=now + WEB_SESSION_LASTS
        )
    )
    return token


def by_web_token(session: Session, token: str, now: datetime) -> str | None:
    """The patient's id."""
    statement = select(PatientWebSession.patient_id).where(PatientWebSession.token_hash == hash_token(token))
    return session.scalar(statement.where(PatientWebSession.expires_at > now))


def by_entry_token(session: Session, token: str) -> Patient | None:
    return session.scalar(select(Patient).where(Patient.entry_token_hash == hash_token(token)))
