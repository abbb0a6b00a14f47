"""Finding patients: by phone, by entry link, by browser. One patient, one conversation."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
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
    conversation: Conversation | None = session.scalar(_conversation_of(), {"patient": patient_id})
    if conversation is None:
        raise UnknownRecord(f"Patient {patient_id} has no conversation.")
    return conversation


@cache
def _conversation_of() -> Select[Any]:
    return select(Conversation).where(Conversation.patient_id == bindparam("patient"))


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
    patient_id: str | None = session.scalar(_by_web_token(), {"token": hash_token(token), "now": now})
    return patient_id


@cache
def _by_web_token() -> Select[Any]:
    open_still = PatientWebSession.token_hash == bindparam("token"), PatientWebSession.expires_at > bindparam("now")
    return select(PatientWebSession.patient_id).where(*open_still)


def by_entry_token(session: Session, token: str) -> Patient | None:
    return session.scalar(select(Patient).where(Patient.entry_token_hash == hash_token(token)))
