"""The demo patients as rows: made once, moved along with the time while nobody has used them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypedDict

from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from store import Store
from store.base import Base, UtcDateTime
from store.care import Flag
from store.course import Answer, Dose, Enrolment, Measure, ModuleRun
from store.patients import conversation_of, set_phone
from store.people import Patient
from store.talk import AssessmentRow, Conversation, Message

_OF_PATIENT = (Enrolment, Dose, ModuleRun, Answer, Measure)
_OF_CONVERSATION = (Message, AssessmentRow)
_WORTH_MOVING = timedelta(minutes=10)
RESTS = datetime(2100, 1, 1, tzinfo=UTC)  # the clock writes to no demo patient before a clinician changes something in the console


class Mark(TypedDict):
    """What a patient's record looked like when the seed was done; another look tells whether somebody used it since."""

    seeded_at: str
    last_seq: int
    owner_version: int
    doses: int
    runs: int
    flags: int


def seed(store: Store, person: Mapping[str, Any], now: datetime) -> None:
    """The patient, the conversation, the enrolment and the doses."""
    joined = now - timedelta(hours=person["joined"])
    with store.write() as session:
        patient = Patient(
            id=person["id"], name=person["name"], demo=True, location=person["location"], location_at=joined,
            trusted_person=person["trusted_person"], trusted_person_consent=True, timezone=person["timezone"],
            created_at=joined,
        )  # fmt: skip
        set_phone(patient, person["phone"])
        session.add(patient)
        session.flush()
        session.add(Conversation(patient_id=patient.id, protocol=None, created_at=joined))
        session.add(Enrolment(patient_id=patient.id, started_at=joined, look_at=RESTS))
        for number, hours in enumerate(person["doses"], 1):
            ended = now - timedelta(hours=hours)
            discharged = ended + timedelta(hours=1)
            session.add(Dose(patient_id=patient.id, ended_at=ended, discharged_at=discharged, number=number, route="lozenge"))


def mark_of(session: Session, patient_id: str, seeded_at: str) -> Mark:
    conversation = conversation_of(session, patient_id)
    return Mark(
        seeded_at=seeded_at,
        last_seq=conversation.last_seq,
        owner_version=conversation.owner_version,
        doses=_count(session, Dose, Dose.patient_id == patient_id),
        runs=_count(session, ModuleRun, ModuleRun.patient_id == patient_id),
        flags=_count(session, Flag, Flag.conversation_id == conversation.id),
    )


def _count(session: Session, table: type[Base], where: Any) -> int:
    return session.scalar(select(func.count()).select_from(table).where(where)) or 0


def move_along(store: Store, patient_id: str, seeded_at: datetime, now: datetime) -> None:
    """Shift every moment of this patient's record by the time that has passed since the seed."""
    by = now - seeded_at
    if by < _WORTH_MOVING:
        return
    with store.write() as session:
        for row in _rows(session, patient_id):
            for name in _moments(row):
                moment = getattr(row, name)
                setattr(row, name, moment + by if moment else None)


def _rows(session: Session, patient_id: str) -> Iterator[Base]:
    conversation = conversation_of(session, patient_id)
    yield session.get_one(Patient, patient_id)
    yield conversation
    for of_patient in _OF_PATIENT:
        yield from session.scalars(select(of_patient).where(of_patient.patient_id == patient_id))
    for of_conversation in _OF_CONVERSATION:
        yield from session.scalars(select(of_conversation).where(of_conversation.conversation_id == conversation.id))


def _moments(row: Base) -> list[str]:
    return [column.key for column in inspect(type(row)).columns if isinstance(column.type, UtcDateTime)]


def about(person: Mapping[str, Any], mark: Mark, now: datetime) -> str:
    """Where the patient stands, for the one who chooses among them."""
    if not person["doses"]:
        return "before the first dose"
    passed = now - datetime.fromisoformat(mark["seeded_at"])
    hours = min(person["doses"]) + passed.total_seconds() / 3600
    return f"{hours:.0f} hours after a dose" if hours < 36 else f"day {int(hours // 24)} after a dose"
