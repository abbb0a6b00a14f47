"""Timers are rows: whatever must happen later survives every restart."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from store.talk import Timer

LOOK = 16
HUMAN_IDLE_AFTER = timedelta(minutes=3)  # CRISIS.md §2, HUMAN_ACTIVE


class TimerKind(StrEnum):
    PAGE_LATE = "page_late"
    NOT_REACHED = "not_reached"
    WAITING = "waiting"
    HUMAN_IDLE = "human_idle"
    HUMAN_SILENT = "human_silent"
    UNSEEN_CRISIS = "unseen_crisis"
    FOLLOW_UP = "follow_up"


def set_timer(session: Session, conversation_id: str, kind: TimerKind, due_at: datetime, subject: str = "") -> None:
    """Start or move the timer of this kind and subject."""
    timer = session.scalar(_one(conversation_id, kind, subject))
    if timer is None:
        session.add(Timer(conversation_id=conversation_id, kind=kind, subject=subject, due_at=due_at))
    else:
        timer.due_at = due_at


def start_timer(session: Session, conversation_id: str, kind: TimerKind, due_at: datetime, subject: str = "") -> None:
    """One that runs already is not moved: what comes later is no reason to wait longer."""
    if session.scalar(_one(conversation_id, kind, subject)) is None:
        set_timer(session, conversation_id, kind, due_at, subject)


def clear_timers(session: Session, conversation_id: str, *kinds: TimerKind) -> None:
    session.execute(delete(Timer).where(Timer.conversation_id == conversation_id, Timer.kind.in_(kinds)))


def due_timers(session: Session, now: datetime, left: Collection[int] = ()) -> Sequence[tuple[int, str]]:
    """The most overdue ones as (id, conversation), without those that are `left`; a look that takes no lock."""
    due = select(Timer.id, Timer.conversation_id).where(Timer.due_at <= now, Timer.id.not_in(left))
    statement = due.order_by(Timer.due_at).limit(LOOK)
    return [(timer_id, conversation_id) for timer_id, conversation_id in session.execute(statement)]


def _one(conversation_id: str, kind: TimerKind, subject: str) -> Select[Timer]:
    return select(Timer).where(
        Timer.conversation_id == conversation_id, Timer.kind == kind, Timer.subject == subject
    )
