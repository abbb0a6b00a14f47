"""A console over a fresh record for every test."""

from pathlib import Path

import pytest

from tests.console.house import Browser, Clock, House, open_house


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def house(tmp_path: Path, clock: Clock) -> House:
    return open_house(tmp_path, clock)


@pytest.fixture
def dana(house: House) -> Browser:
    return house.browser().entered()
