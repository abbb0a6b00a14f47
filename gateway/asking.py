"""What Rasa is asked about one message: the patient's words and all it must know, since it is left no memory of its own."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from gateway.bot import Question, neutralise
from gateway.errors import BotFailure
from gateway.parts import Parts
from programme import offerable, wishable
from store.circumstances import circumstances
from store.conversations import numbered_choice, said_lately
from store.course_queries import Standing, facts_for_engine, read_standing
from store.passages import last_answer, recalled
from store.patient_day import known_zone
from store.people import Patient
from store.schedule import read_rota
from store.talk import Conversation, Message

log = logging.getLogger("afterglow.turns")

SORRY = "utter_dissatisfied"
ACTS = "human_can_act"
ACTS_FROM = (2, 3)  # what a questionnaire's answer may call for
Modules = tuple[str, ...]


def question_of(parts: Parts, session: Session, conversation: Conversation, message: Message, standing: Standing | None = None) -> Question:
    """Raises BotFailure when it cannot be put together: then the message gets the fallback line, and the record stays whole."""
    try:
        standing = standing or read_standing(session, conversation.patient_id, parts.now())
        metadata = _metadata(parts, session, conversation, message, standing)
    except SQLAlchemyError:
        raise
    except Exception as broken:
        log.error("message %s: the question could not be put together (%s)", message.id, type(broken).__name__)
        raise BotFailure("no_question") from broken
    return Question(message.id, conversation.id, _sender(conversation, message), neutralise(message.text), metadata)


def _sender(conversation: Conversation, message: Message) -> str:
    """The attempt is part of the sender: a turn that is asked again meets a fresh tracker."""
    again = f".{message.turn_attempts}" if message.turn_attempts > 1 else ""
    return f"{conversation.id}.{conversation.bot_generation}{again}"


def _metadata(parts: Parts, session: Session, conversation: Conversation, message: Message, standing: Standing) -> Mapping[str, Any]:
    patient = session.get_one(Patient, conversation.patient_id)
    place, paused = standing.place, standing.paused_place
    offers, wishes = _offers(parts, session, conversation, standing)
    return {
        "message_id": message.id,
        "channel": message.channel,
        "locale": patient.language,
        "place": place.to_dict() if place else None,
        "paused": paused.to_dict() if paused else None,
        "offer": list(offers),
        "wishes": list(wishes),
        "sorry": said_lately(session, conversation, SORRY),
        "choice": message.choices or (None if place else numbered_choice(session, message)),
        "last_faq": conversation.last_faq,
        "passing": conversation.passing,
        "hours_since_dose": standing.hours_since_dose,
        "facts": {
            **facts_for_engine(standing),
            "local_hour": parts.now().astimezone(ZoneInfo(known_zone(patient.timezone))).hour,
            **(_help_at_hand(parts, session, place.module) if place else {}),
            **last_answer(session, parts.programme, patient.id, place, parts.now()),
            **(recalled(session, parts.programme, patient.id, offers[0]) if offers else {}),
        },
    }


def _help_at_hand(parts: Parts, session: Session, module: str) -> Mapping[str, str]:
    """Could somebody act now on what the module may bring up? Asked only where it minds.

    Nobody on call calls everybody; where a week is planned and nobody stands in it, that is no plan to rely on.
    """
    minds = any(ACTS in branch.when.facts for step in parts.programme.module(module).steps for branch in step.branches)
    rota = read_rota(session, parts.settings.clinic.timezone, parts.now()) if minds else None
    if rota is None or not (rota.shifts or rota.overrides):
        return {}
    return {ACTS: "yes" if all(rota.anybody(level, parts.now()) for level in ACTS_FROM) else "no"}


def _offers(parts: Parts, session: Session, conversation: Conversation, standing: Standing) -> tuple[Modules, Modules]:
    """What START would open, and what else may be asked for: contact limits do not hold a patient who asks, clinical gates do."""
    now = circumstances(session, conversation, standing, parts.now(), parts.programme, asked_for=True)
    hours, done = standing.hours_since_dose, standing.done
    return offerable(parts.programme, hours, done, now), wishable(parts.programme, hours, done, now)
