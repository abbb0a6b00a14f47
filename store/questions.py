"""Table: questions that the answers did not cover, for the clinic to answer, add or set aside."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from itertools import islice
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Select, String, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.audit import record_act
from store.base import Base, EncryptedText, Id, UtcDateTime, new_id, utc_now
from store.people import Patient
from store.talk import Author, Conversation, Message

REPHRASED_WITHIN = timedelta(minutes=15)
LONGEST = 500
_WORD = re.compile(r"\w+")


class QuestionKind(StrEnum):
    """Why it had no answer."""

    UNANSWERED = "unanswered"
    UNCLEAR = "unclear"
    MORE = "more"  # the answer there is was not enough
    LANGUAGE = "language"  # the answer is there, in English only


class Settled(StrEnum):
    ANSWERED = "answered"
    NOT_OURS = "not_ours"


class OpenQuestion(Base):
    """One question, once: a message asks one."""

    __tablename__ = "open_question"
    __table_args__ = (Index("ix_open_question_open", "settled_at", "asked_at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.id"), index=True)
    message_id: Mapped[str] = mapped_column(ForeignKey("message.id"), unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(EncryptedText)
    channel: Mapped[str] = mapped_column(String(8))
    after_faq: Mapped[str | None] = mapped_column(String(8), comment="the answer it was asked after")
    guess: Mapped[str | None] = mapped_column(String(8), comment="the answer that came nearest")
    answered_by_faq: Mapped[str | None] = mapped_column(String(8), comment="put another way, it was this one")
    passed_on: Mapped[bool] = mapped_column(Boolean, default=False, comment="the patient wanted the team to have it")
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_by: Mapped[str | None] = mapped_column(ForeignKey("clinician.id"))
    settled_as: Mapped[str | None] = mapped_column(String(12))


@dataclass(frozen=True, slots=True)
class Asked:
    """One asking, with who asked."""

    question: OpenQuestion
    patient: Patient
    conversation_id: str


@dataclass(frozen=True, slots=True)
class Group:
    """The same question, however often it was asked: newest asking first."""

    asked: tuple[Asked, ...]

    @property
    def text(self) -> str:
        return self.asked[0].question.text

    @property
    def kind(self) -> str:
        return self.asked[0].question.kind

    @property
    def ids(self) -> str:
        return ",".join(one.question.id for one in self.asked)

    @property
    def waits(self) -> bool:
        """Somebody said that the team shall have it."""
        return any(one.question.passed_on for one in self.asked)


def keep_question(session: Session, patient_id: str, message: Message, kind: str, after: str | None, guess: str | None) -> None:
    """The same message keeps one question."""
    if session.scalar(select(OpenQuestion.id).where(OpenQuestion.message_id == message.id)) is not None:
        return
    session.add(
        OpenQuestion(
            patient_id=patient_id,
            message_id=message.id,
            kind=kind,
            text=message.text,
            channel=message.channel,
            after_faq=after,
            guess=guess,
            asked_at=message.created_at,
        )  # fmt: skip
    )
    session.flush()


def put_another_way(session: Session, patient_id: str, faq_id: str, now: datetime) -> None:
    """An unclear question that was answered right after: kept, so that its words can be learnt from."""
    asked = {"patient": patient_id, "since": now - REPHRASED_WITHIN, "now": now}
    last: OpenQuestion | None = session.scalar(_last_unclear(), asked)
    if last is not None and last.answered_by_faq is None:
        last.answered_by_faq = faq_id


@cache
def _last_unclear() -> Select[Any]:
    return (
        select(OpenQuestion)
        .where(OpenQuestion.patient_id == bindparam("patient"), OpenQuestion.kind == QuestionKind.UNCLEAR)
        .where(OpenQuestion.asked_at > bindparam("since"), OpenQuestion.asked_at < bindparam("now"))
        .order_by(OpenQuestion.asked_at.desc())
        .limit(1)
    )


def pass_on(session: Session, conversation: Conversation, yes: Message) -> Message:
    """The question that this yes passes on: the patient's message before it; on the clinic's list it is marked."""
    before = select(Message).where(Message.conversation_id == conversation.id, Message.author == Author.PATIENT, Message.seq < yes.seq)
    asked = session.scalar(before.order_by(Message.seq.desc()).limit(1))
    if asked is None:
        return yes
    question = session.scalar(select(OpenQuestion).where(OpenQuestion.message_id == asked.id))
    if question is not None:
        question.passed_on = True
    return asked


def read_questions(session: Session, *, settled: bool = False) -> Sequence[Group]:
    """Open ones: those a patient waits for first, then the most asked. Settled ones: newest first."""
    order = OpenQuestion.settled_at.desc() if settled else OpenQuestion.asked_at.desc()
    where = OpenQuestion.settled_at.is_not(None) if settled else OpenQuestion.settled_at.is_(None)
    rows = session.execute(
        select(OpenQuestion, Patient, Conversation.id)
        .join(Patient, Patient.id == OpenQuestion.patient_id)
        .join(Conversation, Conversation.patient_id == Patient.id)
        .where(where)
        .order_by(order)
        .limit(LONGEST)
    )
    groups = _grouped(Asked(question, patient, conversation_id) for question, patient, conversation_id in rows)
    return groups if settled else sorted(groups, key=lambda group: (not group.waits, -len(group.asked)))


def settle(session: Session, clinician_id: str, ids: Collection[str], how: Settled, now: datetime) -> None:
    """These are answered, or no question for us. Each patient's record says who said so."""
    chosen = session.scalars(select(OpenQuestion).where(OpenQuestion.id.in_(ids), OpenQuestion.settled_at.is_(None)))
    for question in chosen:
        question.settled_at, question.settled_by, question.settled_as = now, clinician_id, how
        record_act(session, clinician_id, question.patient_id, "question_settled", now, f"{question.id} {how}")


def _grouped(asked: Iterator[Asked]) -> list[Group]:
    """By their words: case, accents' signs and punctuation do not make another question."""
    found: dict[tuple[str, str], list[Asked]] = {}
    for one in islice(asked, LONGEST):
        found.setdefault((one.question.kind, plain(one.question.text)), []).append(one)
    return [Group(tuple(group)) for group in found.values()]


def plain(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold().replace("'", "").replace("’", "")))


def counts(groups: Sequence[Group]) -> Mapping[str, int]:
    """How many askings of each kind."""
    found: dict[str, int] = {}
    for group in groups:
        found[group.kind] = found.get(group.kind, 0) + len(group.asked)
    return found
