"""The protocol's questions and the patient's answers to them, word for word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from safety.content import Clinical
from safety.protocol import ProtocolState
from safety.protocol.content import protocol_of
from store.talk import Author, Message


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question of the open event. `reading` is what the protocol understood; no answer yet leaves both empty."""

    step: str
    question: str
    asked_at: datetime
    answer: str = ""
    reading: str = ""
    media: str = ""
    """What was sent instead of an answer, or with it."""


def exchanges(event: Sequence[Message], state: ProtocolState, clinical: Clinical) -> list[Exchange]:
    scripts = protocol_of(clinical).scripts
    readings = _readings(state)
    found: list[Exchange] = []
    asked: tuple[str, Message] | None = None
    for message in event:
        script = scripts.get(message.script or "") if message.author == Author.PROTOCOL else None
        if asked and message.author == Author.CLINICIAN:  # from here on the patient answers a person
            found.append(Exchange(asked[0], asked[1].text, asked[1].created_at))
            asked = None
        if script is not None and script.asks:
            if asked:
                found.append(Exchange(asked[0], asked[1].text, asked[1].created_at))
            asked = (script.asks, message)
        elif message.author == Author.PATIENT and asked:
            step, question = asked
            reading = readings[step].pop(0) if readings.get(step) else ""
            found.append(Exchange(step, question.text, question.created_at, message.text, reading, message.media or ""))
            asked = None
    if asked:
        found.append(Exchange(asked[0], asked[1].text, asked[1].created_at))
    return found


@dataclass(frozen=True, slots=True)
class Offered:
    """What one line of the protocol held for the patient: a crisis line, a person, distance from means."""

    what: str
    at: datetime


def offered(event: Sequence[Message], clinical: Clinical) -> list[Offered]:
    """Each kind of help once, when it was last offered in the open event."""
    scripts = protocol_of(clinical).scripts
    found: dict[str, Offered] = {}
    for message in event:
        script = scripts.get(message.script or "") if message.author == Author.PROTOCOL else None
        for what in sorted(script.gives) if script else ():
            found[what] = Offered(what, message.created_at)
    return list(found.values())


def _readings(state: ProtocolState) -> dict[str, list[str]]:
    readings: dict[str, list[str]] = {}
    for step, reading in state.answers:
        readings.setdefault(step, []).append(reading)
    return readings
