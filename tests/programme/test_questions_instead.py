"""A question put where an answer was expected is not taken for a yes or a number; a real yes always is."""

import pytest

from programme import Place, Programme, risk_of_answer


@pytest.mark.parametrize(
    "text", ["ok can I drive tomorrow", "wait, how long does it last?", "sure but what is kap", "okay so when is my next visit"]
)
@pytest.mark.parametrize("step", [("M3", "S2"), ("M4", "S1b")])
def test_a_question_is_not_a_yes(programme: Programme, step: tuple[str, str], text: str) -> None:
    assert risk_of_answer(programme, Place(*step), text) is None


@pytest.mark.parametrize("text", ["how long do 2 sessions last", "is 2 sessions normal?"])
@pytest.mark.parametrize("step", [("M4", "S4"), ("M10", "S1")])
def test_a_number_in_a_question_is_no_mood(programme: Programme, step: tuple[str, str], text: str) -> None:
    assert risk_of_answer(programme, Place(*step), text) is None


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "ok yes",
        "yeah how bad is that",
        "yes what should i do",
        "is that bad? yes i have chest pain",
        "can chest pain be normal",
        "YES?",
    ],
)
def test_a_yes_or_a_symptom_is_heard_in_a_question_too(programme: Programme, text: str) -> None:
    found = risk_of_answer(programme, Place("M3", "S2"), text)
    assert found is not None
    assert found.category == "E"


def test_a_low_mood_is_heard_with_a_question_behind_it(programme: Programme) -> None:
    assert risk_of_answer(programme, Place("M4", "S4"), "2, is that normal?") is not None
