"""What waits for a person: open flags, one entry per patient, the gravest and most urgent first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.care import Flag, FlagKind, FlagStatus, Page, PageStatus
from store.clinicians import names_of
from store.course import Dose
from store.notes import Note, NoteKind
from store.people import Patient
from store.talk import AssessmentRow, Author, Conversation, DeliveryStatus, Message, Owner

PHONE_LEVEL = 3  # an undelivered line in an event this grave: a person must ring
LONGEST = 200
SMALL, WEEK = 1, timedelta(days=7)
# named one by one: an index serves that, and not "anything but"
AWAY = (Owner.WAITING, Owner.HUMAN, Owner.RETURNING)
UNCLOSED = (FlagStatus.OPEN, FlagStatus.ACKNOWLEDGED)
_SOMEDAY = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Heard:
    """The message that raised a flag, and what the screen found in it."""

    text: str
    at: datetime
    channel: str
    findings: Sequence[Mapping[str, Any]] = ()
    media: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One patient in the queue with all their open flags: first those that nobody has, then the gravest."""

    conversation: Conversation
    patient: Patient
    flags: tuple[Flag, ...]
    heard: Heard | None
    dosed_at: datetime | None
    holder: str | None
    """The name of whoever has it: the owner, or who said "I've got it"."""
    reached: bool
    """Whether every page for it was accepted by somebody's console."""
    unanswered_at: datetime | None = None
    """When the patient wrote last, to a clinician who has the talk and has not answered since."""

    @property
    def top(self) -> Flag:
        return self.flags[0]

    @property
    def phone_now(self) -> bool:
        return any(is_phone_now(flag) for flag in self.flags)

    @property
    def listed(self) -> bool:
        """Asked for, or already talking with a person, asked for or not: nobody in care is out of sight."""
        return bool(self.flags) or self.conversation.owner == Owner.HUMAN

    @property
    def waiting(self) -> bool:
        """Nobody has said that they have it."""
        return any(flag.status == FlagStatus.OPEN for flag in self.flags)


@dataclass(frozen=True, slots=True)
class Queue:
    entries: tuple[Entry, ...]
    returning: tuple[Entry, ...]
    """No flag is open, and yet the bot has not been given the conversation back."""
    unreached: int
    """Pages that no console has accepted."""
    hidden: int
    """Flags beyond the longest list that is shown."""
    small_and_old: int = 0
    """Flags of the lowest level that have waited for more than a week: the list is looked through weekly (CRISIS.md §9.1)."""


def is_phone_now(flag: Flag) -> bool:
    return flag.kind == FlagKind.UNDELIVERED and flag.level >= PHONE_LEVEL


def read_queue(session: Session, now: datetime) -> Queue:
    flags = _open_flags(session)
    by_conversation: dict[str, list[Flag]] = {}
    for flag in sorted(flags, key=_rank):
        by_conversation.setdefault(flag.conversation_id, []).append(flag)
    asked = select(Flag.id).where(Flag.conversation_id == Conversation.id, Flag.status.in_(UNCLOSED))
    away = session.scalars(select(Conversation.id).where(Conversation.owner.in_(AWAY), ~asked.exists()).limit(LONGEST)).all()
    rest: dict[str, list[Flag]] = {one: [] for one in away}
    entries = _entries(session, {**by_conversation, **rest}, now)
    unreached = select(func.count()).select_from(Page).where(Page.status == PageStatus.DUE)
    total = select(func.count()).select_from(Flag).where(Flag.status.in_(UNCLOSED))
    return Queue(
        tuple(entry for entry in entries if entry.listed),
        tuple(entry for entry in entries if not entry.listed),
        session.scalar(unreached) or 0,
        (session.scalar(total) or 0) - len(flags),
        session.scalar(total.where(Flag.level <= SMALL, Flag.opened_at < now - WEEK)) or 0,
    )


def _open_flags(session: Session) -> Sequence[Flag]:
    statement = select(Flag).where(Flag.status.in_(UNCLOSED))
    return session.scalars(statement.order_by(Flag.level.desc(), Flag.respond_by.nulls_last(), Flag.opened_at).limit(LONGEST)).all()


def _rank(flag: Flag) -> tuple[Any, ...]:
    """What nobody has comes first: a grave flag in a colleague's hands must not lift the patient's small one above others who wait.
    Then whoever is to be phoned; then risk; then the nearest deadline; then the longest wait."""
    return (
        flag.status != FlagStatus.OPEN, not is_phone_now(flag), -flag.level, flag.respond_by or _SOMEDAY, flag.opened_at
    )  # fmt: skip


def _entries(session: Session, flags: Mapping[str, list[Flag]], now: datetime) -> list[Entry]:
    rows = session.execute(
        select(Conversation, Patient).join(Patient, Patient.id == Conversation.patient_id).where(Conversation.id.in_(flags))
    ).all()
    found = {conversation.id: (conversation, patient) for conversation, patient in rows}
    heard = _heard(session, [flag.message_id for group in flags.values() for flag in group[:1] if flag.message_id])
    doses = last_doses(session, [patient.id for _, patient in found.values()], now)
    names = names_of(session, _holders(found, flags))
    unanswered = _unanswered(session, [conversation for conversation, _ in found.values()])
    unreached = set(session.scalars(select(Page.conversation_id).where(Page.status == PageStatus.DUE)))
    return [
        Entry(
            *found[key], tuple(group), heard.get(group[0].message_id or "") if group else None,
            doses.get(found[key][1].id), names.get(_holder(found[key][0], group) or ""), key not in unreached,
            unanswered.get(key),
        )
        for key, group in flags.items()
    ]  # fmt: skip


def _unanswered(session: Session, conversations: Collection[Conversation]) -> Mapping[str, datetime]:
    """A call that reached the patient is an answer; a text that did not arrive is none."""
    wrote = {one.id: one.last_inbound_at for one in conversations if one.owner == Owner.HUMAN and one.last_inbound_at}
    if not wrote:
        return {}
    since = min(wrote.values())
    lines = select(Message.conversation_id, func.max(Message.created_at)).where(
        Message.author == Author.CLINICIAN, Message.created_at >= since, Message.conversation_id.in_(wrote),
        Message.delivery_status.not_in((DeliveryStatus.FAILED, DeliveryStatus.CANCELLED)),
    )  # fmt: skip
    calls = select(Note.conversation_id, func.max(Note.at)).where(
        Note.kind == NoteKind.CALL, Note.at >= since, Note.conversation_id.in_(wrote)
    )
    answers = [
        *session.execute(lines.group_by(Message.conversation_id)).all(),
        *session.execute(calls.group_by(Note.conversation_id)).all(),
    ]
    answered = {key for key, at in answers if at >= wrote[key]}
    return {key: at for key, at in wrote.items() if key not in answered}


def _holders(found: Mapping[str, tuple[Conversation, Patient]], flags: Mapping[str, list[Flag]]) -> set[str | None]:
    return {_holder(found[key][0], group) for key, group in flags.items()}


def _holder(conversation: Conversation, flags: list[Flag]) -> str | None:
    acknowledged = (flag.acknowledged_by for flag in flags if flag.status == FlagStatus.ACKNOWLEDGED)
    return conversation.owner_clinician_id or next(acknowledged, None)


def _heard(session: Session, message_ids: Collection[str]) -> Mapping[str, Heard]:
    statement = (
        select(Message, AssessmentRow.findings)
        .outerjoin(AssessmentRow, AssessmentRow.message_id == Message.id)
        .where(Message.id.in_(message_ids))
    )
    return {
        message.id: Heard(message.text, message.created_at, message.channel, findings or (), message.media)
        for message, findings in session.execute(statement)
    }


def last_doses(session: Session, patient_ids: Collection[str], now: datetime) -> Mapping[str, datetime]:
    """When each patient's latest dose ended."""
    statement = select(Dose.patient_id, func.max(Dose.ended_at)).where(Dose.patient_id.in_(patient_ids), Dose.ended_at <= now)
    return {patient_id: at for patient_id, at in session.execute(statement.group_by(Dose.patient_id)) if at}
