"""A nod is no symptom, and half a yes is none: "fine, ok" to "Chest pain?", "kinda woozy" to "Can someone come over?"."""

import pytest

from programme import Place, Programme, risk_of_answer
from tests.programme.patient import Patient

RED_FLAGS = Place("M3", "S2")


@pytest.mark.parametrize("text", ["fine. ok", "fine", "ok", "okay thanks", "sure", "got it", "👍", "im ok"])
def test_a_nod_to_the_body_check_calls_nobody_and_is_asked_again(programme: Programme, text: str) -> None:
    assert risk_of_answer(programme, RED_FLAGS, text) is None
    patient = Patient(programme).opens("M3", hours_since_dose=5).says("yes", text)
    assert patient.at == "M3.S2"
    assert not patient.turn.understood


@pytest.mark.parametrize("text", ["yes", "yeah", "a little", "kinda, my chest", "ok yes", "sometimes", "y", "sí"])
def test_a_yes_to_it_still_is_one(programme: Programme, text: str) -> None:
    found = risk_of_answer(programme, RED_FLAGS, text)
    assert found is not None
    assert found.category == "E"


def test_how_somebody_feels_is_no_yes_to_who_can_come(programme: Programme) -> None:
    patient = Patient(programme).opens("M3", hours_since_dose=5).says("no", "kinda woozy")
    assert patient.at == "M3.S1b"
    assert not patient.turn.understood


@pytest.mark.parametrize("text", ["my sisters here", "hes here", "mi mamá está aquí", "wife's here w me"])
def test_who_is_here_is_understood(programme: Programme, text: str) -> None:
    assert Patient(programme).opens("M3", hours_since_dose=5).says(text).at == "M3.S2"


@pytest.mark.parametrize("text", ["nobody here", "just me here", "no one is here"])
def test_and_who_is_not(programme: Programme, text: str) -> None:
    assert Patient(programme).opens("M3", hours_since_dose=5).says(text).at == "M3.S1b"
