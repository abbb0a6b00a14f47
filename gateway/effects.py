"""Carrying out what one turn with Rasa asks of the record. Same message, same effects: a repeat changes nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway.parts import Parts
from programme import Effect
from safety.protocol import deadlines, page_accept_limit
from store.base import new_id
from store.care import FlagKind
from store.course import Answer, Measure, ModuleRun, RunStatus
from store.course_queries import read_standing
from store.flags import Ask, raise_flag
from store.talk import Conversation, Message

log = logging.getLogger("afterglow.effects")

WAKES = 3  # the level from which on a note is a page


@dataclass(slots=True)
class Work:
    """One turn being written down: the run moves as the effects go by."""

    parts: Parts
    session: Session
    conversation: Conversation
    message: Message
    run: ModuleRun | None
    module_ended: bool = False


def apply_effects(
    parts: Parts, session: Session, conversation: Conversation, message: Message, effects: tuple[Effect, ...]
) -> Work:
    standing = read_standing(session, conversation.patient_id, parts.now())
    work = Work(parts, session, conversation, message, standing.run)
    for effect in effects:
        handler = _HANDLERS.get(effect.type)
        if handler is None:
            log.warning("message %s: unknown effect %r", message.id, effect.type)
        else:
            handler(work, effect.data)
    return work


def _module_opened(work: Work, data: Mapping[str, Any]) -> None:
    if work.run is not None and work.run.module == data["module"]:
        work.run.status = RunStatus.OPEN
        return
    if work.run is not None:
        work.run.status = RunStatus.PAUSED
    standing = read_standing(work.session, work.conversation.patient_id, work.parts.now())
    work.run = ModuleRun(
        id=new_id(), patient_id=work.conversation.patient_id, module=data["module"], status=RunStatus.OPEN,
        dose_id=standing.dose.id if standing.dose else None, place=None, opened_at=work.parts.now(),
        moved_at=work.parts.now(),
    )  # fmt: skip
    work.session.add(work.run)
    work.session.flush()


def _place(work: Work, data: Mapping[str, Any]) -> None:
    place = data.get("place")
    if work.run is None or place is None:
        return
    work.run.place, work.run.status, work.run.moved_at = place, RunStatus.OPEN, work.parts.now()


def _end(status: RunStatus) -> Callable[[Work, Mapping[str, Any]], None]:
    def close(work: Work, _data: Mapping[str, Any]) -> None:
        if work.run is None:
            return
        work.run.status = status
        work.run.moved_at = work.parts.now()
        if status is not RunStatus.PAUSED:
            work.run.closed_at = work.parts.now()
            work.run = None
        work.module_ended = True

    return close


def _answer(work: Work, data: Mapping[str, Any]) -> None:
    same = select(Answer.id).where(
        Answer.message_id == work.message.id, Answer.module == data["module"], Answer.step == data["step"]
    )
    if work.session.scalar(same) is not None:
        return
    work.session.add(
        Answer(
            patient_id=work.conversation.patient_id, run_id=work.run.id if work.run else None,
            message_id=work.message.id, module=data["module"], step=data["step"], value=data.get("value"),
            text=data.get("text"), at=work.message.created_at,
        )  # fmt: skip
    )
    work.session.flush()


def _measure(kind: str) -> Callable[[Work, Mapping[str, Any]], None]:
    def add(work: Work, data: Mapping[str, Any]) -> None:
        same = select(Measure.id).where(Measure.message_id == work.message.id, Measure.kind == kind)
        if work.session.scalar(same) is None:
            work.session.add(
                Measure(
                    patient_id=work.conversation.patient_id, message_id=work.message.id, kind=kind,
                    value=data["value"], at=work.message.created_at,
                )  # fmt: skip
            )
            work.session.flush()

    return add


def _notify(work: Work, data: Mapping[str, Any]) -> None:
    """A module or an answer asks for a clinician, and from level 3 on wakes one; the module goes on meanwhile."""
    level = int(data.get("level", 1))
    kind = FlagKind.PERSON_REQUESTED if data.get("kind") == FlagKind.PERSON_REQUESTED else FlagKind.NOTE
    ask = Ask(
        kind, level, str(data.get("category", "none")), _reason(work, data), work.message.id,
        respond_within=_respond_within(work, level, str(data.get("urgency", ""))),
        page_late_after=page_accept_limit(work.parts.clinical) if level >= WAKES else None,
    )  # fmt: skip
    raise_flag(work.session, work.conversation, ask, work.message.created_at)


def _reason(work: Work, data: Mapping[str, Any]) -> str:
    """A sentence for clinicians, whatever code the bot gave."""
    reason = str(data.get("reason", ""))
    if data.get("kind") == FlagKind.PERSON_REQUESTED:
        return "Asked to talk to a person."
    entry = work.parts.programme.faq.entries.get(reason) if data.get("kind") == "faq_deferred" else None
    return f"Wants the team to answer: {entry.question}" if entry else reason


def _respond_within(work: Work, level: int, urgency: str) -> timedelta:
    if urgency == "next_day" or level < 1:
        return timedelta(days=1)
    return deadlines(level, "none", work.parts.clinical).respond_within


def _score(work: Work, data: Mapping[str, Any]) -> None:
    """A questionnaire's total: "phq9", "gad7", "who5"."""
    _measure(str(data["name"])[:16])(work, data)


def _nothing(_work: Work, _data: Mapping[str, Any]) -> None:
    """The words of the turn already say it; the record has nothing to keep."""


def _faq(work: Work, data: Mapping[str, Any]) -> None:
    work.conversation.last_faq = data.get("id")


_HANDLERS: Mapping[str, Callable[[Work, Mapping[str, Any]], None]] = {
    "module_opened": _module_opened,
    "place": _place,
    "module_finished": _end(RunStatus.FINISHED),
    "module_stopped": _end(RunStatus.STOPPED),
    "module_paused": _end(RunStatus.PAUSED),
    "answer": _answer,
    "mood": _measure("mood"),
    "distress": _measure("distress"),
    "notify": _notify,
    "faq": _faq,
    "score": _score,
    "offer_module": _nothing,
}
