"""Whose browser this is, and the first lines a new conversation begins with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway.errors import Refused
from gateway.parts import Parts
from store.course_queries import read_standing
from store.messages import Saying, add_outbound, lock_conversation
from store.patients import WEB_SESSION_LASTS, add_patient, by_entry_token, by_web_token, conversation_of, open_web_session
from store.people import Patient
from store.talk import Author, Conversation

COOKIE = "afterglow_patient"
LONGEST_TEXT = 4000


@dataclass(frozen=True, slots=True)
class Wish:
    """What a browser brings: its cookie, the token of an entry link, or the demo patient somebody wants to be."""

    cookie: str | None
    entry: str | None
    demo_patient: str | None


@dataclass(frozen=True, slots=True)
class Opened:
    """A web session. `token` is new and must be set as a cookie; None when the browser's own still holds."""

    conversation_id: str
    body: Mapping[str, Any]
    token: str | None
    max_age: int = int(WEB_SESSION_LASTS.total_seconds())


def who(parts: Parts, token: str | None) -> str | None:
    """The patient behind a cookie."""
    if not token:
        return None
    with parts.store.read() as session:
        return by_web_token(session, token, parts.now())


def open_session(parts: Parts, wish: Wish) -> Opened:
    """Raises Refused (401) when nothing tells who this is and guests are not let in."""
    now = parts.now()
    known = None if wish.entry or wish.demo_patient else who(parts, wish.cookie)
    if known is not None:
        with parts.store.read() as session:
            patient, token = session.get_one(Patient, known), None
            fresh = conversation_of(session, known).last_seq == 0
            if not fresh:
                return _opened(parts, session, patient, token, now)
    with parts.store.write() as session:
        patient = session.get_one(Patient, known) if known else _new_here(parts, session, wish)
        token = None if known else open_web_session(session, patient.id, now)
        _greet(parts, session, patient, now)
        return _opened(parts, session, patient, token, now)


def _new_here(parts: Parts, session: Session, wish: Wish) -> Patient:
    patient = _by_link(session, wish) or _demo_patient(parts, session, wish.demo_patient)
    if patient is None and parts.settings.guests and not parts.settings.demo and not wish.entry:
        patient = add_patient(session, name=None, guest=True)
        patient.locale, patient.timezone = parts.settings.clinic.locale, parts.settings.clinic.timezone
    if patient is None:
        raise Refused(401, "no_session", "Please open the link from your clinic again.")
    return patient


def _by_link(session: Session, wish: Wish) -> Patient | None:
    return by_entry_token(session, wish.entry) if wish.entry else None


def _demo_patient(parts: Parts, session: Session, wanted: str | None) -> Patient | None:
    if not parts.settings.demo:
        return None
    patients = demo_patients(session)
    return next((one for one in patients if one.id == wanted), patients[0] if patients and wanted is None else None)


def demo_patients(session: Session) -> Sequence[Patient]:
    return session.scalars(select(Patient).where(Patient.demo).order_by(Patient.created_at, Patient.id)).all()


def _greet(parts: Parts, session: Session, patient: Patient, now: datetime) -> None:
    """Once, and before anything else: this is a chatbot, not a person."""
    conversation = lock_conversation(session, conversation_of(session, patient.id).id)
    if conversation.last_seq:
        return
    greet(parts, session, conversation, patient, ("greeting", "greeting_guest" if patient.guest else "greeting_next"), now)


def greet(
    parts: Parts, session: Session, conversation: Conversation, patient: Patient, keys: Sequence[str], now: datetime
) -> None:
    for key in keys:
        add_outbound(session, conversation, Saying(parts.wording.line(key, patient), Author.BOT, script=key), at=now)


def _opened(parts: Parts, session: Session, patient: Patient, token: str | None, now: datetime) -> Opened:
    conversation = conversation_of(session, patient.id)
    listed = demo_patients(session) if parts.settings.demo else ()
    body = {
        "patient": {"id": patient.id, "name": patient.name or ""},
        "demo": parts.settings.demo,
        "patients": [{"id": one.id, "name": one.name, "about": _about(session, one, now)} for one in listed],
        "last_seq": conversation.last_seq,
        "help": _help(parts, patient),
        "limits": {"text": LONGEST_TEXT},
    }
    return Opened(conversation.id, body, token)


def _help(parts: Parts, patient: Patient) -> Mapping[str, str]:
    contacts = parts.wording.contacts(patient)
    return {key: contacts[key] for key in ("crisis_line", "emergency", "text_line", "clinic_phone")}


def _about(session: Session, patient: Patient, now: datetime) -> str:
    """Where a demo patient stands, for whoever chooses among them."""
    hours = read_standing(session, patient.id, now).hours_since_dose
    if hours is None:
        return "before the first dose"
    return f"{hours:.0f} hours after a dose" if hours < 36 else f"day {int(hours // 24)} after a dose"
