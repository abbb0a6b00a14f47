"""The stand-in, Debian's Chromium and one fresh browser context a test. AFTERGLOW_URL points the contract tests at a real gateway."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.widget.server import Stand, build, serving


@pytest.fixture
def stand() -> Stand:
    stand = Stand()
    stand.maya.add("bot", "Hello Maya. I’m an AI chatbot, not a person.")
    return stand


@pytest.fixture
def address(stand: Stand) -> Iterator[str]:
    """Where the patient's pages are: a fresh stand-in for every test."""
    with serving(build(stand)) as url:
        yield url


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 860}, locale="en-US", timezone_id="America/Denver")
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def troubles() -> list[str]:
    return []


@pytest.fixture
def new_page(context: BrowserContext, troubles: list[str]) -> Iterator[Callable[[], Page]]:
    """Opens pages; a script error or a broken content policy on any of them fails the test."""

    def opened() -> Page:
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda line: troubles.append(line.text) if "Content Security" in line.text else None)
        return page

    yield opened
    assert troubles == []


@pytest.fixture
def page(new_page: Callable[[], Page]) -> Page:
    return new_page()
