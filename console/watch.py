"""What an open page watches: a few numbers and ids, nothing anybody said."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, DateTime, func, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, Session

from store.attempts import UNFINISHED, PageAttempt
from store.care import Flag, FlagStatus, Page, PageStatus
from store.drills import missed_now, test_conversations
from store.ladder import LOUD
from store.queue import AWAY, UNCLOSED
from store.talk import Conversation, DeliveryStatus, Message, Owner
from store.thresholds import ThresholdChange


@dataclass(frozen=True, slots=True)
class Watch:
    """`version` changes with anything the page shows; `calls` are the flags nobody has taken, one mark for
    every rise, every further rung that is called, and the alarm when nobody was reached. With them, at level 0,
    what was written last in each talk that is the looking clinician's own."""

    version: str
    calls: tuple[str, ...]
    waiting: int
    unreached: int
    tests_missed: int = 0
    alarms: int = 0
    """Patients for whom nobody was reached, or nobody answered."""
    tests_alone: int = 0
    """The same of made-up patients: a test that nobody took is no patient, and no less a failure."""


def read_watch(session: Session, conversation_id: str | None = None, clinician_id: str | None = None) -> Watch:
    """`clinician_id`: who looks. Only they hear what a patient writes in a talk that is theirs."""
    flags = session.execute(
        select(Flag.id, Flag.level, Flag.status, _as_stored(Flag.raised_at), Flag.conversation_id)
        .where(Flag.status.in_(UNCLOSED))
        .order_by(Flag.id)
    ).all()
    pages = session.scalars(select(Page.id).where(Page.status == PageStatus.DUE)).all()
    owners = session.execute(
        select(Conversation.id, Conversation.owner_version).where(Conversation.owner.in_(AWAY)).order_by(Conversation.id)
    ).all()
    held = session.execute(
        select(
            Conversation.id, Conversation.last_seq, Conversation.owner_clinician_id, _as_stored(Conversation.last_inbound_at).label("at")
        )  # fmt: skip
        .where(Conversation.owner == Owner.HUMAN)
        .order_by(Conversation.id)
    ).all()
    climbing = session.execute(
        select(Page.id, Page.step, Page.level, Page.alarm_at, Page.conversation_id)
        .where(Page.status.in_(LOUD), (Page.step > 1) | Page.alarm_at.is_not(None))
        .order_by(Page.id)
    ).all()
    moving = session.execute(select(PageAttempt.id, PageAttempt.status).where(PageAttempt.status.in_(UNFINISHED))).all()
    again = [f"{page.id}-{page.step}.{page.level}" for page in climbing if page.step > 1]
    alarms = {page.conversation_id: f"{page.id}-alarm.5" for page in climbing if page.alarm_at}
    raised = [f"{flag.id}.{flag.level}" for flag in flags if flag.status == FlagStatus.OPEN]
    written = [f"{talk.id}-{talk.at:%d%H%M%S%f}.0" for talk in held if talk.at and clinician_id and talk.owner_clinician_id == clinician_id]
    calls = (*raised, *again, *alarms.values(), *written)
    waiting = len({flag.conversation_id for flag in flags if flag.status == FlagStatus.OPEN})
    missed = missed_now(session)
    changes = session.execute(select(ThresholdChange.id, ThresholdChange.status, ThresholdChange.first_by)).all()  # ever so few
    version = _hash([*flags, pages, *climbing, *moving, *owners, *held, [missed], *changes, *_conversation(session, conversation_id)])
    tests = _made_up(session, alarms)
    return Watch(version, calls, waiting, len(pages), missed, len(alarms) - tests, tests)


def _made_up(session: Session, conversations: Collection[str]) -> int:
    if not conversations:
        return 0
    return session.scalar(test_conversations().where(Conversation.id.in_(conversations)).with_only_columns(func.count())) or 0


def known_flags(watch: Watch) -> str:
    return " ".join(watch.calls)


def _conversation(session: Session, conversation_id: str | None) -> Sequence[Iterable[object]]:
    if conversation_id is None:
        return ()
    shown = select(Conversation.last_seq, Conversation.owner_version, Conversation.seen_seq)
    unsent = select(Message.seq, Message.delivery_status).where(
        Message.conversation_id == conversation_id,
        Message.delivery_status.in_((DeliveryStatus.DUE, DeliveryStatus.SENDING, DeliveryStatus.FAILED)),
    )
    return [
        *session.execute(shown.where(Conversation.id == conversation_id)).all(),
        *session.execute(unsent.order_by(Message.seq)).all(),
    ]


def _as_stored(moment: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]) -> ColumnElement[datetime]:
    """A time that is only compared: of thousands, none has to be put into UTC first."""
    return type_coerce(moment, DateTime(timezone=True))


def _hash(parts: Sequence[Iterable[object]]) -> str:
    lines = ("\x1f".join(map(str, part)) for part in parts)
    return hashlib.sha256("\x1e".join(lines).encode()).hexdigest()[:16]
