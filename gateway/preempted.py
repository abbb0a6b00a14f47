"""When the crisis protocol takes the floor, the open module waits: saved, offered later, never gone on with by itself."""

from __future__ import annotations

from sqlalchemy.orm import Session

from gateway.effects import apply_effects
from gateway.parts import Parts
from gateway.speaking import fresh_tracker
from programme import Place, Reply, answer, risk_of_answer
from store.course import RunStatus
from store.course_queries import open_run
from store.talk import Conversation, Message

KEPT = {
    "answer",
    "mood",
    "distress",
    "score",
    "place",
    "module_paused",
    "module_finished",
    "offer_module",
}  # the protocol asks for the clinician


def set_aside(parts: Parts, session: Session, conversation: Conversation, message: Message) -> None:
    """The answer that opened the protocol is kept as an answer; the next words belong to the protocol.

    Risk heard in other words leaves the module at the question it stood at.
    """
    run = open_run(session, conversation.patient_id)
    if run is None or run.status != RunStatus.OPEN:
        return
    place, choice = Place.from_dict(run.place) if run.place else None, message.choices
    if place is not None and risk_of_answer(parts.programme, place, message.text, choice):
        turn = answer(parts.programme, place, Reply(message.text, choice), {"channel": message.channel})
        kept = tuple(effect for effect in turn.effects if effect.type in KEPT)
        apply_effects(parts, session, conversation, message, kept)
    if run.status == RunStatus.OPEN:
        run.status, run.moved_at = RunStatus.PAUSED, message.created_at
    fresh_tracker(conversation)
