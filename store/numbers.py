"""What a dashboard may know: how many, how late. Never who, never what was said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from store.attempts import PageAttempt
from store.care import Flag, FlagStatus, Page, PageStatus
from store.drills import last_done, missed_now, planned
from store.figures import Figures, ModuleFigures, read_figures
from store.ladder import LOUD
from store.talk import AssessmentRow, Author, Conversation, DeliveryStatus, Message, TurnStatus

DAYS = 30


@dataclass(frozen=True, slots=True)
class Number:
    """One measure; `values` pairs its labels with a value."""

    name: str
    help: str
    values: Sequence[tuple[dict[str, str], float]]


def read_numbers(session: Session, now: datetime) -> list[Number]:
    is_open, is_taken_by_nobody = Flag.status != FlagStatus.CLOSED, Flag.status == FlagStatus.OPEN
    untaken = Page.status == PageStatus.DUE
    alarming = and_(Page.status.in_(LOUD), Page.alarm_at.is_not(None))
    unsent = Message.delivery_status == DeliveryStatus.DUE
    failed = Message.delivery_status == DeliveryStatus.FAILED
    unasked = Message.turn_status.in_((TurnStatus.DUE, TurnStatus.ASKING))
    late = _age(session, now, Flag.respond_by, is_taken_by_nobody)  # one that was reopened keeps its acknowledged_at
    return [
        Number("afterglow_flags_open", "Open flags by level.", _by(session, Flag.level, "level", is_open)),
        Number("afterglow_flag_overdue_seconds", "How far the latest flag that nobody has is past its service time.", late),
        Number("afterglow_pages_waiting", "Pages that nobody has accepted.", _count(session, Page, untaken)),
        Number("afterglow_page_waiting_seconds", "Age of the oldest of them.", _age(session, now, Page.due_at, untaken)),
        Number("afterglow_alarms", "Pages for which nobody was reached, or nobody answered.", _count(session, Page, alarming)),
        Number("afterglow_calls_total", "Calls to clinicians by what became of them.", _by(session, PageAttempt.status, "status")),
        Number(
            "afterglow_messages_total", "Messages there are.", [({}, float(session.scalar(select(func.sum(Conversation.last_seq))) or 0))]
        ),
        Number("afterglow_messages_day", "Messages of the last 24 hours by author.", _by_author(session, now)),
        Number("afterglow_assessed_day", "Patients' messages of the last 24 hours by level.", _by_level(session, now)),
        Number("afterglow_conversations", "Conversations by owner.", _by(session, Conversation.owner, "owner")),
        Number("afterglow_turns_waiting", "Messages that wait for Rasa.", _count(session, Message, unasked)),
        Number("afterglow_texts_waiting", "Texts that wait to be sent.", _count(session, Message, unsent)),
        Number("afterglow_text_waiting_seconds", "Age of the oldest of them.", _age(session, now, Message.due_at, unsent)),
        Number("afterglow_texts_failed_total", "Texts that could not be delivered.", _count(session, Message, failed)),
        *_of_figures(read_figures(session, now - timedelta(days=DAYS), now)),
        *_of_drills(session, now),
    ]


def _of_figures(figures: Figures) -> Iterator[Number]:
    """The director's figures over the last 30 days."""
    span = f"over {DAYS} days"
    yield Number("afterglow_acknowledge_seconds", f"From flag to acknowledgement, by level, {span}.", _times(figures, "acknowledged"))
    yield Number("afterglow_human_seconds", f"From flag to a clinician in the talk, by level, {span}.", _times(figures, "human"))
    yield Number("afterglow_flags_raised", f"Flags by level, {span}.", [({"level": str(one.level)}, one.flags) for one in figures.levels])
    yield Number(
        "afterglow_flags_late", f"Flags past their service time, {span}.", [({"level": str(one.level)}, one.late) for one in figures.levels]
    )
    yield Number("afterglow_flags_per_thousand_messages", f"Flags per 1,000 messages of patients, {span}.", [({}, figures.per_thousand)])
    yield Number("afterglow_false_alarms", f"Flags closed as false alarms, {span}.", [({}, figures.false_alarms)])
    yield Number(
        "afterglow_dispositions",
        f"Closed flags by disposition, {span}.",
        [({"disposition": key}, count) for key, count in figures.dispositions.items()],
    )
    yield Number(
        "afterglow_module_runs", f"Modules begun and how they ended, {span}.", [pair for one in figures.modules for pair in _runs(one)]
    )
    yield Number(
        "afterglow_undelivered",
        f"Messages that did not reach their patient, {span}.",
        [({"channel": key}, count) for key, count in figures.undelivered.items()],
    )


def _times(figures: Figures, which: str) -> list[tuple[dict[str, str], float]]:
    found = [(one.level, getattr(one, which)) for one in figures.levels]
    return [
        ({"level": str(level), "quantile": name}, value)
        for level, spread in found
        for name, value in (("0.5", spread.median), ("0.9", spread.p90), ("1", spread.worst))
        if value is not None
    ]


def _runs(one: ModuleFigures) -> list[tuple[dict[str, str], float]]:
    ends = {"finished": one.finished, "stopped": one.stopped, "under_way": one.under_way}
    return [({"module": one.module, "end": end}, count) for end, count in ends.items()]


def _of_drills(session: Session, now: datetime) -> Iterator[Number]:
    """The daily test. Without one planned or done the lines are missing, and the alert rule says so."""
    done, ahead = last_done(session, 1), planned(session)
    daily = 1.0 if ahead is not None and ahead.daily_at else 0.0
    yield Number("afterglow_drill_planned", "1 when a daily test of the alert is set.", [({}, daily)])
    yield Number("afterglow_drill_missed", "Tests that nobody took in time and that are open.", [({}, float(missed_now(session)))])
    since: list[tuple[dict[str, str], float]] = [({}, (now - one.drill.started_at).total_seconds()) for one in done if one.drill.started_at]
    yield Number("afterglow_drill_age_seconds", "Time since the last test began.", since)
    took: list[tuple[dict[str, str], float]] = [({}, one.took.total_seconds()) for one in done if one.took is not None]
    yield Number("afterglow_drill_acknowledge_seconds", "How long the last test took to be acknowledged.", took)


def _by_author(session: Session, now: datetime) -> list[tuple[dict[str, str], float]]:
    """One author at a time: that is what the index holds."""
    counted = select(func.count()).select_from(Message).where(Message.created_at > now - timedelta(days=1))
    return [({"author": author.value}, float(session.scalar(counted.where(Message.author == author)) or 0)) for author in Author]


def _by_level(session: Session, now: datetime) -> list[tuple[dict[str, str], float]]:
    statement = (
        select(AssessmentRow.level, func.count())
        .join(Message, Message.id == AssessmentRow.message_id)
        .where(Message.author == Author.PATIENT, Message.created_at > now - timedelta(days=1))
        .group_by(AssessmentRow.level)
    )
    return [({"level": str(level)}, float(count)) for level, count in session.execute(statement)]


def _count(session: Session, table: Any, *where: ColumnElement[bool]) -> list[tuple[dict[str, str], float]]:
    return [({}, float(session.scalar(select(func.count()).select_from(table).where(*where)) or 0))]


def _by(session: Session, column: Any, label: str, *where: ColumnElement[bool]) -> list[tuple[dict[str, str], float]]:
    rows = session.execute(select(column, func.count()).where(*where).group_by(column)).all()
    return [({label: str(value)}, float(count)) for value, count in rows]


def _age(session: Session, now: datetime, column: Any, *where: ColumnElement[bool]) -> list[tuple[dict[str, str], float]]:
    oldest = session.scalar(select(func.min(column)).where(*where))
    return [({}, max(0.0, (now - oldest).total_seconds()) if oldest else 0.0)]
