"""What the bot says outside the answers, tried without Rasa: content and message in, turn out."""

from __future__ import annotations

from typing import Any

import pytest

from bot.actions import replies
from bot.actions.asked import Asked
from bot.actions.content import Content
from bot.actions.turns import HANDLERS
from programme import Place, Turn

IN_M4 = Place("M4", "S3")


def keys(turn: Turn) -> list[str]:
    return [line.key for line in turn.lines]


def effects(turn: Turn) -> list[dict[str, Any]]:
    return [effect.to_dict() for effect in turn.effects]


def test_a_greeting_says_that_this_is_no_person_and_offers_what_is_ready(content: Content) -> None:
    turn = replies.greet(content, Asked(offer=("M3",)))
    assert "AI chatbot" in turn.lines[0].text
    assert [value for value, _ in turn.lines[1].choices] == ["start", "deny"]


def test_a_greeting_in_the_middle_puts_the_open_question_again(content: Content) -> None:
    turn = replies.greet(content, Asked(place=IN_M4))
    assert keys(turn) == ["utter_greet", "utter_back_to_step", "M4.S3"]
    assert turn.place == IN_M4


def test_start_opens_the_most_fitting_module(content: Content) -> None:
    turn = replies.begin(content, Asked(offer=("M4", "M10")))
    assert turn.place is not None
    assert turn.place.module == "M4"
    assert effects(turn)[0] == {"type": "module_opened", "module": "M4"}


def test_start_goes_on_with_an_open_module_instead_of_opening_another(content: Content) -> None:
    turn = replies.begin(content, Asked(place=IN_M4, offer=("M10",)))
    assert turn.place == IN_M4
    assert not [each for each in effects(turn) if each["type"] == "module_opened"]


def test_start_without_anything_ready_says_so(content: Content) -> None:
    assert keys(replies.begin(content, Asked())) == ["utter_nothing_to_start"]


@pytest.mark.parametrize("word", ["stop", "skip", "repeat", "pause"])
def test_a_command_without_a_module_explains_itself(content: Content, word: str) -> None:
    turn = replies.step_command(word)(content, Asked())
    assert keys(turn) == [f"utter_nothing_to_{word}"]
    assert not turn.effects


def test_asking_for_a_person_tells_the_team_and_keeps_the_place(content: Content) -> None:
    turn = replies.ask_for_person(content, Asked(place=IN_M4))
    assert effects(turn)[0]["kind"] == "person_requested"
    assert turn.place == IN_M4


def test_a_spanish_patient_is_greeted_in_spanish(content: Content) -> None:
    assert replies.greet(content, Asked(locale="es")).lines[0].text.startswith("Hola")


def test_an_english_exercise_is_announced_to_who_reads_spanish_and_a_spanish_one_is_not(content: Content) -> None:
    notice, said = "utter_exercise_only_in_english", [one for one in content.programme.patient_modules if not one.in_spanish]
    assert said, "with everything in Spanish this line is not needed any more"
    for turn in (
        replies.begin(content, Asked(locale="es", offer=("M6",))),
        replies.begin(content, Asked(locale="es", paused=Place("M6", "S3"))),
        replies.exercise("M6", "utter_settle")(content, Asked(locale="es", wishes=("M6",))),
    ):
        assert keys(turn)[0] == notice
        assert "inglés" in turn.lines[0].text
        assert turn.place is not None
    for module in ("M1", "M3", "M4", "M10"):
        assert notice not in keys(replies.begin(content, Asked(locale="es", offer=(module,)))), module
    assert notice not in keys(replies.begin(content, Asked(offer=("M6",))))


def test_every_response_has_a_spanish_wording(content: Content) -> None:
    english = {name for name in content.words.variants if not name.endswith("_es")}
    assert {name for name in english if f"{name}_es" not in content.words.variants} == set()


def test_no_button_of_ours_leads_nowhere(content: Content) -> None:
    from bot.components.clearly import pressed

    buttons = {b["payload"] for each in content.words.variants.values() for v in each for b in v.get("buttons", ())}
    assert buttons
    assert {payload for payload in buttons if pressed(payload) is None} == set()


@pytest.mark.parametrize("name", sorted(HANDLERS))
@pytest.mark.parametrize("channel", ["web", "sms"])
@pytest.mark.parametrize("place", [None, IN_M4], ids=["alone", "in a module"])
def test_every_action_says_something_everywhere(content: Content, name: str, channel: str, place: Place | None) -> None:
    turn = HANDLERS[name](content, Asked("what is it?", "faq_f01", channel=channel, place=place))
    assert turn.lines
    assert all(line.text for line in turn.lines)
