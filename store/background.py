"""What lies behind the open event: the last questionnaires, and what was heard before that weighs now (CRISIS.md §9.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from store.course import Answer, Measure
from store.talk import AssessmentRow, Message

AROUND = 3
ITEM_9 = ("M11", "P9")  # clinical/programme/M11.yml: thoughts of being better off dead
MODIFIER, HISTORY = "M-", "H"  # clinical/context.yml `raises`; category H
LOOKED_AT = 200
SHOWN = 6


@dataclass(frozen=True, slots=True)
class Scored:
    value: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Weighs:
    """A past attempt, means, substances, being alone: in the patient's words, with the reason it was marked."""

    words: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Background:
    phq9: Scored | None
    item9: Scored | None
    weighs: Sequence[Weighs]


def read_background(session: Session, patient_id: str, conversation_id: str) -> Background:
    return Background(_phq9(session, patient_id), _item9(session, patient_id), _weighs(session, conversation_id))


def around(session: Session, conversation_id: str, seqs: Sequence[int]) -> Mapping[int, Sequence[Message]]:
    """For each message its neighbours, three before and three after, in order, itself among them."""
    wanted = {near for seq in seqs for near in range(seq - AROUND, seq + AROUND + 1)}
    statement = select(Message).where(Message.conversation_id == conversation_id, Message.seq.in_(wanted))
    found = {message.seq: message for message in session.scalars(statement)}
    return {seq: [found[near] for near in range(seq - AROUND, seq + AROUND + 1) if near in found] for seq in seqs}


def _phq9(session: Session, patient_id: str) -> Scored | None:
    statement = select(Measure).where(Measure.patient_id == patient_id, Measure.kind == "phq9").order_by(Measure.at.desc()).limit(1)
    measure = session.scalar(statement)
    return Scored(str(measure.value), measure.at) if measure else None


def _item9(session: Session, patient_id: str) -> Scored | None:
    module, step = ITEM_9
    statement = select(Answer).where(Answer.patient_id == patient_id, Answer.module == module, Answer.step == step)
    answer = session.scalar(statement.order_by(Answer.at.desc()).limit(1))
    if answer is None:
        return None
    return Scored("skipped" if answer.value is None else str(answer.value), answer.at)


def _weighs(session: Session, conversation_id: str) -> Sequence[Weighs]:
    """Newest first, each reason once."""
    statement = (
        select(AssessmentRow)
        .where(AssessmentRow.conversation_id == conversation_id, or_(AssessmentRow.level >= 1, AssessmentRow.category == HISTORY))
        .order_by(AssessmentRow.created_at.desc())
        .limit(LOOKED_AT)
    )
    found: dict[str, Weighs] = {}
    for row in session.scalars(statement):
        for finding in filter(_counts, row.findings):
            found.setdefault(str(finding["phrase_id"]), Weighs(str(finding["text"]), _why(finding), row.created_at))
    return list(found.values())[:SHOWN]


def _counts(finding: Mapping[str, Any]) -> bool:
    marked = str(finding["phrase_id"]).startswith(MODIFIER) or finding["category"] == HISTORY
    return marked and bool(finding.get("counted", True)) and finding["layer"] != "model"


def _why(finding: Mapping[str, Any]) -> str:
    """Without the sentence about what it raised: that was about one message."""
    return str(finding.get("why") or "").split(" Raises ")[0]
