"""A bare answer to a step's question is that answer, whatever the trained layer makes of the talk around it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.screening import Heard, screen
from programme import Place, Programme, load_programme
from safety import Turn
from safety.content import Clinical, load_clinical

CLINICAL = Path(__file__).resolve().parents[2] / "clinical"
DEATH, RED_FLAGS = Place("M10", "S3"), Place("M3", "S2")


@pytest.fixture(scope="module")
def programme() -> Programme:
    return load_programme(CLINICAL / "programme")


@pytest.fixture(scope="module")
def content() -> Clinical:
    return load_clinical(CLINICAL)


def level(content: Clinical, programme: Programme, place: Place, text: str, *, es: bool = False) -> int:
    """As it comes after the questions before it."""
    step = programme.step(place)
    asked = (step.es if es else step.text) or step.text
    now = datetime.now(UTC)
    before = [("assistant", "Over the last week, have you felt hopeless about the future?"), ("patient", "some"), ("assistant", asked)]
    history = tuple(Turn(author, said, now - timedelta(seconds=60 - n)) for n, (author, said) in enumerate(before))
    return screen(Heard(text, asked, history, place, None), content, programme).level


@pytest.mark.parametrize("text", ["n", "no", "No.", "nope", "not at all", "no, no"])
def test_a_plain_no_to_the_question_about_death_is_a_no(content: Clinical, programme: Programme, text: str) -> None:
    assert level(content, programme, DEATH, text) == 0


@pytest.mark.parametrize("text", ["no", "no, nada", "nada"])
def test_a_plain_no_to_the_body_check_in_spanish_too(content: Clinical, programme: Programme, text: str) -> None:
    assert level(content, programme, RED_FLAGS, text, es=True) == 0


@pytest.mark.parametrize(("place", "text"), [(DEATH, "yes"), (DEATH, "idk"), (DEATH, "3"), (RED_FLAGS, "yes"), (RED_FLAGS, "sí")])
def test_a_plain_answer_that_is_risk_still_is(content: Clinical, programme: Programme, place: Place, text: str) -> None:
    assert level(content, programme, place, text) >= 2


@pytest.mark.parametrize("text", ["most days", "nearly every day", "yes"])
def test_a_plain_answer_that_the_team_is_told_of_the_same_day_is_not_made_less_of(content: Clinical, programme: Programme, text: str) -> None:
    """Hopeless on most days: the trained layer hears the marker, and the direct question must not depend on Rasa."""
    assert level(content, programme, Place("M10", "S2"), text) >= 2


@pytest.mark.parametrize("text", ["no but i wish i was dead", "no. i want to die", "no, i have a plan to kill myself tonight"])
def test_a_no_with_more_behind_it_is_read_to_its_end(content: Clinical, programme: Programme, text: str) -> None:
    assert level(content, programme, DEATH, text) >= 2


@pytest.mark.parametrize("text", ["done", "DONE", "ok", "listo"])
def test_a_word_that_only_says_ready_is_no_risk(content: Clinical, programme: Programme, text: str) -> None:
    assert level(content, programme, Place("G2", "S1"), text) == 0


@pytest.mark.parametrize("text", ["i'd rather not", "I'd rather not.", "skip", "later", "no idea", "can we stop"])
@pytest.mark.parametrize("place", [Place("M5", "S4"), Place("M1", "S5"), Place("M8", "S3")], ids=str)
def test_leaving_a_question_out_is_no_risk(content: Clinical, programme: Programme, place: Place, text: str) -> None:
    assert level(content, programme, place, text) == 0


@pytest.mark.parametrize("text", ["i'd rather not", "later", "i'd rather not be alive", "skip, i want to die"])
def test_leaving_the_question_about_death_out_is_not_a_plain_no(content: Clinical, programme: Programme, text: str) -> None:
    assert level(content, programme, DEATH, text) >= 2
