"""What the record has of one patient for the clinician's summary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from programme import Place
from programme.summary import Answered, DoseDay, Number, Passage, Record
from store.care import Flag, FlagStatus
from store.clinicians import names_of
from store.course import Answer, Dose, Enrolment, Measure, ModuleRun
from store.errors import UnknownRecord
from store.passages import follow_ups_of
from store.patients import conversation_of
from store.people import Patient
from store.questions import OpenQuestion
from store.talk import Author, Message
from store.visits import next_dose

PROTOCOL_LINES, ANSWERED_WITHIN = 100, 6  # so many lines are looked through; so many messages later at most stands the answer


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows behind one summary. Flags are those raised in its time or still open, gravest first."""

    patient: Patient
    conversation_id: str
    record: Record
    flags: Sequence[Flag]
    enrolment: Enrolment | None
    next_visit: datetime | None
    wrote_at: datetime | None
    names: Mapping[str, str]
    """Who had the flags and closed them."""
    event: Sequence[Message]
    """The crisis protocol's lines with what was written after each, for its questions and the answers."""


def read_sheet(session: Session, patient_id: str, since: datetime, now: datetime) -> Sheet:
    """Raises UnknownRecord."""
    patient = session.get(Patient, patient_id)
    if patient is None:
        raise UnknownRecord("There is no such patient.")
    conversation = conversation_of(session, patient_id)
    flags = _flags(session, conversation.id, since)
    record = Record(
        since=since, now=now, answers=_answers(session, patient_id, since), passages=_passages(session, patient_id, since),
        numbers=_numbers(session, patient_id, since), doses=_doses(session, patient_id, now),
        open_flags=sum(flag.status != FlagStatus.CLOSED for flag in flags),
        trusted_person=bool(patient.trusted_person), location=bool(patient.location),
        questions=_questions(session, patient_id, since),
    )  # fmt: skip
    enrolment = session.scalar(select(Enrolment).where(Enrolment.patient_id == patient_id))
    return Sheet(
        patient, conversation.id, record, flags, enrolment, next_dose(session, patient_id, now), conversation.last_inbound_at,
        names_of(session, {who for flag in flags for who in (flag.acknowledged_by, flag.closed_by)}),
        _event(session, conversation.id, since),
    )  # fmt: skip


def _event(session: Session, conversation_id: str, since: datetime) -> Sequence[Message]:
    said = select(Message.seq).where(
        Message.conversation_id == conversation_id, Message.author == Author.PROTOCOL, Message.created_at >= since
    )
    lines = session.scalars(said.order_by(Message.seq.desc()).limit(PROTOCOL_LINES)).all()
    wanted = {near for seq in lines for near in range(seq, seq + ANSWERED_WITHIN)}
    statement = select(Message).where(Message.conversation_id == conversation_id, Message.seq.in_(wanted))
    return session.scalars(statement.order_by(Message.seq)).all()


def _answers(session: Session, patient_id: str, since: datetime) -> list[Answered]:
    rows = session.scalars(select(Answer).where(Answer.patient_id == patient_id, Answer.at >= since).order_by(Answer.at))
    return [Answered(Place(row.module, row.step), row.value, row.text or "", row.shared, row.at) for row in rows]


def _passages(session: Session, patient_id: str, since: datetime) -> list[Passage]:
    rows = session.scalars(
        select(ModuleRun).where(ModuleRun.patient_id == patient_id, ModuleRun.opened_at >= since).order_by(ModuleRun.opened_at)
    )
    later = follow_ups_of(session, patient_id)
    return [Passage(row.module, row.status, row.opened_at, row.closed_at, row.id in later) for row in rows]


def _numbers(session: Session, patient_id: str, since: datetime) -> list[Number]:
    rows = session.scalars(select(Measure).where(Measure.patient_id == patient_id, Measure.at >= since).order_by(Measure.at))
    return [Number(row.kind, int(row.value), row.at) for row in rows]


def _doses(session: Session, patient_id: str, now: datetime) -> list[DoseDay]:
    rows = session.scalars(select(Dose).where(Dose.patient_id == patient_id, Dose.ended_at <= now).order_by(Dose.ended_at))
    return [DoseDay(row.number, row.ended_at, row.route) for row in rows]


def _flags(session: Session, conversation_id: str, since: datetime) -> Sequence[Flag]:
    statement = select(Flag).where(Flag.conversation_id == conversation_id, (Flag.raised_at >= since) | (Flag.status != FlagStatus.CLOSED))
    return session.scalars(statement.order_by(Flag.level.desc(), Flag.opened_at.desc()).limit(20)).all()


def _questions(session: Session, patient_id: str, since: datetime) -> list[str]:
    rows = session.scalars(
        select(OpenQuestion)
        .where(OpenQuestion.patient_id == patient_id, OpenQuestion.asked_at >= since, OpenQuestion.settled_at.is_(None))
        .where(OpenQuestion.answered_by_faq.is_(None))
        .order_by(OpenQuestion.asked_at)
    )
    return [row.text for row in rows]
