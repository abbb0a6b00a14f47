"""How a module ends: with when a person reads along, unless the words were kept private."""

from __future__ import annotations

import pytest

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


@pytest.mark.parametrize(("hour", "late"), [(23, True), (2, True), (12, False)])
def test_writing_is_not_begun_at_bedtime_without_asking(patient: Patient, hour: int, late: bool) -> None:
    patient.opens("M5", local_hour=hour)
    assert patient.at == ("M5.S0b" if late else "M5.S1")
    if late:
        patient.says("ok tomorrow then")
        assert patient.turn.place is None
        assert "CALM" in patient.heard


@pytest.mark.parametrize(("hours", "first"), [(20, "Walk to another room"), (60, "Hold something cold")])
def test_cold_and_moving_can_be_chosen_and_is_without_the_cold_on_the_dosing_day(patient: Patient, hours: int, first: str) -> None:
    patient.message["hours_since_dose"] = hours
    patient.opens("M6").says("hands", "5", "cold and moving")
    assert first in patient.heard
    assert ("something cold" in patient.heard) == (hours > 24)
    patient.says("done", "done", "done", "done")
    assert patient.at == ("M6.S4") or patient.turn.place is None
