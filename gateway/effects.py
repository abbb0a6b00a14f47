"""Carrying out what one turn with Rasa asks of the record. Same message, same effects: a repeat changes nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from gateway.parts import Parts
from programme import Effect, Place
from safety.protocol import deadlines, page_accept_limit
from store.base import new_id
from store.care import FlagKind
from store.course import Answer, Enrolment, Measure, ModuleRun, RunStatus
from store.course_queries import last_dose, open_run
from store.flags import Ask, raise_flag
from store.people import Patient
from store.questions import keep_question, pass_on, put_another_way
from store.talk import Conversation, Message

log = logging.getLogger("afterglow.effects")

WAKES = 3  # the level from which on a note is a page
SAME_DAY = timedelta(hours=8)


@dataclass(slots=True)
class Work:
    """One turn being written down: the run moves as the effects go by."""

    parts: Parts
    session: Session
    conversation: Conversation
    message: Message
    module_ended: bool = False
    _runs: list[ModuleRun | None] = field(default_factory=list)

    @property
    def run(self) -> ModuleRun | None:
        """Looked for when it is first needed: most answers are to questions outside any module."""
        if not self._runs:
            self._runs = [open_run(self.session, self.conversation.patient_id)]
        return self._runs[0]

    @run.setter
    def run(self, run: ModuleRun | None) -> None:
        self._runs = [run]


def apply_effects(parts: Parts, session: Session, conversation: Conversation, message: Message, effects: tuple[Effect, ...]) -> Work:
    work = Work(parts, session, conversation, message)
    for effect in effects:
        handler = _HANDLERS.get(effect.type)
        if handler is None:
            log.warning("message %s: unknown effect %r", message.id, effect.type)
        else:
            handler(work, effect.data)
    return work


def _module_opened(work: Work, data: Mapping[str, Any]) -> None:
    dose = last_dose(work.session, work.conversation.patient_id, work.parts.now())
    dose_id = dose.id if dose else None
    if work.conversation.next_module == data["module"]:
        work.conversation.next_module = None
    if work.run is not None and work.run.module == data["module"] and work.run.dose_id == dose_id:
        work.run.status = RunStatus.OPEN
        return
    if work.run is not None:
        work.run.status = RunStatus.PAUSED
    work.run = ModuleRun(
        id=new_id(), patient_id=work.conversation.patient_id, module=data["module"], status=RunStatus.OPEN,
        dose_id=dose_id, place=None, opened_at=work.parts.now(), moved_at=work.parts.now(),
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
            _let_the_clock_look(work)
        work.module_ended = True

    return close


def _let_the_clock_look(work: Work) -> None:
    """What was waiting behind this module may be due now."""
    now, patient_id = work.parts.now(), work.conversation.patient_id
    work.session.execute(update(Enrolment).where(Enrolment.patient_id == patient_id, Enrolment.look_at > now).values(look_at=now))


def _answer(work: Work, data: Mapping[str, Any]) -> None:
    same = select(Answer.id).where(Answer.message_id == work.message.id, Answer.module == data["module"], Answer.step == data["step"])
    if work.session.scalar(same) is not None:
        return
    work.session.add(
        Answer(
            patient_id=work.conversation.patient_id,
            run_id=work.run.id if work.run else None,
            message_id=work.message.id,
            module=data["module"],
            step=data["step"],
            value=data.get("value"),
            text=data.get("text"),
            shared=bool(data.get("shared", True)),
            at=work.message.created_at,
        )  # fmt: skip
    )
    work.session.flush()
    _for_an_emergency(work, data)


def _for_an_emergency(work: Work, data: Mapping[str, Any]) -> None:
    """Where the patient is and whom to call must be on the card before it is needed (M1)."""
    saved = work.parts.programme.step(Place(data["module"], data["step"])).save
    patient = work.session.get_one(Patient, work.conversation.patient_id)
    words = str(data.get("text") or "").strip()
    if saved == "location" and words:
        patient.location, patient.location_at = words, work.message.created_at
    elif saved == "trusted_person" and words:
        patient.trusted_person, patient.trusted_person_consent = words, False
    elif saved == "may_call_trusted_person":
        patient.trusted_person_consent = data.get("value") == "yes"


def _measure(kind: str) -> Callable[[Work, Mapping[str, Any]], None]:
    def add(work: Work, data: Mapping[str, Any]) -> None:
        same = select(Measure.id).where(Measure.message_id == work.message.id, Measure.kind == kind)
        if work.session.scalar(same) is None:
            work.session.add(
                Measure(
                    patient_id=work.conversation.patient_id,
                    message_id=work.message.id,
                    kind=kind,
                    value=data["value"],
                    at=work.message.created_at,
                )  # fmt: skip
            )
            work.session.flush()

    return add


def _notify(work: Work, data: Mapping[str, Any]) -> None:
    """A module or an answer asks for a clinician, and wakes one where it says so; the module goes on meanwhile."""
    level, urgency = int(data.get("level", 1)), str(data.get("urgency", ""))
    kind = FlagKind.PERSON_REQUESTED if data.get("kind") == FlagKind.PERSON_REQUESTED else FlagKind.NOTE
    ask = Ask(
        kind, level, str(data.get("category", "none")), _reason(work, data), _about(work, data),
        respond_within=_respond_within(work, level, urgency),
        page_late_after=page_accept_limit(work.parts.clinical) if level >= WAKES or urgency == "page" else None,
        urgency=urgency or None, module=data.get("module"), step=data.get("step"),
    )  # fmt: skip
    raise_flag(work.session, work.conversation, ask, work.message.created_at)


def _about(work: Work, data: Mapping[str, Any]) -> str:
    """The message that the note is about: a question passed on is the question, not the yes that followed it."""
    if data.get("kind") != "faq_deferred":
        return work.message.id
    return pass_on(work.session, work.conversation, work.message).id


def _reason(work: Work, data: Mapping[str, Any]) -> str:
    """A sentence for clinicians, whatever code the bot gave; with the exercise it comes from."""
    reason, module = str(data.get("reason", "")), data.get("module")
    if data.get("kind") == FlagKind.PERSON_REQUESTED and reason in ("", FlagKind.PERSON_REQUESTED):
        return "Asked to talk to a person."
    entry = work.parts.programme.faq.entries.get(reason) if data.get("kind") == "faq_deferred" else None
    if entry:
        return f"Wants the team to answer a question. It came with: {entry.question}"
    if data.get("kind") == "faq_deferred":
        return "Wants the team to answer a question that has no checked answer."
    return f"{reason} ({module})" if module else reason


def _respond_within(work: Work, level: int, urgency: str) -> timedelta:
    """What the module asks for and what the level asks for: the shorter."""
    if urgency == "page":
        return deadlines(max(level, WAKES), "none", work.parts.clinical).respond_within
    if urgency == "next_day" or level < 1:
        return timedelta(days=1)
    by_level = deadlines(level, "none", work.parts.clinical).respond_within
    return min(by_level, SAME_DAY) if urgency == "same_day" else by_level


def _score(work: Work, data: Mapping[str, Any]) -> None:
    """A questionnaire's total: "phq9", "gad7", "who5"."""
    _measure(str(data["name"])[:16])(work, data)


def _offer_module(work: Work, data: Mapping[str, Any]) -> None:
    """A step has promised another exercise: it comes first when START is typed, and when the clock offers next."""
    work.conversation.next_module = str(data["module"])[:8]


def _faq(work: Work, data: Mapping[str, Any]) -> None:
    work.conversation.last_faq = data.get("id")
    work.conversation.passing = bool(data.get("offers"))
    if data.get("id") not in (None, "none"):
        put_another_way(work.session, work.conversation.patient_id, str(data["id"]), work.message.created_at)


def _question(work: Work, data: Mapping[str, Any]) -> None:
    """A question that the answers did not cover, for the clinic's list."""
    keep_question(work.session, work.conversation.patient_id, work.message, str(data["kind"]), data.get("after"), data.get("guess"))


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
    "question": _question,
    "score": _score,
    "offer_module": _offer_module,
}
