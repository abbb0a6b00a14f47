"""A patient who reads Spanish reads no English half-sentence, whatever the clinic's settings say."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from store import read_settings
from store.people import Patient
from store.wording import Wording

CLINICAL = Path(__file__).resolve().parents[2] / "clinical"
LINES = {key: str(text).strip() for key, text in yaml.safe_load((CLINICAL / "lines.yml").read_text("utf-8"))["lines"].items()}
KEY = "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="
ENGLISH_ONLY = {"drill"}  # said by no patient and read by none


@pytest.fixture
def wording(tmp_path: Path) -> Wording:
    settings = read_settings({"DATA_DIR": str(tmp_path), "SECRET_KEY": KEY, "DATA_KEY": KEY})
    resources = yaml.safe_load((CLINICAL / "resources.yml").read_text("utf-8"))
    return Wording(settings.clinic, resources, LINES)


def lucia() -> Patient:
    return Patient(name="Lucía", language="es", locale="US", timezone="America/New_York")


def test_every_line_of_the_house_is_there_in_spanish() -> None:
    english = {key for key in LINES if not key.endswith("_es")} - ENGLISH_ONLY
    assert {key for key in english if f"{key}_es" not in LINES} == set()


def test_it_is_the_spanish_one_that_is_said(wording: Wording) -> None:
    assert wording.line("greeting", lucia()).startswith("Hola, Lucía")
    assert wording.line("greeting", Patient(name="Al", language="en", locale="US")).startswith("Hi Al")


@pytest.mark.parametrize("name", ["office_hours", "prep_instructions", "session_day", "dose_day", "sla_time", "oncall_name"])
def test_a_placeholder_that_is_words_is_spanish_words(wording: Wording, name: str) -> None:
    said = wording.fill(f"x {{{name}}} y", lucia())
    assert not re.search(r"\b(your|the|to|as|day)\b", said), said


def test_weekdays_are_named_in_the_patients_language(wording: Wording) -> None:
    at = datetime(2026, 11, 25, 15, tzinfo=UTC)
    assert wording.fill("{dose_day}", lucia(), dose_at=at) == "miércoles"
    assert wording.fill("{dose_day}", Patient(language="en", locale="US", timezone="America/New_York"), dose_at=at) == "Wednesday"


def test_the_clinics_own_preparation_is_read_and_without_one_its_sheet(tmp_path: Path) -> None:
    keys = {"DATA_DIR": str(tmp_path), "SECRET_KEY": KEY, "DATA_KEY": KEY, "CLINIC_PHONE": "(555) 010-0142"}
    said = {}
    for own in ("", "nothing to eat for 6 hours before."):
        clinic = read_settings({**keys, "PREP_INSTRUCTIONS": own}).clinic
        said[own] = Wording(clinic, {}, LINES).fill("Please: {prep_instructions}", Patient(name="Al", language="en", locale="US"))
    assert said[""] == "Please: see the sheet your clinic gave you, or call (555) 010-0142."
    assert said["nothing to eat for 6 hours before."] == "Please: nothing to eat for 6 hours before."


def test_a_name_that_the_clinic_gave_is_a_name_in_every_language(tmp_path: Path) -> None:
    settings = read_settings({"DATA_DIR": str(tmp_path), "SECRET_KEY": KEY, "DATA_KEY": KEY, "ONCALL_NAME": "Dr. Osei"})
    assert Wording(settings.clinic, {}, LINES).fill("busco a {oncall_name}", lucia()) == "busco a Dr. Osei"
