"""The clinical content as it stands, read once."""

from __future__ import annotations

from pathlib import Path

import pytest

from safety.content import Clinical, load_clinical

HOME = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def folder() -> Path:
    return HOME / "clinical"


@pytest.fixture(scope="session")
def clinical(folder: Path) -> Clinical:
    return load_clinical(folder)
