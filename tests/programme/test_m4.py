"""The morning after: every branch."""

from __future__ import annotations

import pytest

from tests.programme.patient import Patient


def test_a_good_morning_ends_with_three_words_saved(patient: Patient) -> None:
    patient.opens("M4", baseline_mood=5).says("pretty well", "yep", "no", "7ish", "gold, water, my mother's hands")
    assert patient.turn.place is None
    assert "Big decisions can wait" in patient.heard
    assert patient.did("mood") == [{"type": "mood", "value": 7, "module": "M4", "step": "S4"}]
    assert patient.answers()["M4.S5"] == "gold, water, my mother's hands"


def test_no_sleep_with_racing_energy_is_a_same_day_call(patient: Patient) -> None:
    patient.opens("M4").says("hardly at all", "yes my mind is racing")
    assert patient.risk is not None
    assert patient.risk.category == "P"
    assert patient.at == "M4.S2"


def test_no_sleep_but_only_tired_is_a_note(patient: Patient) -> None:
    patient.opens("M4").says("barely", "no, exhausted")
    assert patient.risk is None
    assert patient.told("poor_sleep")
    assert patient.at == "M4.S2"


def test_racing_energy_named_at_once_is_asked_about(patient: Patient) -> None:
    assert patient.opens("M4").says("didn't need sleep, so much energy").at == "M4.S1b"


@pytest.mark.parametrize("words", ["nothing feels real", "my thoughts are racing", "I keep hearing voices", "so confused"])
def test_not_back_to_normal_and_unreal_is_a_same_day_call(patient: Patient, words: str) -> None:
    patient.opens("M4").says("ok", "no", words)
    assert patient.risk is not None
    assert patient.risk.category == "P"


def test_not_back_to_normal_and_a_red_flag_is_an_emergency(patient: Patient) -> None:
    patient.opens("M4").says("ok", "not really", "my chest hurts")
    assert patient.risk is not None
    assert patient.risk.level == 5


def test_not_back_to_normal_in_a_harmless_way_is_passed_on_today(patient: Patient) -> None:
    patient.opens("M4").says("ok", "no", "just groggy")
    assert patient.risk is None
    assert patient.told("not_back_to_normal")[0]["urgency"] == "same_day"
    assert patient.at == "M4.S3"


@pytest.mark.parametrize("words", ["yes blood in my pee", "there was some blood when I peed", "severe pain"])
def test_blood_or_severe_pain_is_urgent_in_any_words(patient: Patient, words: str) -> None:
    patient.opens("M4").says("well", "yes", words)
    assert patient.risk is not None
    assert patient.risk.category == "E"


def test_blood_picked_from_the_list_is_urgent_too(patient: Patient) -> None:
    patient.opens("M4").says("well", "yes", "yes", "1 and 2")
    assert patient.risk is not None
    assert patient.risk.category == "E"
    assert patient.at == "M4.S4"


@pytest.mark.parametrize(("words", "faq"), [("burning", "F26"), ("3", "F24"), ("my stomach", "F24")])
def test_other_body_problems_get_the_checked_answer_and_a_note(patient: Patient, words: str, faq: str) -> None:
    patient.opens("M4").says("well", "yes", "yes", words)
    assert patient.did("faq") == [{"type": "faq", "id": faq}]
    assert patient.told("side_effect")
    assert patient.at == "M4.S4"


def test_something_else_is_noted_in_the_patients_words(patient: Patient) -> None:
    patient.opens("M4").says("well", "yes", "yes", "something else, my arm itches")
    assert patient.told("side_effect")
    assert patient.at == "M4.S4"


def test_naming_a_problem_counts_as_yes(patient: Patient) -> None:
    assert patient.opens("M4").says("well", "yes", "no blood but burning").at == "M4.S3b"


@pytest.mark.parametrize("words", ["0", "zero", "2", "1/10", "2 or 3"])
def test_mood_of_zero_to_two_opens_the_direct_question(patient: Patient, words: str) -> None:
    patient.opens("M4").says("well", "yes", "no", words)
    assert patient.risk is not None
    assert (patient.risk.level, patient.risk.category) == (2, "S")
    assert patient.at == "M4.S5", "the module waits behind the question, and is not asked again"


def test_a_fall_of_three_points_opens_the_direct_question(patient: Patient) -> None:
    patient.opens("M4", baseline_mood=8).says("well", "yes", "no", "5")
    assert patient.risk is not None
    assert "fell" in patient.risk.reason


def test_a_fall_of_two_points_goes_on(patient: Patient) -> None:
    patient.opens("M4", baseline_mood=8).says("well", "yes", "no", "6")
    assert patient.risk is None
    assert patient.at == "M4.S5"


def test_imagery_of_dying_is_asked_about_not_interpreted(patient: Patient) -> None:
    patient.opens("M4").says("well", "yes", "no", "6", "dying, light, peace")
    assert "inside the session" in patient.heard
    patient.says("just the session")
    assert patient.risk is None
    assert patient.turn.place is None


@pytest.mark.parametrize("words", [("also in my life now",), ("both",), ("hm", "hm")])
def test_anything_but_inside_the_session_opens_the_direct_question(patient: Patient, words: tuple[str, ...]) -> None:
    patient.opens("M4").says("well", "yes", "no", "6", "I died", *words)
    assert patient.risk is not None
    assert (patient.risk.level, patient.risk.category) == (2, "S")


def test_nothing_leads_to_the_path_for_flat_sessions(patient: Patient) -> None:
    patient.opens("M4").says("well", "yes", "no", "6", "nothing really")
    assert patient.at == "X1.S3B"
    assert [effect["module"] for effect in patient.did("module_finished")] == ["M4"]


def test_a_word_that_only_contains_nothing_stays_a_word(patient: Patient) -> None:
    patient.opens("M4").says("well", "yes", "no", "6", "nothing hurts, gold, quiet")
    assert patient.turn.place is None
