"""Table: caring contacts after a crisis (CRISIS.md §9.4): short, asking nothing, from a named human. The machine only remembers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import ForeignKey, Index, Select, String, bindparam, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.acts import Act, open_flags
from store.base import Base, Id, UtcDateTime, new_id
from store.care import Flag, FlagKind
from store.errors import Conflict, StoreError, UnknownRecord
from store.flags import Ask, raise_flag
from store.messages import Saying, add_outbound, lock_conversation
from store.people import Patient
from store.talk import Author, Conversation, Message, Owner

SCRIPT = "caring_contact"
STEPS: tuple[tuple[str, timedelta], ...] = (
    ("day 1", timedelta(days=1)), ("week 1", timedelta(days=7)),
    *((f"month {month}", timedelta(days=30 * month)) for month in (1, 2, 3, 4, 6, 8, 10, 12)),
)  # fmt: skip
ANSWER_WITHIN = timedelta(days=14)


class ContactStatus(StrEnum):
    DUE = "due"
    SENT = "sent"
    SKIPPED = "skipped"


class CaringContact(Base):
    __tablename__ = "caring_contact"
    __table_args__ = (Index("ix_caring_contact_due", "status", "due_at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"), index=True)
    clinician_id: Mapped[str] = mapped_column(ForeignKey("clinician.id"), comment="whose name it carries")
    step: Mapped[str] = mapped_column(String(40))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(String(8), default=ContactStatus.DUE)
    message_id: Mapped[str | None] = mapped_column(ForeignKey("message.id"))
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True)
class DueContact:
    contact: CaringContact
    conversation: Conversation
    patient: Patient
    blocked: str
    """Why it cannot be sent now: an event is open, or the patient opted out of texts."""


def plan_contacts(session: Session, conversation_id: str, clinician_id: str, now: datetime) -> None:
    """The whole year ahead, in this clinician's name. What was planned before gives way: there is one series a patient."""
    for old in session.scalars(_of(conversation_id, ContactStatus.DUE)):
        old.status, old.done_at = ContactStatus.SKIPPED, now
    session.add_all(
        CaringContact(conversation_id=conversation_id, clinician_id=clinician_id, step=step, due_at=now + after) for step, after in STEPS
    )


def add_contact(session: Session, act: Act, step: str, due_at: datetime) -> None:
    """One more, on a day of its own: a birthday."""
    if due_at <= act.now:
        raise StoreError("The date must lie ahead.")
    conversation = lock_conversation(session, act.conversation_id)
    session.add(CaringContact(conversation_id=conversation.id, clinician_id=act.clinician_id, step=step[:40] or "one more", due_at=due_at))
    act.on_record(session, conversation, "caring_add")


def due_contacts(session: Session, now: datetime, ahead: timedelta = timedelta()) -> Sequence[DueContact]:
    """Whom somebody promised to write to by now, longest due first; of several that are due for one patient the last."""
    rows = session.execute(
        select(CaringContact, Conversation, Patient)
        .join(Conversation, Conversation.id == CaringContact.conversation_id)
        .join(Patient, Patient.id == Conversation.patient_id)
        .where(CaringContact.status == ContactStatus.DUE, CaringContact.due_at <= now + ahead)
        .order_by(CaringContact.due_at)
        .limit(200)
    ).all()
    late = {row[0].conversation_id: row for row in rows if row[0].due_at <= now}
    shown = [*late.values(), *(row for row in rows if row[0].due_at > now)]
    return [
        DueContact(contact, conversation, patient, _blocked(session, conversation, patient)) for contact, conversation, patient in shown
    ]


def count_due(session: Session, now: datetime) -> int:
    statement = select(func.count(CaringContact.conversation_id.distinct()))
    return session.scalar(statement.where(CaringContact.status == ContactStatus.DUE, CaringContact.due_at <= now)) or 0


def contacts_of(session: Session, conversation_id: str) -> Sequence[CaringContact]:
    """Those ahead, next first."""
    return session.scalars(_of(conversation_id, ContactStatus.DUE).order_by(CaringContact.due_at)).all()


def send_contact(session: Session, act: Act, contact_id: str, text: str) -> Message:
    """Send it as the clinician who presses the button: it is their name the patient reads. Takes nothing over.

    Raises Conflict when it was sent or left out already, or when an event is open: then a person talks, not a card.
    """
    conversation = lock_conversation(session, act.conversation_id)
    contact = _open(session, conversation.id, contact_id)
    blocked = _blocked(session, conversation, session.get_one(Patient, conversation.patient_id))
    if blocked:
        raise Conflict(blocked)
    _leave_out_older(session, contact, act.now)
    saying = Saying(text, Author.CLINICIAN, script=SCRIPT, clinician_id=act.clinician_id)
    message = add_outbound(session, conversation, saying, at=act.now)
    session.flush()
    contact.status, contact.done_at, contact.message_id, contact.clinician_id = ContactStatus.SENT, act.now, message.id, act.clinician_id
    act.on_record(session, conversation, "caring_send", f"message {message.id}")
    return message


def skip_contact(session: Session, act: Act, contact_id: str) -> None:
    conversation = lock_conversation(session, act.conversation_id)
    contact = _open(session, conversation.id, contact_id)
    contact.status, contact.done_at = ContactStatus.SKIPPED, act.now
    act.on_record(session, conversation, "caring_skip", f"contact {contact.id}")


def _leave_out_older(session: Session, contact: CaringContact, now: datetime) -> None:
    """Two on one day would be a machine's doing."""
    older = _of(contact.conversation_id, ContactStatus.DUE).where(CaringContact.due_at < contact.due_at)
    for one in session.scalars(older):
        one.status, one.done_at = ContactStatus.SKIPPED, now


def note_answer(session: Session, conversation: Conversation, message: Message) -> Flag | None:
    """A patient answered a caring contact: whoever wrote it is asked to read on, so that it stays a talk between two people."""
    before = session.execute(_said_before(), {"conversation": conversation.id, "seq": message.seq}).first()
    if before is None or before.script != SCRIPT or message.created_at - before.created_at > ANSWER_WITHIN:
        return None
    ask = Ask(FlagKind.NOTE, 1, "none", "Answered a caring contact. Please read it and write back.", message.id, timedelta(days=1))
    return raise_flag(session, conversation, ask, message.created_at)


@cache
def _said_before() -> Select[*tuple[Any, ...]]:
    statement = select(Message.script, Message.created_at).where(
        Message.conversation_id == bindparam("conversation"), Message.seq < bindparam("seq"), Message.author != Author.SYSTEM
    )
    return statement.order_by(Message.seq.desc()).limit(1)


def _blocked(session: Session, conversation: Conversation, patient: Patient) -> str:
    if conversation.owner != Owner.BOT or any(flag.level >= 2 for flag in open_flags(session, conversation.id)):
        return "Something is open with this patient: talk with them there."
    if conversation.last_channel == "sms" and patient.sms_opted_out_at:
        return "Opted out of texts: phone instead, then leave this one out."
    return ""


def _open(session: Session, conversation_id: str, contact_id: str) -> CaringContact:
    contact = session.get(CaringContact, contact_id, populate_existing=True)
    if contact is None or contact.conversation_id != conversation_id:
        raise UnknownRecord("There is no such contact.")
    if contact.status != ContactStatus.DUE:
        raise Conflict("A colleague has sent this or left it out already.")
    return contact


def _of(conversation_id: str, status: ContactStatus) -> Select[CaringContact]:
    return select(CaringContact).where(CaringContact.conversation_id == conversation_id, CaringContact.status == status)
