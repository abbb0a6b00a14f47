"""Looking for past flags. Words are encrypted, so what cannot be asked of the database is read and compared, up to a limit that is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from store.care import Flag
from store.clinicians import names_of
from store.people import Patient
from store.talk import Conversation, Message

READ = 500
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for; empty ones do not matter. `name` and `words` are compared with what is decrypted."""

    name: str = ""
    words: str = ""
    level: int | None = None
    category: str = ""
    disposition: str = ""
    clinician_id: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def reads(self) -> bool:
        return bool(self.name or self.words)


@dataclass(frozen=True, slots=True)
class PastFlag:
    flag: Flag
    patient: Patient
    message: Message | None


@dataclass(frozen=True, slots=True)
class Found:
    """`matching` flags fit what the database could be asked; `read` of them were looked into."""

    rows: Sequence[PastFlag]
    matching: int
    read: int
    names: Mapping[str, str]

    @property
    def cut(self) -> bool:
        return self.read < self.matching


def find_flags(session: Session, wanted: Wanted) -> Found:
    """Newest first."""
    statement = _asked(wanted)
    matching = session.scalar(select(func.count()).select_from(statement.with_only_columns(Flag.id).subquery())) or 0
    rows = [PastFlag(*row) for row in session.execute(statement.order_by(Flag.opened_at.desc()).limit(READ if wanted.reads else SHOWN))]
    found = [row for row in rows if _fits(row, wanted)][:SHOWN]
    names = names_of(session, {one.flag.closed_by for one in found} | {one.flag.acknowledged_by for one in found})
    return Found(found, matching, len(rows), names)


def _asked(wanted: Wanted) -> Select[Flag, Patient, Message]:
    statement = (
        select(Flag, Patient, Message)
        .join(Conversation, Conversation.id == Flag.conversation_id)
        .join(Patient, Patient.id == Conversation.patient_id)
        .outerjoin(Message, Message.id == Flag.message_id)
    )
    if wanted.level is not None:
        statement = statement.where(Flag.level >= wanted.level)
    if wanted.category:
        statement = statement.where(Flag.category == wanted.category)
    if wanted.disposition:
        statement = statement.where(Flag.disposition == wanted.disposition)
    if wanted.clinician_id:
        statement = statement.where(or_(Flag.acknowledged_by == wanted.clinician_id, Flag.closed_by == wanted.clinician_id))
    if wanted.since:
        statement = statement.where(Flag.opened_at >= wanted.since)
    return statement.where(Flag.opened_at < wanted.until) if wanted.until else statement


def _fits(row: PastFlag, wanted: Wanted) -> bool:
    texts = (row.message.text if row.message else "", row.flag.reason, row.flag.note or "")
    named = wanted.name.lower() in (row.patient.name or "guest").lower()
    return named and any(wanted.words.lower() in text.lower() for text in texts)
