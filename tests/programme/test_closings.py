"""How a module ends: with when a person reads along, unless the words were kept private."""

from __future__ import annotations

from tests.programme.patient import Patient

TEAM = "Your team reads these notes {office_hours}."


def writes(patient: Patient, sharing: str) -> Patient:
    patient.opens("M5").presses(sharing).says("3", "it was grey, then warm", "sad and light", "the kitchen", "3")
    assert patient.turn.place is None
    return patient


def test_a_closing_says_when_the_team_reads_it(patient: Patient) -> None:
    assert writes(patient, "share").heard.endswith(TEAM)


def test_what_is_kept_private_is_not_said_to_be_read(patient: Patient) -> None:
    assert TEAM not in writes(patient, "private").heard


def test_what_got_worse_by_an_exercise_is_met_once_by_looking_outward(patient: Patient) -> None:
    patient.opens("M5").presses("share").says("6", "yes", "done", "a", "b", "c", "d", "e", "7")
    assert "look outward" in patient.heard
    assert patient.at == "M5.G3.S1"
    patient.says("done", "Monday, at home", "done", "done", "the clock", "7")
    assert patient.heard.count("look outward") == 0
    assert patient.at == "M5.CALM.S2"
