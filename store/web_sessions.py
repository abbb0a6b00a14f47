"""A clinician's browser: a bearer token that ends on log-out, idleness or after a working day."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from store.crypto import hash_token
from store.people import Clinician, ClinicianWebSession

WORKING_DAY = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is at the console, in which browser. `idle_at` is when they will be logged out unless they do something."""

    clinician_id: str
    name: str
    csrf_token: str
    session_id: str
    idle_at: datetime
    admin: bool = False


def open_session(session: Session, clinician_id: str, now: datetime) -> str:
    """A new bearer token for one browser; only its hash is kept."""
    token = secrets.token_urlsafe(32)
    session.add(
        ClinicianWebSession(
            token_hash=hash_token(token), clinician_id=clinician_id, csrf_token=secrets.token_urlsafe(32),
            created_at=now, seen_at=now, expires_at=now + WORKING_DAY,
        )  # fmt: skip
    )
    return token


def find_visitor(session: Session, token: str, now: datetime, idle_after: timedelta) -> Visitor | None:
    """Who this token belongs to, unless the browser sat idle for too long or the day is over."""
    found = session.get(ClinicianWebSession, hash_token(token))
    if found is None or found.expires_at <= now or found.seen_at + idle_after <= now:
        return None
    clinician = session.get_one(Clinician, found.clinician_id)
    if not clinician.active:
        return None
    idle_at = min(found.seen_at + idle_after, found.expires_at)
    return Visitor(clinician.id, clinician.name, found.csrf_token, found.token_hash, idle_at, clinician.admin)


def note_activity(session: Session, session_id: str, now: datetime) -> None:
    """The person did something: the idle clock begins anew."""
    found = session.get(ClinicianWebSession, session_id)
    if found is not None:
        found.seen_at = max(found.seen_at, now)


def close_session(session: Session, session_id: str) -> None:
    session.execute(delete(ClinicianWebSession).where(ClinicianWebSession.token_hash == session_id))


def forget_ended(session: Session, now: datetime, idle_after: timedelta) -> None:
    """Rows of browsers that may not come back."""
    ended = or_(ClinicianWebSession.expires_at <= now, ClinicianWebSession.seen_at <= now - idle_after)
    session.execute(delete(ClinicianWebSession).where(ended))
