"""The whole house: gateway and console with the demo clinic, the real Rasa and actions, Debian's Chromium."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from launch.stack import Stack
from tests.e2e.clinician import Clinician
from tests.widget.pages import PatientPage

NOBODY = "http://127.0.0.1:9"  # the discard port: nothing listens there


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo clinic just made: its patients have lived through their weeks once, and every test begins with a copy."""
    folder = tmp_path_factory.mktemp("seeded")
    with Stack(folder, services=("gateway",), env={"RASA_URLS": NOBODY}):
        return folder


@pytest.fixture
def house(seeded: Path, tmp_path: Path, rasa_url: str) -> Iterator[Stack]:
    """A fresh demo clinic for every test."""
    yield from _opened(seeded, tmp_path, rasa_url)


@pytest.fixture
def lonely_house(seeded: Path, tmp_path: Path) -> Iterator[Stack]:
    """The same without Rasa and actions: nothing listens where they should be."""
    yield from _opened(seeded, tmp_path, NOBODY)


def _opened(seeded: Path, folder: Path, rasa_url: str) -> Iterator[Stack]:
    shutil.copytree(seeded, folder / "var", ignore=shutil.ignore_patterns("*.lock"))
    with Stack(folder / "var", services=("gateway",), env={"RASA_URLS": rasa_url}, prepared=True) as house:
        yield house


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[[], Page]]:
    """Pages of people who have nothing to do with each other; a script error on any of them fails the test."""
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def opened() -> Page:
        context = browser.new_context(viewport={"width": 1280, "height": 860}, locale="en-US", timezone_id="America/New_York")
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda line: troubles.append(line.text) if "Content Security" in line.text else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.fixture
def patient(new_page: Callable[[], Page]) -> Callable[[Stack, str], PatientPage]:
    """A demo patient's own browser."""

    def arrives(house: Stack, name: str = "Maya") -> PatientPage:
        page = PatientPage(new_page(), house.url).open()
        page.become(name)
        page.talk.expect_heard(f"Hi {name}")  # the frame that was there before is gone
        return page

    return arrives


@pytest.fixture
def clinician(new_page: Callable[[], Page]) -> Callable[[Stack], Clinician]:
    def arrives(house: Stack) -> Clinician:
        login = house.demo["clinician"]
        return Clinician(new_page(), house.url).log_in(login["email"], login["password"])

    return arrives
