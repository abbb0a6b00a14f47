""" "Is this an emergency?" goes to the protocol's E script, never to an answer from the FAQ."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from safety import assess
from safety.content import Clinical
from safety.protocol import Facts, ProtocolState, on_message

ASKED = (
    "is this an emergency?",
    "is that an emergency or can it wait till morning",
    "should I go to the ER?",
    "do i need to go to the hospital",
    "do I need to call 911?",
    "should we call an ambulance",
    "how do i know if this is an emergency",
    "i dont know if its an emergency but something feels off",
    "my chest is tight, is this an emergency?",
    "blood in my pee, is that urgent",
    "i keep throwing up, do i need the ER",
    "my heart is racing and i'm dizzy, is it an emergency?",
    "my wife wont wake up properly is this an emergency",
    "worst headache of my life should I go to hospital",
    "¿esto es una emergencia?",
    "¿tengo que ir a urgencias?",
)
GENERAL = (
    "what counts as an emergency",
    "when should I call for help after a session?",
    "can you handle an emergency",
    "cuándo debo llamar a emergencias",
    "which symptoms mean i should call somebody",
)


@pytest.mark.parametrize("text", ASKED)
def test_is_this_an_emergency_is_answered_by_the_protocol(text: str, clinical: Clinical) -> None:
    found = assess(text, clinical=clinical)
    assert found.category == "E", (found.level, found.category)
    now = datetime(2026, 11, 25, 2, tzinfo=UTC)
    outcome = on_message(ProtocolState(), found, text, facts=Facts(), clinical=clinical, now=now)
    assert outcome.lines
    assert not outcome.pass_on


@pytest.mark.parametrize("text", GENERAL)
def test_asking_in_general_is_left_to_the_answers(text: str, clinical: Clinical) -> None:
    assert assess(text, clinical=clinical).level == 0
