from __future__ import annotations

from pathlib import Path

import pytest

from programme import Programme, load_programme
from tests.programme.patient import Patient

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def content() -> Path:
    return ROOT / "clinical" / "programme"


@pytest.fixture(scope="session")
def programme(content: Path) -> Programme:
    return load_programme(content)


@pytest.fixture
def patient(programme: Programme) -> Patient:
    return Patient(programme)
