"""Everything that happened with one patient, on every channel, in one order of time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.care import Flag, Handoff, Page
from store.clinicians import names_of
from store.course import Dose, ModuleRun
from store.kept_private import kept_private
from store.notes import Note
from store.talk import AssessmentRow, Author, Conversation, Message

SHOWN = 150
TOGETHER = 50  # at most so much happens at one moment: pages never part what has the same time
WORDS, CARE, COURSE = "words", "care", "course"
GROUPS = (WORDS, CARE, COURSE)


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened. `group` is what it can be filtered by, `what` a code the screen puts into words."""

    at: datetime
    group: str
    what: str
    text: str = ""
    level: int | None = None
    clinician_id: str | None = None
    channel: str = ""
    code: str = ""
    private: bool = False
    """The patient kept the words to themselves: `text` is empty."""


@dataclass(frozen=True, slots=True)
class Timeline:
    moments: Sequence[Moment]
    earlier: datetime | None
    names: Mapping[str, str]


def read_timeline(session: Session, conversation: Conversation, groups: Sequence[str], before: datetime | None) -> Timeline:
    """Newest first; `earlier` is where the page before begins."""
    sources = {WORDS: _words, CARE: _care, COURSE: _course}
    found = [moment for group in groups for moment in sources[group](session, conversation, before)]
    found.sort(key=lambda moment: moment.at, reverse=True)
    shown = _page(found)
    names = names_of(session, {moment.clinician_id for moment in shown})
    return Timeline(shown, shown[-1].at if len(found) > len(shown) else None, names)


def _page(found: Sequence[Moment]) -> Sequence[Moment]:
    end = SHOWN
    while SHOWN <= end < len(found) and found[end].at == found[SHOWN - 1].at:
        end += 1
    return found[:end]


def _words(session: Session, conversation: Conversation, before: datetime | None) -> Iterator[Moment]:
    messages = _latest(session, Message, Message.created_at, Message.conversation_id == conversation.id, before)
    levels = _levels(session, [message.id for message in messages])
    private = kept_private(session, conversation.patient_id)
    for message in messages:
        code = (message.media if message.author == Author.PATIENT else message.delivery_status) or ""
        level = levels.get(message.id) or None  # nothing is said about what was heard as nothing
        hidden = message.id in private
        yield Moment(
            message.created_at, WORDS, f"said_{message.author}", "" if hidden else message.text, level, message.clinician_id,
            message.channel, code, hidden,
        )  # fmt: skip
    for note in _latest(session, Note, Note.at, Note.conversation_id == conversation.id, before):
        yield Moment(note.at, WORDS, f"note_{note.kind}", note.text, None, note.clinician_id)


def _levels(session: Session, message_ids: Sequence[str]) -> Mapping[str, int]:
    statement = select(AssessmentRow.message_id, AssessmentRow.level).where(AssessmentRow.message_id.in_(message_ids))
    return {row.message_id: row.level for row in session.execute(statement)}


def _care(session: Session, conversation: Conversation, before: datetime | None) -> Iterator[Moment]:
    ours = conversation.id
    for flag in _latest(session, Flag, Flag.opened_at, Flag.conversation_id == ours, None):
        yield from _of_flag(flag, before)
    for page in _latest(session, Page, Page.due_at, Page.conversation_id == ours, before):
        yield Moment(page.due_at, CARE, "paged", channel=page.channel, code=page.status)
    for passage in _latest(session, Handoff, Handoff.requested_at, Handoff.conversation_id == ours, None):
        for at, what in ((passage.joined_at, "joined"), (passage.returned_at, "returned")):
            if at and (before is None or at < before):
                yield Moment(at, CARE, what, clinician_id=passage.clinician_id)


def _of_flag(flag: Flag, before: datetime | None) -> Iterator[Moment]:
    told = (
        (flag.opened_at, "raised", flag.reason, None, flag.kind),
        (flag.acknowledged_at, "acknowledged", "", flag.acknowledged_by, ""),
        (flag.closed_at, "closed", flag.note or "", flag.closed_by, flag.disposition or ""),
    )
    for at, what, text, who, code in told:
        if at and (before is None or at < before):
            yield Moment(at, CARE, what, text, flag.level, who, code=code)


def _course(session: Session, conversation: Conversation, before: datetime | None) -> Iterator[Moment]:
    patient = conversation.patient_id
    for dose in _latest(session, Dose, Dose.ended_at, Dose.patient_id == patient, before):
        yield Moment(dose.ended_at, COURSE, "dose", dose.route, code=str(dose.number))
    for run in _latest(session, ModuleRun, ModuleRun.opened_at, ModuleRun.patient_id == patient, None):
        for at, what in ((run.opened_at, "opened"), (run.closed_at, run.status)):
            if at and (before is None or at < before):
                yield Moment(at, COURSE, what, code=run.module)


def _latest(session: Session, table: Any, moment: Any, where: Any, before: datetime | None) -> Sequence[Any]:
    statement = select(table).where(where).order_by(moment.desc()).limit(SHOWN + TOGETHER)
    found: Sequence[Any] = session.scalars(statement.where(moment < before) if before else statement).all()
    return found
