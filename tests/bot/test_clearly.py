"""When a message inside a module interrupts it. Pure, and without a classifier: its verdict is given."""

from __future__ import annotations

import pytest

from bot.components.clearly import Heard, clearly_meant, plainly, pressed
from bot.components.plain import plain_text, without_slash
from bot.components.questions import before_question, has_question_form


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("stop", "stop"),
        ("please stop this exercise", "stop"),
        ("can we skip this one please", "skip"),
        ("I need a break", "pause"),
        ("not now", "pause"),
        ("what was the question", "repeat"),
        ("I'm back, let's go on", "resume"),
        ("saltar esta pregunta", "skip"),
        ("can someone call me", "talk_to_person"),
        ("I want to talk to my therapist", "talk_to_person"),
        ("wait can I drive tomorrow", "faq_f36"),
        ("is it normal to feel sick?", "faq_f24"),
        ("so, how long does it last", "faq_f08"),
        ("are you a bot?", "bot_challenge"),
        ("thank you", "thanks"),
    ],
)
def test_these_interrupt(text: str, intent: str) -> None:
    assert clearly_meant(Heard(text, intent, 0.8))


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("I wanted to stop everything and just sit", "stop"),
        ("for once I could skip the noise", "skip"),
        ("I felt like I could pause the world", "pause"),
        ("I kept repeating it's okay", "repeat"),
        ("I wanted to start over with my mom", "start"),
        ("I needed help and nobody came", "help"),
        ("I want to talk to my sister about what happened because I was afraid", "talk_to_person"),
        ("I felt like I needed a person to hold my hand", "talk_to_person"),
        ("the feeling that I can drive again", "faq_f36"),
        ("I thought about how long I have been sad", "faq_f08"),
        ("thank you for holding me, I said to the tree", "thanks"),
        ("yes", "affirm"),
        ("no", "deny"),
        ("lol", "smalltalk"),
        ("the weather was golden", "out_of_scope"),
    ],
)
def test_these_are_answers(text: str, intent: str) -> None:
    assert not clearly_meant(Heard(text, intent, 0.8))


def test_a_question_that_nobody_is_sure_of_does_not_interrupt() -> None:
    assert not clearly_meant(Heard("what was that light", "faq_f43", 0.3))


def test_a_long_entry_with_a_question_mark_in_it_is_an_entry() -> None:
    entry = "I saw my father at the door and he was young again. " * 4 + "Is this what peace is?"
    assert not clearly_meant(Heard(entry, "faq_f43", 0.9))


@pytest.mark.parametrize("text", ["wait can i drive tomorrow", "Is that bad?", "ok so what now", "allowed to eat"])
def test_question_form(text: str) -> None:
    assert has_question_form(text)


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("ok can I drive tomorrow", ""),
        ("yes, is that normal?", "yes"),
        ("5 is that normal?", "5"),
        ("my chest is tight, what should I do", "my chest is tight"),
        ("no what about my bladder", "no"),
        ("is it ok to be alone", ""),
        ("mostly fine", ""),
    ],
)
def test_what_stands_before_a_question(text: str, before: str) -> None:
    assert before_question(text) == before


@pytest.mark.parametrize(
    "text", ["how kind the nurse was", "do the dishes right after supper", "when the music stopped i got sad", "what a day"]
)
def test_what_only_begins_like_a_question_is_none(text: str) -> None:
    assert not has_question_form(text)


@pytest.mark.parametrize("text", ["The Long Goodbye", "thank you body", "hello 7"])
def test_a_courtesy_is_nothing_but_courteous(text: str) -> None:
    assert not clearly_meant(Heard(text, "goodbye", 0.9))


@pytest.mark.parametrize(
    ("text", "meant"), [("NEXT", "skip"), ("Done.", "answer"), ("help me please!", "help"), ("saltar", "skip"), ("next week", None)]
)
def test_a_command_word_alone_means_itself(text: str, meant: str | None) -> None:
    assert plainly(text) == meant


def test_only_our_own_buttons_can_be_pressed() -> None:
    assert pressed("talk_to_person") == "talk_to_person"
    assert pressed("faq_f07") == "faq_f07"
    assert pressed("action_faq") is None
    assert pressed("faq_f07; drop") is None


def test_shorthand_is_written_out() -> None:
    assert plain_text("can i drive tmrw") == "can i drive tomorrow"
    assert plain_text("y") == "yes"
    assert plain_text("lol") == "lol"


@pytest.mark.parametrize(("typed", "heard"), [("/stop", "stop"), ("  //restart", "restart"), ("/", "slash"), ("5/10", "5/10")])
def test_a_leading_slash_is_only_a_character(typed: str, heard: str) -> None:
    assert without_slash(typed) == heard
