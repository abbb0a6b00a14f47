"""Pairs of messages that differ in what stands around the phrase."""

from __future__ import annotations

import pytest

from safety.assessment import Assessment, Turn
from safety.content import Clinical
from safety.layers import written
from safety.screen import assess

RISK_AND_NOT = [
    ("I want to die", "I don't want to die"),
    ("I'm not okay, I want to die", "I'm okay, I do not want to die"),
    ("no, I want to kill myself", "no, I never want to kill myself"),
    ("I am suicidal", "I am not suicidal"),
    ("I have thoughts of killing myself", "I have no thoughts of killing myself"),
    ("I want to die, honestly", "I wanted to die of embarrassment, honestly"),
    ("I want to kill myself again like in 2015", "I tried to kill myself in 2015"),
    ("the medicine showed me it's okay to go", "the session showed me it's okay to let go of the guilt"),
    ("I hope I don't wake up", "I hope I don't wake up early"),
    ("I can't do this anymore", "I can't do this commute anymore"),
    ("I cut myself last night", "I cut myself shaving last night"),
    ("I took all of them", "I took all of them to the library"),
    ("how much ketamine would kill a person", "how much ketamine will I get"),
    ("everyone would be better off without me", "the meeting went better without me"),
    ("I am going to end it all", "I am going to end it with him"),
    ("goodbye everyone", "bye everyone, see you tuesday"),
    ("my wife would be happier without me", "my wife is happier without the cat"),
    ("I don't want to be here anymore", "I don't want to be here in the waiting room"),
]


def read(text: str, clinical: Clinical, prompt: str | None = None, history: tuple[str, ...] = ()) -> Assessment:
    turns = [Turn("patient", said) for said in history]
    return assess(text, prompt=prompt, history=turns, clinical=clinical, layers=written())


@pytest.mark.parametrize(("risk", "other"), RISK_AND_NOT)
def test_a_message_and_its_near_miss_are_told_apart(risk: str, other: str, clinical: Clinical) -> None:
    assert read(risk, clinical).level >= 2
    assert read(other, clinical).level < 2


@pytest.mark.parametrize("half", ["yes sometimes", "Yes, most days.", "I think so", "i guess so", "creo que sí", "for now"])
@pytest.mark.parametrize(
    "prompt", ["How about the next few hours: do you feel able to stay safe?", "This is Dana. Can you keep yourself safe until I call?"]
)
def test_half_a_yes_to_staying_safe_is_heard(prompt: str, half: str, clinical: Clinical) -> None:
    assert read(half, clinical, prompt).level == 3
    assert read("yes I can", clinical, prompt).level < 2


def test_what_is_denied_is_set_aside_and_named_not_erased(clinical: Clinical) -> None:
    found = read("I don't want to die", clinical)
    assert [(f.counted, f.cue) for f in found.findings if f.phrase_id == "S-WANT-DIE"] == [(False, "C-NOT")]


def test_a_denial_beside_risk_does_not_silence_it(clinical: Clinical) -> None:
    assert read("I'm not suicidal. I wrote the letters yesterday", clinical).level == 4


def test_two_different_markers_are_active_risk_and_the_same_one_twice_is_not(clinical: Clinical) -> None:
    assert read("I'm a burden to everyone and there's no way out", clinical).level == 3
    assert read("I'm a burden to everyone, just a burden to my family", clinical).level == 2


def test_a_modifier_raises_a_wish_by_one_and_nothing_from_nothing(clinical: Clinical) -> None:
    assert read("I wish I was dead", clinical).level == 2
    assert read("I wish I was dead and I'm home alone tonight", clinical).level == 3
    assert read("I'm home alone tonight", clinical).level == 0


def test_modifiers_never_lift_four_to_five_and_act_once(clinical: Clinical) -> None:
    assert read("I have a plan to kill myself, I'm drunk and home alone tonight", clinical).level in (4, 5)
    assert read("I wish I was dead, I'm drunk. I'm home alone tonight. My wife left yesterday", clinical).level == 3


def test_a_phrase_split_over_messages_is_heard(clinical: Clinical) -> None:
    assert read("about how to end it", clinical, history=("I keep thinking",)).level == 3


@pytest.mark.parametrize("taken_back", ["jk about earlier lol", "never mind what I said before", "I'm fine now, please don't call anyone"])
def test_taking_it_back_keeps_the_level(taken_back: str, clinical: Clinical) -> None:
    assert read(taken_back, clinical, history=("I want to kill myself",)).level == 3
    assert read(taken_back, clinical, history=("can I move my appointment",)).level == 0


def test_small_signs_again_and_again_add_up(clinical: Clinical) -> None:
    history = ("what's the point of any of this", "ok", "this week broke me")
    assert read("I'm so tired of everything", clinical).level == 1
    assert read("I'm so tired of everything", clinical, history=history).level == 2


def test_markers_in_different_messages_count_together(clinical: Clinical) -> None:
    assert read("there's no way out", clinical, history=("I'm just a burden to my family",)).level == 3


def test_an_answer_is_read_with_its_question(clinical: Clinical) -> None:
    asked = "What would you like to let go of?"
    assert read("this life", clinical, prompt=asked).level == 3
    assert read("this life", clinical).level == 0
    assert read("my grudge", clinical, prompt=asked).level == 0


def test_the_gravest_finding_decides_the_category(clinical: Clinical) -> None:
    found = read("I cut my arms and I am going to kill myself tonight", clinical)
    assert (found.level, found.category) == (5, "S")
