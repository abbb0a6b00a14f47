"""What several rooms' tests share: one Rasa with its actions for the whole run."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from launch.stack import Stack
from launch.unset import unset_settings

WITH_RASA = ("stack", "rasa_url")
WHOLE = "test_whole.py"  # brings up a house of its own
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


def pytest_configure() -> None:
    """No test, and no process that a test starts, meets a setting of the shell or of a real .env."""
    os.environ.update(unset_settings())

settings.register_profile("afterglow", deadline=None)  # speed is measured in bench/, not where another process may have the core
settings.load_profile("afterglow")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, once for all rooms: Playwright's synchronous side runs only once in a process."""
    with sync_playwright() as playwright:
        yield (one := playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"]))
        one.close()


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Real Rasa, real actions. The model is trained when there is none that fits the files."""
    with Stack(tmp_path_factory.mktemp("stack"), services=("rasa", "actions"), demo=False) as running:
        yield running


@pytest.fixture(scope="session")
def rasa_url(stack: Stack) -> str:
    return stack.rasa_url


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Side by side on two cores: whatever needs Rasa stays on one of them, so that it is started once."""
    for item in items:
        if item.path.name == WHOLE:
            item.add_marker(pytest.mark.xdist_group("whole"))
        elif set(getattr(item, "fixturenames", ())) & set(WITH_RASA):
            item.add_marker(pytest.mark.xdist_group("rasa"))
        if getattr(config.option, "loadgroup", False):
            _show_group(item)


def _show_group(item: pytest.Item) -> None:
    """xdist reads the group from the end of a test's id. It writes it there too, but 3.8 where pytest 9.2 no longer looks."""
    group = item.get_closest_marker("xdist_group")
    if group is not None:
        item._id = type(item._id).parse(f"{item.nodeid}@{group.args[0]}")
