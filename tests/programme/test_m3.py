"""Safe landing: every branch of the evening after the dose."""

from __future__ import annotations

import pytest

from tests.programme.patient import Patient

G1 = ("done", "lamp, cup, door, dog, wall", "my sleeve", "a clock", "soap", "tea")


def test_a_quiet_evening_takes_four_answers_and_a_closing(patient: Patient) -> None:
    patient.opens("M3").says("ya my sister is here", "nope", "tired", "ok")
    assert patient.turn.place is None
    assert "I'll say hello tomorrow" in patient.heard
    assert patient.answers() == {"M3.S1": "yes", "M3.S2": "no", "M3.S3": "tired", "M3.S4": "ok"}
    assert not patient.did("notify")


def test_buttons_do_the_same_as_words(patient: Patient) -> None:
    patient.opens("M3").presses("yes", "no", "fine", "ok")
    assert patient.turn.place is None


def test_alone_tonight_tells_the_team_and_asks_who_could_come(patient: Patient) -> None:
    patient.opens("M3").says("no I'm alone")
    assert patient.at == "M3.S1b"
    assert patient.told("alone_after_dose")
    patient.says("my friend could, yes")
    assert "ask them now" in patient.heard
    assert patient.at == "M3.S2"


def test_nobody_who_can_come_is_told_a_second_time(patient: Patient) -> None:
    patient.opens("M3").says("just me", "no")
    assert len(patient.told("alone_after_dose")) == 2
    assert "Keep your phone close" in patient.heard


@pytest.mark.parametrize("words", ["YES chest pain", "yes", "y", "sí", "no but my chest hurts", "she's hard to wake", "no wait yes"])
def test_any_red_flag_opens_the_emergency_way(patient: Patient, words: str) -> None:
    patient.opens("M3").says("yes", words)
    assert patient.risk is not None
    assert (patient.risk.level, patient.risk.category) == (5, "E")
    assert "{emergency_number}" in patient.heard
    assert patient.told("risk_answer")


@pytest.mark.parametrize("words", ["no", "n", "nah", "no pain at all", "not really", "👎", "no chest pain or trouble breathing"])
def test_a_plain_no_to_the_red_flags_goes_on(patient: Patient, words: str) -> None:
    patient.opens("M3").says("yes", words)
    assert patient.risk is None
    assert patient.at == "M3.S3"


def test_a_red_flag_question_that_stays_unclear_goes_to_a_person(patient: Patient) -> None:
    patient.opens("M3").says("yes", "hmm", "hard to say")
    assert patient.told("safety_item_unclear")[0]["urgency"] == "page"
    assert patient.at == "M3.S3"


def test_skipping_the_red_flags_is_noted_and_the_emergency_rule_said(patient: Patient) -> None:
    patient.opens("M3").says("yes").types("skip")
    assert patient.told("safety_item_skipped")
    assert "{emergency_number}" in patient.heard
    assert patient.at == "M3.S3"


def test_spacey_gets_the_light_grounding_without_a_number(patient: Patient) -> None:
    patient.opens("M3").says("yes", "no", "kinda floaty")
    assert patient.at == "M3.G1.S1"
    patient.says("ok", "five things")
    assert "3 things you can hear" in patient.heard
    patient.says("clock, fan, car")
    assert patient.at == "M3.S4"


def test_queasy_gets_the_checked_answer_and_goes_on(patient: Patient) -> None:
    patient.opens("M3").says("yes", "no", "queasy")
    assert patient.did("faq") == [{"type": "faq", "id": "F24"}]
    assert "nausea" in patient.heard
    assert patient.at == "M3.S4"


def test_low_or_scared_gets_grounding_and_the_number_is_asked_again(patient: Patient) -> None:
    patient.opens("M3").says("yes", "no", "low", *G1)
    assert patient.at == "M3.G1.S7"
    patient.says("5")
    assert patient.at == "M3.S4"
    assert patient.did("distress")[-1]["value"] == 5


def test_still_eight_after_grounding_opens_the_safety_question(patient: Patient) -> None:
    patient.opens("M3").says("yes", "no", "scared", *G1, "8 or 9")
    assert patient.risk is not None
    assert (patient.risk.level, patient.risk.category) == (2, "S")
    assert patient.at == "M3.S4"


@pytest.mark.parametrize("words", ["already drove home", "had a beer, oops", "too late, I took another one"])
def test_driving_drink_or_an_extra_dose_is_misuse_without_shame(patient: Patient, words: str) -> None:
    patient.opens("M3").says("yes", "no", "fine", words)
    assert patient.risk is not None
    assert (patient.risk.level, patient.risk.category) == (4, "U")
    assert "I'm glad you did" in patient.heard


@pytest.mark.parametrize("words", ["I already did one of these", "3", "too late lol"])
def test_who_already_did_one_of_them_is_asked_which(patient: Patient, words: str) -> None:
    patient.opens("M3").says("yes", "no", "fine", words)
    assert patient.risk is None
    assert patient.at == "M3.S4d"
    patient.says("1 and 4")
    assert patient.risk is not None
    assert patient.risk.category == "U"


def test_a_signature_or_a_big_choice_waits_for_the_next_day(patient: Patient) -> None:
    patient.opens("M3").says("yes", "no", "fine", "I already did one of these", "signed a lease")
    assert patient.risk is None
    assert patient.told("big_decision")[0]["urgency"] == "next_day"
    assert patient.turn.place is None


def test_not_saying_which_calls_a_person(patient: Patient) -> None:
    patient.opens("M3").says("yes", "no", "fine", "3", "hmm", "stuff")
    assert patient.told("safety_item_unclear")[0]["urgency"] == "page"
    patient.opens("M3").says("yes", "no", "fine", "3").types("skip")
    assert patient.told("safety_item_skipped")[0]["urgency"] == "page"


def test_a_question_about_the_rules_is_kept_and_passed_on(patient: Patient) -> None:
    patient.opens("M3").says("yes", "no", "fine", "I have a question")
    assert patient.at == "M3.S4q"
    patient.says("is a glass of kombucha alcohol")
    assert patient.told("question")
    assert patient.answers()["M3.S4q"] == "is a glass of kombucha alcohol"
    assert patient.turn.place is None
