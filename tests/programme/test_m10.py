"""When the lift fades: every branch."""

from __future__ import annotations

import pytest

from tests.programme.patient import Patient


def test_an_even_week_goes_through_and_ends_in_the_summary(patient: Patient) -> None:
    patient.opens("M10").says("6", "not at all", "no", "walking the dog", "just needed to say it")
    assert patient.turn.place is None
    assert "A dip is news for your team" in patient.heard
    assert patient.answers()["M10.S3"] == "no"
    assert not patient.did("notify")


def test_mood_three_tells_the_team_the_same_day(patient: Patient) -> None:
    patient.opens("M10").says("3")
    assert patient.risk is None
    assert patient.told("low_mood")[0]["urgency"] == "same_day"
    assert patient.at == "M10.S2"


def test_mood_two_opens_the_direct_question(patient: Patient) -> None:
    patient.opens("M10").says("like a 2 or 3")
    assert patient.risk is not None
    assert patient.risk.category == "S"


@pytest.mark.parametrize("words", ["most days", "nearly every day", "3", "all the time", "yes"])
def test_hopeless_most_days_asks_on_and_wants_contact_today(patient: Patient, words: str) -> None:
    patient.opens("M10").says("5", words)
    assert patient.told("hopeless")[0]["level"] == 2
    assert patient.at == "M10.S3"


@pytest.mark.parametrize("words", ["some days", "2", "a little"])
def test_hopeless_some_days_is_thanked_for(patient: Patient, words: str) -> None:
    patient.opens("M10").says("5", words)
    assert not patient.told("hopeless")
    assert "Thank you for telling me" in patient.heard


@pytest.mark.parametrize(
    ("words", "level"),
    [
        ("yes, wishing I was dead", 2),
        ("2", 2),
        ("yes, ending my life", 3),
        ("the third one", 3),
        ("yes", 3),
        ("both", 3),
        ("no wait yes", 3),
        ("rather not say", 2),
        ("idk", 2),
        ("4", 2),
        ("no idea", 2),
    ],
)
def test_every_answer_but_no_opens_the_protocol(patient: Patient, words: str, level: int) -> None:
    patient.opens("M10").says("5", "not at all", words)
    assert patient.risk is not None
    assert (patient.risk.level, patient.risk.category) == (level, "S")
    assert patient.at == "M10.S4"
    assert patient.did("module_paused")


@pytest.mark.parametrize(("value", "level"), [("wishing", 2), ("ending", 3), ("unsure", 2)])
def test_every_button_but_no_opens_the_protocol(patient: Patient, value: str, level: int) -> None:
    patient.opens("M10").says("5", "not at all").presses(value)
    assert patient.risk is not None
    assert patient.risk.level == level


@pytest.mark.parametrize("words", ["no", "n", "nope", "nah", "not at all", "1", "No."])
def test_a_plain_no_goes_on(patient: Patient, words: str) -> None:
    patient.opens("M10").says("5", "not at all", words)
    assert patient.risk is None
    assert patient.at == "M10.S4"


def test_two_unclear_answers_to_the_direct_question_are_risk_unclear(patient: Patient) -> None:
    patient.opens("M10").says("5", "not at all", "why do you ask")
    assert patient.risk is None
    assert "rather not" in patient.heard
    patient.says("the weather is odd")
    assert patient.risk is not None
    assert patient.risk.level == 2


def test_skipping_the_direct_question_is_noted_for_a_call_today(patient: Patient) -> None:
    patient.opens("M10").says("5", "not at all").types("skip")
    note = patient.told("safety_item_skipped")[0]
    assert (note["level"], note["urgency"]) == (2, "same_day")
    assert "{crisis_line}" in patient.heard
    assert patient.at == "M10.S4"


@pytest.mark.parametrize(
    ("words", "kind"), [("1", "person_requested"), ("my therapist", "person_requested"), ("move a session", "visit_request")]
)
def test_asking_for_the_therapist_or_a_visit_reaches_the_clinic(patient: Patient, words: str, kind: str) -> None:
    patient.opens("M10").says("5", "not at all", "no", "music", words)
    assert patient.told(kind)


@pytest.mark.parametrize(("words", "module"), [("a skill", "M6"), ("company", "M9")])
def test_a_skill_or_company_offers_the_fitting_module(patient: Patient, words: str, module: str) -> None:
    patient.opens("M10").says("5", "not at all", "no", "music", words)
    assert patient.did("offer_module") == [{"type": "offer_module", "module": module}]
    assert "NEXT" in patient.heard
