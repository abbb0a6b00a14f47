"""A pressed button answers the question it stood under, and no other one."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from gateway import looking
from gateway.inbound import InboundMessage
from gateway.intake import receive
from safety.protocol import Phase
from store.messages import Saying, add_outbound, lock_conversation
from store.outcomes import protocol_state
from store.talk import Author, Message
from tests.gateway.clockwork import Clockwork, clockwork

RISK = "there's no way out of this"


@pytest.fixture
def maya(tmp_path: Path) -> Iterator[Clockwork]:
    with clockwork(tmp_path) as found:
        yield found


def offer(maya: Clockwork) -> Message:
    """The bot asks whether a person is wanted."""
    with maya.store.write() as session:
        conversation = lock_conversation(session, maya.conversation().id)
        saying = Saying("Would you like a person to contact you?", Author.BOT, (("yes", "Yes"), ("no", "No")))
        return add_outbound(session, conversation, saying, at=maya.now)


def button(message: Message, label: str) -> str:
    return next(str(choice["id"]) for choice in message.choices if choice["label"] == label)


def press(maya: Clockwork, choice_id: str) -> None:
    maya.now += timedelta(seconds=5)
    receive(maya.parts, InboundMessage(maya.patient_id, "web", "", f"press {choice_id}", maya.now, choice_id))


def asked(maya: Clockwork) -> Message:
    return max((one for one in maya.said() if one.choices), key=lambda one: one.seq)


def test_a_no_in_flight_to_another_question_is_no_answer_to_the_direct_one(maya: Clockwork) -> None:
    maya.says("hello", channel="web")
    earlier = offer(maya)
    maya.says(RISK, channel="web")
    assert protocol_state(maya.conversation()).awaiting == "thoughts"
    press(maya, button(earlier, "No"))
    state = protocol_state(maya.conversation())
    assert (state.phase, state.settled_at) == (Phase.SAFETY_CHECK, None)
    assert state.awaiting == "thoughts", "it is put once more"


def test_the_direct_questions_own_no_is_its_answer(maya: Clockwork) -> None:
    maya.says("hello", channel="web")
    offer(maya)
    maya.says(RISK, channel="web")
    press(maya, button(asked(maya), "No"))
    state = protocol_state(maya.conversation())
    assert state.phase is Phase.SUPPORT
    assert state.settled_at is not None


def test_also_where_the_direct_question_was_asked_while_the_press_was_being_read(maya: Clockwork, monkeypatch: pytest.MonkeyPatch) -> None:
    """The press was looked at before the question was there, and is recorded after it."""
    maya.says("hello", channel="web")
    earlier = offer(maya)
    seen = []

    def slow(parts: object, inbound: InboundMessage) -> object:
        found = looking.look(maya.parts, inbound)
        if inbound.choice_id and not seen:
            seen.append(True)
            maya.says(RISK, channel="web")
        return found

    monkeypatch.setattr("gateway.intake.look", slow)
    press(maya, button(earlier, "No"))
    state = protocol_state(maya.conversation())
    assert (state.awaiting, state.settled_at) == ("thoughts", None)
