"""Inside a module: the open step, a question and a call for a person all want the same message."""

from __future__ import annotations

from typing import Any

import pytest

from bot.actions.asked import Asked
from bot.actions.content import Content
from bot.actions.steps import answer_step, understood_by_step
from programme import Place, Turn

ALONE_TONIGHT = Place("M3", "S1")  # yes or no
LANDING = Place("M3", "S3")  # fine, tired, spacey, …
MOOD = Place("M10", "S1")  # 0 to 10


def took(turn: Turn | None) -> list[tuple[str, Any]]:
    effects = turn.effects if turn else ()
    return [(e.data["step"], e.data["value"]) for e in effects if e.type == "answer"]


def test_a_choice_that_sounds_like_a_command_is_a_choice(content: Content) -> None:
    asked = Asked("tired, pass", "skip", 0.9, place=LANDING)
    assert took(understood_by_step(content, asked)) == [("S3", "tired")]


@pytest.mark.parametrize("word", ["stop", "Skip.", "PAUSE", "repeat", "saltar"])
def test_the_plain_commands_mean_themselves_at_every_step(content: Content, word: str) -> None:
    assert understood_by_step(content, Asked(word, "skip", 1.0, place=LANDING)) is None


@pytest.mark.parametrize("place", [ALONE_TONIGHT, MOOD], ids=["yes or no", "scale"])
def test_a_call_for_a_person_is_never_taken_for_a_yes_or_a_number(content: Content, place: Place) -> None:
    asked = Asked("yes can someone call me at 5", "talk_to_person", 0.9, place=place)
    assert understood_by_step(content, asked) is None


def test_a_call_for_a_person_is_never_taken_for_ready(content: Content) -> None:
    ready = next(
        Place("M3", f"{script.id}.{step.id}")
        for script in content.programme.modules.values()
        for step in script.steps
        if step.answer == "ready"
    )
    assert understood_by_step(content, Asked("talk to a person", "talk_to_person", 0.9, place=ready)) is None


@pytest.mark.parametrize("text", ["ok can I drive tomorrow", "how long do 2 sessions last", "is it ok to be alone"])
@pytest.mark.parametrize("place", [ALONE_TONIGHT, MOOD, LANDING], ids=["yes or no", "scale", "choice"])
def test_a_question_alone_is_no_answer(content: Content, text: str, place: Place) -> None:
    assert understood_by_step(content, Asked(text, "faq_f36", 0.9, place=place)) is None


def test_an_answer_with_a_question_behind_it_is_both(content: Content) -> None:
    turn = understood_by_step(content, Asked("5, is that normal?", "faq_f42", 0.9, place=MOOD))
    assert turn is not None
    assert took(turn) == [("S1", 5)]
    assert turn.lines[0].key == "faq.F42"
    assert turn.place is not None
    assert turn.place.step == "S2"


def test_what_the_step_cannot_use_may_have_been_a_question_after_all(content: Content) -> None:
    asked = Asked("driving tomorrow, allowed or not", "answer", 1.0, heard="faq_f36", heard_confidence=0.7, place=MOOD)
    assert answer_step(content, asked).lines[0].key == "faq.F36"


def test_or_a_command_in_more_words_than_commands_have(content: Content) -> None:
    asked = Asked("i need a break, coffee", "answer", 1.0, heard="pause", heard_confidence=0.7, place=MOOD)
    assert [effect.type for effect in answer_step(content, asked).effects] == ["place", "module_paused"]


def test_unless_nobody_was_sure_of_it(content: Content) -> None:
    asked = Asked("hmm the car", "answer", 1.0, heard="faq_f36", heard_confidence=0.3, place=MOOD)
    turn = answer_step(content, asked)
    assert not turn.understood
    assert turn.place == Place("M10", "S1", {"_asked": 1})


def test_a_pressed_button_is_never_second_guessed(content: Content) -> None:
    asked = Asked("2", "answer", 1.0, heard="faq_f36", heard_confidence=1.0, place=LANDING, choice="spacey")
    assert took(answer_step(content, asked)) == [("S3", "spacey")]
