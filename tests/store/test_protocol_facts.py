"""What of the record may weigh in the protocol, and for how long."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from store.course import Measure
from store.course_queries import read_standing
from store.people import Patient
from store.protocol_facts import facts_for_protocol
from store.talk import Conversation, Message
from tests.gateway.clockwork import Clockwork, clockwork


@pytest.fixture
def maya(tmp_path: Path) -> Iterator[Clockwork]:
    with clockwork(tmp_path) as found:
        yield found


def rated(maya: Clockwork, mood: int) -> None:
    message = maya.rows(Message, Message.author == "patient")[-1]
    maya.change(
        lambda session, *_: session.add(Measure(patient_id=maya.patient_id, message_id=message.id, kind="mood", value=mood, at=maya.now))
    )


def modifiers(maya: Clockwork) -> tuple[str, ...]:
    with maya.store.read() as session:
        conversation = session.get_one(Conversation, maya.conversation().id)
        standing = read_standing(session, maya.patient_id, maya.now)
        return facts_for_protocol(session, conversation, session.get_one(Patient, maya.patient_id), standing, "web").modifiers


def test_a_low_mood_weighs_for_two_days_and_not_for_months(maya: Clockwork) -> None:
    maya.says("hello")
    assert modifiers(maya) == ()
    rated(maya, 2)
    assert modifiers(maya) == ("low_mood",)
    maya.now += timedelta(hours=47)
    assert modifiers(maya) == ("low_mood",)
    maya.now += timedelta(hours=2)
    assert modifiers(maya) == ()
    maya.says("still here")
    rated(maya, 6)
    assert modifiers(maya) == ()
