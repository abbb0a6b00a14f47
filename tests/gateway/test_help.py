"""HELP tells how to reach a person. Beside one it says nothing; and no line promises more of it than it does."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from store.messages import lock_conversation
from store.talk import Owner, Timer
from store.timers import TimerKind
from tests.gateway.clockwork import Clockwork, clockwork

NLU = Path(__file__).resolve().parents[2] / "bot" / "data" / "nlu"
GREETINGS = ("greeting_next", "greeting_guest", "greeting_next_es", "greeting_guest_es")


@pytest.fixture
def maya(tmp_path: Path) -> Iterator[Clockwork]:
    with clockwork(tmp_path) as found:
        yield found


def owned(maya: Clockwork, owner: Owner) -> None:
    with maya.store.write() as session:
        lock_conversation(session, maya.conversation().id).owner = owner


def said_to(maya: Clockwork, text: str, channel: str) -> list[str]:
    """What was said to this message."""
    before = len(maya.said())
    maya.now += timedelta(minutes=1)
    maya.says(text, channel=channel)
    return maya.scripts()[before:]


def test_help_on_the_web_is_answered_by_the_bot_while_the_bot_has_the_talk(maya: Clockwork) -> None:
    assert said_to(maya, "help", "web") == ["help_web"]


def test_beside_a_clinician_help_is_left_to_the_clinician(maya: Clockwork) -> None:
    owned(maya, Owner.HUMAN)
    assert said_to(maya, "HELP", "web") == []
    [idle] = maya.rows(Timer, Timer.kind == TimerKind.HUMAN_IDLE)
    assert idle.due_at > maya.now, "and a slow clinician is noticed"


def test_while_a_person_is_waited_for_help_is_told_that_one_was_asked(maya: Clockwork) -> None:
    owned(maya, Owner.WAITING)
    assert said_to(maya, "help", "web") == ["person_asked"]


def test_the_carriers_help_is_answered_whoever_has_the_talk(maya: Clockwork) -> None:
    said_to(maya, "hello", "sms")
    owned(maya, Owner.HUMAN)
    assert said_to(maya, "HELP", "sms") == ["help"]


@pytest.mark.parametrize("key", GREETINGS)
def test_a_greeting_names_words_that_ask_for_a_person_and_not_help(key: str, maya: Clockwork) -> None:
    line = maya.parts.wording.lines[key]
    assert not re.search(r"\bHELP\b|\bAYUDA\b", line)
    [words] = re.findall(r'"([^"]+)"', line)
    assert f"- {words}\n" in examples(), "the bot was trained on them"


def examples() -> str:
    return "".join(path.read_text("utf-8") for path in sorted(NLU.parent.rglob("*.yml")))
