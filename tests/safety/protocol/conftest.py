"""The signed content, read once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from safety.content import Clinical, load_clinical
from safety.protocol import Facts
from safety.protocol.content import Protocol, protocol_of
from tests.safety.protocol.visit import Visit

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def clinical() -> Clinical:
    return load_clinical(ROOT / "clinical")


@pytest.fixture(scope="session")
def protocol(clinical: Clinical) -> Protocol:
    return protocol_of(clinical)


@pytest.fixture
def visit(clinical: Clinical) -> Visit:
    return Visit(clinical)


@pytest.fixture
def visits(clinical: Clinical) -> Callable[..., Visit]:
    return lambda **facts: Visit(clinical, Facts(**facts))
