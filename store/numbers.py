"""What a dashboard may know: how many, how late. Never who, never what was said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from store.care import Flag, FlagStatus, Page, PageStatus
from store.talk import AssessmentRow, Conversation, DeliveryStatus, Message, TurnStatus


@dataclass(frozen=True, slots=True)
class Number:
    """One measure; `values` pairs its labels with a value."""

    name: str
    help: str
    values: Sequence[tuple[dict[str, str], float]]


def read_numbers(session: Session, now: datetime) -> list[Number]:
    is_open = Flag.status != FlagStatus.CLOSED
    untaken = Page.status == PageStatus.DUE
    unsent = Message.delivery_status == DeliveryStatus.DUE
    failed = Message.delivery_status == DeliveryStatus.FAILED
    unasked = Message.turn_status.in_((TurnStatus.DUE, TurnStatus.ASKING))
    late = _age(session, now, Flag.respond_by, is_open, Flag.acknowledged_at.is_(None))
    return [
        Number("afterglow_flags_open", "Open flags by level.", _by(session, Flag.level, "level", is_open)),
        Number("afterglow_flag_overdue_seconds", "How far the latest flag is past its service time.", late),
        Number("afterglow_pages_waiting", "Pages that nobody has accepted.", _count(session, Page, untaken)),
        Number("afterglow_page_waiting_seconds", "Age of the oldest of them.", _age(session, now, Page.due_at, untaken)),
        Number("afterglow_messages_total", "Messages by author.", _by(session, Message.author, "author")),
        Number("afterglow_assessments_total", "Assessed messages by level.", _by(session, AssessmentRow.level, "level")),
        Number("afterglow_conversations", "Conversations by owner.", _by(session, Conversation.owner, "owner")),
        Number("afterglow_turns_waiting", "Messages that wait for Rasa.", _count(session, Message, unasked)),
        Number("afterglow_texts_waiting", "Texts that wait to be sent.", _count(session, Message, unsent)),
        Number("afterglow_text_waiting_seconds", "Age of the oldest of them.", _age(session, now, Message.due_at, unsent)),
        Number("afterglow_texts_failed_total", "Texts that could not be delivered.", _count(session, Message, failed)),
    ]


def _count(session: Session, table: Any, *where: ColumnElement[bool]) -> list[tuple[dict[str, str], float]]:
    return [({}, float(session.scalar(select(func.count()).select_from(table).where(*where)) or 0))]


def _by(session: Session, column: Any, label: str, *where: ColumnElement[bool]) -> list[tuple[dict[str, str], float]]:
    rows = session.execute(select(column, func.count()).where(*where).group_by(column)).all()
    return [({label: str(value)}, float(count)) for value, count in rows]


def _age(session: Session, now: datetime, column: Any, *where: ColumnElement[bool]) -> list[tuple[dict[str, str], float]]:
    oldest = session.scalar(select(func.min(column)).where(*where))
    return [({}, max(0.0, (now - oldest).total_seconds()) if oldest else 0.0)]
