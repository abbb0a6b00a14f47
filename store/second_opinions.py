"""Table: a hosted model's second opinion on one message, from the asking to what came of it. Off by default (docs/safety.md)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, Index, String, and_, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.base import Base, UtcDateTime, utc_now
from store.signals import SECOND, wake_after
from store.talk import Message

GRAVEST = 5
TRIES = 2
"""A gateway that dies over it is followed by one more try; a service that answers badly is not asked again."""
TOO_LATE = timedelta(minutes=10)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class OpinionStatus(StrEnum):
    DUE = "due"
    ASKING = "asking"
    RAISED = "raised"
    """Graver than the local verdict, and kept with it."""
    NOT_GRAVER = "not_graver"
    UNANSWERED = "unanswered"


WAITING = (OpinionStatus.DUE, OpinionStatus.ASKING)


class SecondOpinionRow(Base):
    __tablename__ = "second_opinion"
    __table_args__ = (Index("ix_second_opinion_due", "status", "created_at"),)

    message_id: Mapped[str] = mapped_column(ForeignKey("message.id"), primary_key=True)
    status: Mapped[str] = mapped_column(String(12), default=OpinionStatus.DUE)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_by: Mapped[str | None] = mapped_column(String(40))
    model: Mapped[str | None] = mapped_column(String(120), comment="who was asked")
    level: Mapped[int | None] = mapped_column(comment="what it read there")
    category: Mapped[str | None] = mapped_column(String(8))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failure: Mapped[str | None] = mapped_column(String(40), comment="why there is no answer")


def may_be_graver(message: Message, level: int) -> bool:
    """Nobody is asked about what is gravest already, or where there are no words."""
    return bool(message.text) and level < GRAVEST


def ask_about(session: Session, message: Message) -> None:
    """In the transaction of the message itself: whatever is killed afterwards, somebody knows that it was to be asked."""
    session.add(SecondOpinionRow(message_id=message.id, created_at=message.created_at))
    wake_after(session, SECOND)


def claim_opinions(session: Session, worker: str, model: str, lease: timedelta, limit: int, now: datetime) -> Sequence[str]:
    """Take the oldest that wait, or that a gateway left behind; those for which it is too late end here, unanswered."""
    statement = select(SecondOpinionRow).where(_claimable(now)).order_by(SecondOpinionRow.created_at)
    rows = session.scalars(statement.limit(limit).with_for_update(skip_locked=True)).all()
    return [row.message_id for row in rows if _taken(row, worker, model, now + lease, now)]


def opinions_wait(session: Session, now: datetime) -> bool:
    """A look that takes no lock."""
    return session.scalar(select(SecondOpinionRow.message_id).where(_claimable(now)).limit(1)) is not None


def _claimable(now: datetime) -> ColumnElement[bool]:
    left = and_(SecondOpinionRow.status == OpinionStatus.ASKING, SecondOpinionRow.claimed_until < now)
    return or_(SecondOpinionRow.status == OpinionStatus.DUE, left)


def _taken(row: SecondOpinionRow, worker: str, model: str, until: datetime, now: datetime) -> bool:
    if row.attempts >= TRIES or now - row.created_at > TOO_LATE:
        end_opinion(row, OpinionStatus.UNANSWERED, now, "interrupted" if row.attempts else "too late")
        return False
    row.status, row.attempts, row.model = OpinionStatus.ASKING, row.attempts + 1, model[:120]
    row.claimed_by, row.claimed_until = worker, until
    return True


def release_opinions(session: Session) -> None:
    """For a gateway that is alone with its record (SQLite): whatever is claimed was left behind by a dead one."""
    left = SecondOpinionRow.status == OpinionStatus.ASKING
    session.execute(update(SecondOpinionRow).where(left).values(claimed_until=LONG_AGO))


def end_opinion(row: SecondOpinionRow, status: OpinionStatus, now: datetime, failure: str | None = None) -> None:
    row.status, row.ended_at, row.failure = status, now, failure[:40] if failure else None


def opinions_of(session: Session, message_ids: Collection[str]) -> Mapping[str, SecondOpinionRow]:
    if not message_ids:
        return {}
    rows = session.scalars(select(SecondOpinionRow).where(SecondOpinionRow.message_id.in_(message_ids)))
    return {row.message_id: row for row in rows}
