"""Saying that the screen was wrong, and reading such labels again before they teach anything."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from safety.assessment import CATEGORIES
from store.acts import Act
from store.audit import record_act
from store.care import Flag
from store.clinicians import names_of
from store.deidentify import Clean, deidentify, known_of
from store.errors import Conflict, StoreError, UnknownRecord
from store.people import Clinician, Patient
from store.review import Label, LabelKind, LabelStatus
from store.talk import AssessmentRow, Author, Conversation, Message

LONGEST_LIST = 100


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a clinician says of one stretch of a message. `words` empty: the whole message."""

    kind: LabelKind
    words: str
    start: int | None
    level: int
    category: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A label with its message, as it was judged, and without its people."""

    label: Label
    message: Message
    assessment: AssessmentRow | None
    patient: Patient
    clean: Clean
    prompt: str

    @property
    def span(self) -> tuple[int, int]:
        return self.clean.span(self.label.span_start, self.label.span_end)


def add_label(session: Session, act: Act, message_id: str, opinion: Opinion) -> Label:
    """Raises StoreError when the words are not in the message, Conflict when this very stretch is labelled already."""
    message = session.get(Message, message_id)
    if message is None or message.conversation_id != act.conversation_id or message.author != Author.PATIENT:
        raise UnknownRecord("There is no such message of a patient.")
    if opinion.category not in CATEGORIES or not 0 <= opinion.level <= 5:
        raise StoreError("Choose a level and a kind.")
    if opinion.kind == LabelKind.MISSED and opinion.level < 1:
        raise StoreError("Which level should it have had?")
    start, end = _stretch(message.text, opinion)
    label = _new(session, message, opinion, start, end, act.clinician_id, act.now)
    if label is None:
        raise Conflict("These words are labelled already.")
    act.on_record(session, session.get_one(Conversation, message.conversation_id), f"label_{opinion.kind}", f"message {message.id}")
    return label


def label_false_alarm(session: Session, flag: Flag, clinician_id: str, now: datetime) -> None:
    """A flag closed as a false alarm labels the words that raised it: all that counted, or the whole message."""
    message = session.get(Message, flag.message_id) if flag.message_id else None
    if message is None or message.author != Author.PATIENT:
        return
    opinion = Opinion(LabelKind.FALSE_ALARM, "", None, 0, "none")
    for start, end in sorted(_counted(session, message)) or [(0, len(message.text))]:
        _new(session, message, opinion, start, end, clinician_id, now, flag.id)


def count_open(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Label).where(Label.status == LabelStatus.OPEN)) or 0


def list_labels(session: Session, status: str) -> Sequence[Labelled]:
    """Oldest first: what waits longest is read first."""
    return list(_read(session, [status], LONGEST_LIST))


def decide(session: Session, clinician_id: str, label_id: str, status: LabelStatus, hide: str, now: datetime) -> None:
    """Keep it for the corpus or leave it out; `hide` are words that must go as well, one a line or between commas."""
    label = session.get(Label, label_id, with_for_update=True, populate_existing=True)
    if label is None:
        raise UnknownRecord("There is no such label.")
    label.status, label.hide, label.reviewed_by, label.reviewed_at = status, hide.strip() or None, clinician_id, now
    conversation = session.get_one(Conversation, label.conversation_id)
    record_act(session, clinician_id, conversation.patient_id, f"label_{status}", now, f"label {label.id}")


def kept(session: Session) -> Iterator[Labelled]:
    """What may leave the house: read by a person and kept."""
    return _read(session, [LabelStatus.KEPT], None)


def hidden_words(label: Label) -> list[str]:
    return [word for line in (label.hide or "").splitlines() for word in line.split(",")]


def _stretch(text: str, opinion: Opinion) -> tuple[int, int]:
    words = opinion.words.strip()
    if not words:
        return 0, len(text)
    start = opinion.start if opinion.start is not None and text[opinion.start :].startswith(words) else text.find(words)
    if start < 0:
        raise StoreError("These words are not in the message. Copy them exactly, or leave the field empty for all of it.")
    return start, start + len(words)


def _new(
    session: Session, message: Message, opinion: Opinion, start: int, end: int, clinician_id: str, now: datetime, flag_id: str | None = None
) -> Label | None:
    same = select(Label.id).where(
        Label.message_id == message.id, Label.kind == opinion.kind, Label.span_start == start, Label.span_end == end
    )
    if session.scalar(same) is not None:
        return None
    label = Label(
        message_id=message.id, conversation_id=message.conversation_id, flag_id=flag_id, kind=opinion.kind, span_start=start,
        span_end=end, level=opinion.level, category=opinion.category, note=opinion.note or None, clinician_id=clinician_id, at=now,
    )  # fmt: skip
    session.add(label)
    session.flush()
    return label


def _counted(session: Session, message: Message) -> set[tuple[int, int]]:
    row = session.get(AssessmentRow, message.id)
    findings: Sequence[Mapping[str, Any]] = row.findings if row else ()
    spans = {(int(f["start"]), int(f["end"])) for f in findings if f.get("counted", True) and f.get("level")}
    return {(start, end) for start, end in spans if 0 <= start < end <= len(message.text)}


def _read(session: Session, statuses: Collection[str], limit: int | None) -> Iterator[Labelled]:
    statement = (
        select(Label, Message, AssessmentRow, Patient)
        .join(Message, Message.id == Label.message_id)
        .join(Conversation, Conversation.id == Label.conversation_id)
        .join(Patient, Patient.id == Conversation.patient_id)
        .outerjoin(AssessmentRow, AssessmentRow.message_id == Label.message_id)
        .where(Label.status.in_(statuses))
        .order_by(Label.at, Label.id)
        .limit(limit)
    )
    colleagues = list(session.scalars(select(Clinician.name)))
    for label, message, assessment, patient in session.execute(statement):
        known, hide = known_of(patient, colleagues), hidden_words(label)
        prompt = deidentify(_asked(session, message), known, hide).text
        yield Labelled(label, message, assessment, patient, deidentify(message.text, known, hide), prompt)


def _asked(session: Session, message: Message) -> str:
    """The line right before it, when it was ours: the same words mean different things after different questions."""
    statement = select(Message).where(Message.conversation_id == message.conversation_id, Message.seq == message.seq - 1)
    before = session.scalar(statement)
    return before.text if before is not None and before.author != Author.PATIENT else ""


def names_on(session: Session, labels: Sequence[Labelled]) -> Mapping[str, str]:
    return names_of(session, {one.label.clinician_id for one in labels} | {one.label.reviewed_by for one in labels})
