"""Claiming and marking texts that are due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, or_, select, update
from sqlalchemy.orm import Session, aliased

from store.talk import DeliveryStatus, Message, TurnStatus

BATCH = 16
INTERRUPTED = "interrupted"
"""Left behind by a gateway that died: nobody knows whether that try went out."""
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_UNFINISHED = (DeliveryStatus.DUE, DeliveryStatus.SENDING)
_RANK = {status: rank for rank, status in enumerate(("due", "sending", "sent", "delivered"))}


def text_waits(session: Session, now: datetime) -> bool:
    """Whether there is anything to claim; takes no lock."""
    return session.scalar(_due(now).with_only_columns(Message.id).limit(1)) is not None


def claim_due(session: Session, worker: str, lease: timedelta, now: datetime) -> Sequence[Message]:
    """At most one text per conversation: the earliest unfinished one, if it is due. Crisis lines go first."""
    rows = session.scalars(_due(now).limit(BATCH).with_for_update(skip_locked=True)).all()
    for row in rows:
        row.error_code = INTERRUPTED if row.delivery_status == DeliveryStatus.SENDING else row.error_code
        row.delivery_status = DeliveryStatus.SENDING
        row.attempts += 1
        row.claimed_by, row.claimed_until = worker, now + lease
    return rows


def _due(now: datetime) -> Select[Message]:
    earlier = aliased(Message)
    due = or_(
        and_(Message.delivery_status == DeliveryStatus.DUE, Message.due_at <= now, _in_time(Message, now)),
        and_(Message.delivery_status == DeliveryStatus.SENDING, Message.claimed_until < now),
    )
    first = ~(
        select(earlier.id)
        .where(
            earlier.conversation_id == Message.conversation_id,
            earlier.delivery_status.in_(_UNFINISHED),
            or_(earlier.delivery_status == DeliveryStatus.SENDING, _in_time(earlier, now)),
            earlier.seq < Message.seq,
        )
        .exists()
    )
    return select(Message).where(due, first).order_by(Message.crisis.desc(), Message.due_at)


def _in_time(row: type[Message], now: datetime) -> ColumnElement[bool]:
    """A prompt whose quiet hours have begun stays behind; the clock takes it back."""
    return or_(row.send_by.is_(None), row.send_by > now)


def mark_sent(session: Session, message_id: str, worker: str, provider_id: str) -> None:
    """The provider took it. A claim that has passed to another gateway is left alone."""
    message = session.get_one(Message, message_id, with_for_update=True)  # the provider's report may have come first
    message.provider_id = message.provider_id or provider_id
    if is_claimed(message, worker):
        message.delivery_status = DeliveryStatus.SENT
        message.error_code = None


def is_claimed(message: Message, worker: str) -> bool:
    """A claim whose lease ran out may have passed to another gateway."""
    return message.delivery_status == DeliveryStatus.SENDING and message.claimed_by == worker


def mark_later(session: Session, message: Message, due_at: datetime, code: str) -> None:
    message.delivery_status = DeliveryStatus.DUE
    message.due_at, message.error_code = due_at, code[:16]


def mark_failed(message: Message, code: str) -> None:
    message.delivery_status, message.error_code = DeliveryStatus.FAILED, code[:16]


def by_provider_id(session: Session, provider_id: str) -> Message | None:
    return session.scalar(select(Message).where(Message.provider_id == provider_id))


def advance(message: Message, status: DeliveryStatus) -> bool:
    """Move forward only: a late "sent" never undoes "delivered". True when something changed."""
    if message.delivery_status == DeliveryStatus.FAILED or message.delivery_status is None:
        return False
    if status is not DeliveryStatus.FAILED and _RANK.get(status, 0) <= _RANK.get(message.delivery_status, 0):
        return False
    message.delivery_status = status
    return True


def release_claims(session: Session) -> None:
    """For a gateway that is alone with its record (SQLite): whatever is claimed was left behind by a dead one."""
    for status in (Message.delivery_status == DeliveryStatus.SENDING, Message.turn_status == TurnStatus.ASKING):
        session.execute(update(Message).where(status).values(claimed_until=LONG_AGO))
