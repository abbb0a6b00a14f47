"""Table: the daily test of the alert. A made-up crisis of a made-up patient, marked as a test, taken like a real one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ForeignKey, Index, Select, String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.audit import record_act
from store.base import Base, Id, UtcDateTime, new_id
from store.care import Flag
from store.errors import StoreError
from store.patients import add_patient, conversation_of
from store.people import Patient
from store.talk import Conversation

TEST_NAME = "TEST {day}, no patient"
GIVEN_UP = timedelta(days=1)
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class Drill(Base):
    """One test, ahead or done. A daily one writes the next one down when it starts."""

    __tablename__ = "drill"
    __table_args__ = (Index("ix_drill_due", "started_at", "due_at"), Index("ix_drill_running", "ended_at", "started_at"))

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    daily_at: Mapped[str | None] = mapped_column(String(5), comment="HH:MM in the clinic's time: the next follows by itself")
    set_by: Mapped[str | None] = mapped_column(ForeignKey("clinician.id"))
    conversation_id: Mapped[str | None] = mapped_column(ForeignKey("conversation.id"))
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    missed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="acknowledged, or given up after a day")


@dataclass(frozen=True, slots=True)
class Done:
    """A test that was started, and how it went. `raised_at` None: the alert itself did not come."""

    drill: Drill
    raised_at: datetime | None
    respond_by: datetime | None
    acknowledged_at: datetime | None

    @property
    def took(self) -> timedelta | None:
        """From the made-up message to the person who took it."""
        return self.acknowledged_at - self.drill.started_at if self.acknowledged_at and self.drill.started_at else None


def plan(session: Session, clinician_id: str, daily_at: str, timezone: str, now: datetime) -> None:
    """A test every day at this time of the clinic's clock; "" ends them. Raises StoreError for what is no time."""
    if daily_at and not _TIME.fullmatch(daily_at):
        raise StoreError("Write the time as hours and minutes, such as 10:30.")
    session.execute(delete(Drill).where(Drill.started_at.is_(None), Drill.daily_at.is_not(None)))
    if daily_at:
        session.add(Drill(due_at=next_time(daily_at, timezone, now), daily_at=daily_at, set_by=clinician_id))
    record_act(session, clinician_id, None, "drill_plan", now, daily_at or "off")


def run_now(session: Session, clinician_id: str, now: datetime) -> None:
    session.add(Drill(due_at=now, set_by=clinician_id))
    record_act(session, clinician_id, None, "drill_now", now)


def next_time(daily_at: str, timezone: str, now: datetime) -> datetime:
    """The next moment at which the clinic's clock shows this time."""
    hour, minute = map(int, daily_at.split(":"))
    local = now.astimezone(ZoneInfo(timezone))
    at = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return (at if at > local else at + timedelta(days=1)).astimezone(UTC)


def planned(session: Session) -> Drill | None:
    """The next test ahead."""
    return session.scalar(select(Drill).where(Drill.started_at.is_(None)).order_by(Drill.due_at).limit(1))


def start_due(session: Session, timezone: str, now: datetime) -> str | None:
    """Begin the most overdue test with a patient of its own; answers with its id. Written down before anything is said."""
    statement = select(Drill).where(Drill.started_at.is_(None), Drill.due_at <= now).order_by(Drill.due_at).limit(1)
    drill = session.scalar(statement.with_for_update(skip_locked=True))
    if drill is None:
        return None
    day = now.astimezone(ZoneInfo(timezone)).strftime("%d %b %H:%M")
    patient = add_patient(session, name=TEST_NAME.format(day=day))
    patient.test = True
    drill.started_at, drill.conversation_id = now, conversation_of(session, patient.id).id
    if drill.daily_at:
        session.add(Drill(due_at=next_time(drill.daily_at, timezone, now), daily_at=drill.daily_at, set_by=drill.set_by))
    return drill.id


def running(session: Session) -> Sequence[Done]:
    """Started and not ended, oldest first."""
    statement = select(Drill).where(Drill.started_at.is_not(None), Drill.ended_at.is_(None)).order_by(Drill.started_at)
    return _done(session, session.scalars(statement).all())


def last_done(session: Session, limit: int = 14) -> Sequence[Done]:
    """Newest first."""
    statement = select(Drill).where(Drill.started_at.is_not(None)).order_by(Drill.started_at.desc()).limit(limit)
    return _done(session, session.scalars(statement).all())


def missed_now(session: Session) -> int:
    """Tests that nobody took in time and that are still open: what the banner shows."""
    statement = select(func.count()).select_from(Drill).where(Drill.missed_at.is_not(None), Drill.ended_at.is_(None))
    return session.scalar(statement) or 0


def is_test(session: Session, conversation_id: str) -> bool:
    """Whether the patient of this conversation is made up."""
    statement = select(Patient.test).join(Conversation, Conversation.patient_id == Patient.id).where(Conversation.id == conversation_id)
    return bool(session.scalar(statement))


def test_conversations() -> Select[str]:
    """Conversations of made-up patients, to be left out of every number."""
    return select(Conversation.id).join(Patient, Patient.id == Conversation.patient_id).where(Patient.test)


def _done(session: Session, drills: Sequence[Drill]) -> Sequence[Done]:
    wanted = [drill.conversation_id for drill in drills if drill.conversation_id]
    rows = session.execute(
        select(Flag.conversation_id, func.min(Flag.opened_at), func.min(Flag.respond_by), func.min(Flag.acknowledged_at))
        .where(Flag.conversation_id.in_(wanted), Flag.level >= 3)
        .group_by(Flag.conversation_id)
    ).all()
    found = {row[0]: row[1:] for row in rows}
    return [Done(drill, *found.get(drill.conversation_id or "", (None, None, None))) for drill in drills]
