"""Everything a clinician needs about one conversation, on one screen (CRISIS.md §9.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from safety.protocol import ProtocolState
from store.acts import open_flags
from store.attempts import PageAttempt
from store.background import Background, around, read_background
from store.care import Flag, FlagStatus, Page
from store.caring import CaringContact, contacts_of
from store.clinicians import names_of
from store.course import Answer, Dose, Enrolment, Measure, ModuleRun
from store.course_queries import Standing, read_standing
from store.kept_private import kept_private
from store.ladder import attempts_of
from store.notes import Note, notes_of
from store.outcomes import protocol_state
from store.ownership import holder_of
from store.passages import follow_ups_of
from store.people import Patient
from store.second_opinions import SecondOpinionRow, opinions_of
from store.talk import AssessmentRow, Conversation, Message

SHOWN_MESSAGES = 80
TRIGGER_LEVEL = 2
LAST_ANSWERS = 6
MOODS = 20


@dataclass(frozen=True, slots=True)
class Said:
    """One message with what the screen heard in it."""

    message: Message
    assessment: AssessmentRow | None


@dataclass(frozen=True, slots=True)
class Course:
    """The programme at a glance."""

    enrolment: Enrolment | None
    standing: Standing
    runs: Sequence[ModuleRun]
    answers: Sequence[Answer]
    moods: Sequence[Measure]
    doses: Sequence[Dose]
    follow_ups: frozenset[str] = frozenset()
    """The runs that only asked how it went."""


@dataclass(frozen=True, slots=True)
class Card:
    conversation: Conversation
    patient: Patient
    state: ProtocolState
    flags: Sequence[Flag]
    closed: Sequence[Flag]
    triggers: Sequence[Said]
    transcript: Sequence[Said]
    event: Sequence[Message]
    """Everything said since the open event began, for the ladder's questions and answers."""
    earlier: int | None
    """Where the messages before this page end, if there are any."""
    pages: Sequence[Page]
    calls: Mapping[str, Sequence[PageAttempt]]
    """By page: everybody who was called for it, and on which ways."""
    notes: Sequence[Note]
    course: Course
    names: Mapping[str, str]
    holder: str | None
    background: Background
    around: Mapping[int, Sequence[Message]]
    """Each trigger with the three messages before and after it."""
    contacts: Sequence[CaringContact]
    opinions: Mapping[str, SecondOpinionRow]
    """By trigger: what a hosted model was asked about it, where a clinic has one."""
    private: frozenset[str]
    """Messages whose words the patient kept to themselves."""

    @property
    def level_now(self) -> int | None:
        """What the patient's latest words were heard as; a photo says nothing that could be heard."""
        return next((said.assessment.level for said in reversed(self.transcript) if said.assessment and said.message.text), None)


def patient_of(session: Session, conversation_id: str) -> str | None:
    conversation = session.get(Conversation, conversation_id)
    return conversation.patient_id if conversation else None


def read_card(session: Session, conversation_id: str, now: datetime, before: int | None = None) -> Card | None:
    """None when there is no such conversation. `before`: show the messages up to this number instead of the last ones."""
    conversation = session.get(Conversation, conversation_id)
    if conversation is None:
        return None
    patient = session.get_one(Patient, conversation.patient_id)
    flags = open_flags(session, conversation_id)
    last = before if before is not None else conversation.last_seq + 1
    transcript = _said(session, conversation_id, last - SHOWN_MESSAGES, last)
    pages, notes = _pages(session, conversation_id), notes_of(session, conversation_id)
    closed, holder = _closed(session, conversation_id), holder_of(session, conversation)
    calls = _calls(session, pages)
    people = _people(conversation, transcript, flags, closed, pages, notes) | {holder}
    people |= {call.clinician_id for group in calls.values() for call in group}
    triggers = _triggers(session, conversation_id, flags)
    return Card(
        conversation, patient, protocol_state(conversation), flags, closed, triggers,
        transcript, _event(session, conversation), last - SHOWN_MESSAGES if last > SHOWN_MESSAGES + 1 else None,
        pages, calls, notes, read_course(session, patient.id, now), names_of(session, people), holder,
        read_background(session, patient.id, conversation_id),
        around(session, conversation_id, [said.message.seq for said in triggers]), contacts_of(session, conversation_id),
        opinions_of(session, [said.message.id for said in triggers]), kept_private(session, patient.id),
    )  # fmt: skip


def read_course(session: Session, patient_id: str, now: datetime) -> Course:
    standing = read_standing(session, patient_id, now)
    runs = session.scalars(select(ModuleRun).where(ModuleRun.patient_id == patient_id).order_by(ModuleRun.opened_at)).all()
    answers = select(Answer).where(Answer.patient_id == patient_id).order_by(Answer.at.desc()).limit(LAST_ANSWERS)
    moods = select(Measure).where(Measure.patient_id == patient_id, Measure.kind == "mood").order_by(Measure.at.desc())
    doses = select(Dose).where(Dose.patient_id == patient_id).order_by(Dose.ended_at.desc())
    return Course(
        session.scalar(select(Enrolment).where(Enrolment.patient_id == patient_id)),
        standing, runs, session.scalars(answers).all(), session.scalars(moods.limit(MOODS)).all()[::-1],
        session.scalars(doses).all(), follow_ups_of(session, patient_id),
    )  # fmt: skip


def _said(session: Session, conversation_id: str, after: int, before: int) -> Sequence[Said]:
    statement = (
        select(Message, AssessmentRow)
        .outerjoin(AssessmentRow, AssessmentRow.message_id == Message.id)
        .where(Message.conversation_id == conversation_id, Message.seq >= after, Message.seq < before)
        .order_by(Message.seq)
    )
    return [Said(message, assessment) for message, assessment in session.execute(statement)]


def _triggers(session: Session, conversation_id: str, flags: Sequence[Flag]) -> Sequence[Said]:
    """What raised the open flags: the flags' own messages and all that was heard as risk since."""
    if not flags:
        return ()
    since, own = min(flag.opened_at for flag in flags), [flag.message_id for flag in flags if flag.message_id]
    statement = (
        select(Message, AssessmentRow)
        .outerjoin(AssessmentRow, AssessmentRow.message_id == Message.id)
        .where(Message.conversation_id == conversation_id)
        .where(Message.id.in_(own) | ((AssessmentRow.level >= TRIGGER_LEVEL) & (AssessmentRow.created_at >= since)))
        .order_by(Message.seq.desc())
        .limit(8)
    )
    return [Said(message, assessment) for message, assessment in session.execute(statement)][::-1]


def _event(session: Session, conversation: Conversation) -> Sequence[Message]:
    began = protocol_state(conversation).opened_at
    if began is None:
        return ()
    statement = select(Message).where(Message.conversation_id == conversation.id, Message.created_at >= began)
    return session.scalars(statement.order_by(Message.seq).limit(200)).all()


def _closed(session: Session, conversation_id: str) -> Sequence[Flag]:
    statement = select(Flag).where(Flag.conversation_id == conversation_id, Flag.status == FlagStatus.CLOSED)
    return session.scalars(statement.order_by(Flag.closed_at.desc()).limit(10)).all()


def _pages(session: Session, conversation_id: str) -> Sequence[Page]:
    statement = select(Page).where(Page.conversation_id == conversation_id).order_by(Page.due_at.desc()).limit(10)
    return session.scalars(statement).all()


def _calls(session: Session, pages: Sequence[Page]) -> Mapping[str, Sequence[PageAttempt]]:
    found: dict[str, list[PageAttempt]] = {page.id: [] for page in pages}
    for call in attempts_of(session, list(found)):
        found[call.page_id or ""].append(call)
    return found


def _people(
    conversation: Conversation, said: Sequence[Said], flags: Sequence[Flag], closed: Sequence[Flag],
    pages: Sequence[Page], notes: Sequence[Note],
) -> set[Any]:  # fmt: skip
    return {
        conversation.owner_clinician_id, *(one.message.clinician_id for one in said),
        *(flag.acknowledged_by for flag in flags), *(flag.closed_by for flag in closed),
        *(page.accepted_by for page in pages), *(note.clinician_id for note in notes),
    }  # fmt: skip
