"""What the demo patients did before today, lived through the real intake, screen, programme and record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from gateway.effects import apply_effects
from gateway.inbound import InboundMessage
from gateway.intake import receive
from gateway.parts import Parts
from gateway.web_session import greet
from launch.demo_people import RESTS
from launch.serve import read_wording
from programme import Reply, Turn, answer, load_programme, open_module
from programme.content import Step
from safety.content import load_clinical
from store import Settings, Store
from store.course_queries import facts_for_engine, read_standing
from store.looks import look_again
from store.messages import Saying, add_outbound, lock_conversation
from store.patients import conversation_of
from store.people import Patient
from store.signals import Signals
from store.talk import Author, Message, TurnStatus

_BETWEEN = timedelta(seconds=35)
_MOST_STEPS = 60


@dataclass
class _Clock:
    now: datetime


def open_visits(settings: Settings, store: Store) -> Visits:
    """Reads all content. Raises a ContentError when it cannot be used."""
    clinical = load_clinical(settings.clinical_dir)
    programme = load_programme(settings.clinical_dir / "programme")
    return Visits(Parts(settings, store, Signals(), clinical, programme, read_wording(settings, clinical)))


class Visits:
    """One demo patient's visits, each a module from its beginning to its end."""

    def __init__(self, parts: Parts) -> None:
        self._clock = _Clock(datetime.now(UTC))
        self._parts = replace(parts, now=lambda: self._clock.now)

    def live(self, person: Mapping[str, Any], answers: Mapping[str, str], now: datetime) -> None:
        self._clock.now = now - timedelta(hours=person["joined"])
        self._greet(person["id"])
        for visit in person["visits"]:
            self._clock.now = now - timedelta(hours=visit["hours_ago"])
            self._walk(person, visit["module"], answers)
        with self._parts.store.write() as session:
            conversation = conversation_of(session, person["id"])
            conversation.seen_seq = conversation.last_seq
            look_again(session, person["id"], RESTS)  # each module that ended has woken the clock

    def _greet(self, patient_id: str) -> None:
        with self._parts.store.write() as session:
            patient = session.get_one(Patient, patient_id)
            conversation = lock_conversation(session, conversation_of(session, patient_id).id)
            if conversation.last_seq == 0:
                greet(self._parts, session, conversation, patient, ("greeting", "greeting_next"), self._clock.now)

    def _walk(self, person: Mapping[str, Any], module: str, answers: Mapping[str, str]) -> None:
        patient_id, programme = person["id"], self._parts.programme
        message = self._hear(patient_id, "start")
        turn = open_module(programme, module, self._facts(patient_id))
        self._say(patient_id, message, turn)
        for _ in range(_MOST_STEPS):
            if turn.place is None:
                return
            step = programme.step(turn.place)
            text = answers.get(f"{turn.place.module}.{turn.place.step}", harmless(step)).format(**person)
            message = self._hear(patient_id, as_pressed(turn, text))
            turn = answer(programme, turn.place, Reply(text, choice_of(turn, text)), self._facts(patient_id))
            self._say(patient_id, message, turn)

    def _facts(self, patient_id: str) -> dict[str, Any]:
        with self._parts.store.read() as session:
            standing = read_standing(session, patient_id, self._clock.now)
        hours = standing.hours_since_dose
        known = {} if hours is None else {"hours_since_dose": hours}
        return {"channel": "web", "locale": "en", **facts_for_engine(standing), **known}

    def _hear(self, patient_id: str, text: str) -> str:
        self._clock.now += _BETWEEN
        name = f"web:demo-{patient_id}-{self._clock.now.timestamp():.0f}"
        return receive(self._parts, InboundMessage(patient_id, "web", text, name, self._clock.now)).message_id

    def _say(self, patient_id: str, message_id: str, turn: Turn) -> None:
        """As a turn with Rasa is written down."""
        self._clock.now += timedelta(seconds=2)
        with self._parts.store.write() as session:
            conversation = lock_conversation(session, conversation_of(session, patient_id).id)
            message = session.get_one(Message, message_id)
            patient = session.get_one(Patient, patient_id)
            apply_effects(self._parts, session, conversation, message, turn.effects)
            for line in turn.lines:
                saying = Saying(self._parts.wording.fill(line.text, patient), Author.BOT, line.choices, line.key or None)
                add_outbound(session, conversation, saying, in_reply_to=message.id, channel="web", at=self._clock.now)
            message.turn_status = TurnStatus.DONE


def choice_of(turn: Turn, value: str) -> str | None:
    offered = [choice for line in turn.lines for choice in line.choices]
    return next((known for known, _ in offered if known == value), None)


def as_pressed(turn: Turn, value: str) -> str:
    """A pressed button says its label."""
    offered = [choice for line in turn.lines for choice in line.choices]
    return next((label for known, label in offered if known == value), value)


def harmless(step: Step) -> str:
    if step.answer == "scale":
        return str((step.lowest + step.highest) // 2)
    if step.answer in ("choice", "choices"):
        return step.choices[0].value
    return {"yes_no": "yes", "ready": "done"}.get(step.answer, "that is fine with me")
