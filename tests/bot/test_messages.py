"""The one message a turn sends to the gateway, and the events that keep Rasa's form in step."""

from __future__ import annotations

from bot.actions.asked import Asked
from bot.actions.messages import custom_message, form_events, leave_to_rules
from programme import Effect, Line, Place, Turn

HERE = Place("M4", "S1")


def test_everything_of_a_turn_travels_in_one_message() -> None:
    turn = Turn((Line("Hello", (("yes", "Yes"),), "k"),), HERE, (Effect("place", {"place": None}),))
    assert custom_message(turn, Asked(intent="greet", confidence=0.98765)) == {
        "afterglow": 1,
        "lines": [{"text": "Hello", "choices": [["yes", "Yes"]], "key": "k"}],
        "effects": [{"type": "place", "place": None}],
        "understood": True,
        "intent": "greet",
        "confidence": 0.9877,
    }


def test_the_patients_words_are_not_sent_back() -> None:
    assert "canary" not in str(custom_message(Turn((Line("Hello"),)), Asked(text="canary")))


def test_a_yes_belongs_to_the_question_just_before_it() -> None:
    effects = custom_message(Turn((Line("You're welcome."),)), Asked(last_faq="F32"))["effects"]
    assert effects == [{"type": "faq", "id": None}]


def test_a_new_question_takes_the_place_of_the_old_one() -> None:
    turn = Turn((Line("…"),), None, (Effect("faq", {"id": "F36"}),))
    assert custom_message(turn, Asked(last_faq="F32"))["effects"] == [{"type": "faq", "id": "F36"}]


def test_what_was_not_understood_leaves_the_question_open() -> None:
    assert custom_message(Turn((Line("…"),), understood=False), Asked(last_faq="F32"))["effects"] == []


def test_the_form_is_active_exactly_while_a_module_is_open() -> None:
    assert form_events(None, None) == []
    assert form_events(HERE, "integration_form") == []
    assert [event["event"] for event in form_events(HERE, None)] == ["active_loop", "slot"]
    assert form_events(None, "integration_form")[0]["name"] is None


def test_stepping_back_for_the_rules_keeps_the_form() -> None:
    events = leave_to_rules(HERE, "integration_form")
    assert [event["event"] for event in events] == ["action_execution_rejected"]
