"""After PAUSE the open question is no question any more: START goes on with it, other words are never its answer."""

from __future__ import annotations

import pytest

from bot.actions import replies
from bot.actions.asked import Asked, read_message
from bot.actions.content import Content
from bot.actions.form import take_answer
from programme import Place

PAUSED = Place("M7", "S3", {"theme": "the water"})


def heard(text: str, intent: str = "answer") -> Asked:
    """A message as Rasa hands it on while the gateway says that M7 is paused."""
    metadata = {"place": None, "paused": PAUSED.to_dict(), "offer": ["M7"]}
    return read_message({"text": text, "intent": {"name": intent, "confidence": 1.0}, "metadata": metadata})


@pytest.mark.parametrize("text", ["7", "yes", "i had a hard day at work and thought of my father"])
def test_free_text_is_not_taken_for_the_paused_steps_answer(content: Content, text: str) -> None:
    turn = take_answer(content, heard(text))
    assert turn is not None
    assert turn.place is None
    assert not [effect for effect in turn.effects if effect.type == "answer"]


@pytest.mark.parametrize("intent", ["start", "resume"])
def test_start_goes_on_where_it_was_paused(content: Content, intent: str) -> None:
    turn = take_answer(content, heard("start", intent))
    assert turn is not None
    assert turn.place == PAUSED
    assert [line.key for line in turn.lines] == ["M7.lead_in", "M7.S3"]


@pytest.mark.parametrize("word", ["pause", "skip", "repeat", "stop"])
def test_commands_find_nothing_open(content: Content, word: str) -> None:
    turn = replies.step_command(word)(content, heard(word, word))
    assert [line.key for line in turn.lines] == [f"utter_nothing_to_{word}"]
    assert turn.effects == ()
