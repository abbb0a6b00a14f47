"""`make console-pictures` (`python -m tests.console.pictures [folder] [name …]`): every screen of the console over an invented
clinic, light and dark, wide and on a phone, and the page that shows them. Look at them afterwards."""

import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from console.navigation import PLACES
from store.clinicians import set_admin
from store.talk import Author
from tests.console.house import DANA, PASSWORD, Clock, House, open_house, serving
from tests.console.scenes import proposal, working_day

CHROMIUM = "/usr/bin/chromium"
FOLDER = Path(__file__).resolve().parents[2] / "docs" / "console"
SIZES = {"": (1440, 900), "-phone": (390, 844)}
SCHEMES = ("light", "dark")


@dataclass(frozen=True)
class Screen:
    """One picture. `whole`: as tall as the page is."""

    name: str
    path: str
    about: str
    whole: bool = False
    before: str = ""
    """JavaScript to run first: opening what is folded."""


def screens(house: House, people: dict[str, str]) -> Iterator[Screen]:
    """The pages of the menu by themselves; what lies behind them by hand."""
    maya, ruth, noor = people["Maya"], people["Ruth"], people["Noor"]
    patient = house.conversation(maya).patient_id
    message = next(one.id for one in house.messages(maya) if one.author == Author.PATIENT and "Sunday" in one.text)
    yield Screen("login", "/login", "The door")
    yield Screen("card", f"/conversations/{maya}", "One patient on one screen")
    yield Screen(
        "card-closing",
        f"/conversations/{maya}",
        "Closing with a disposition",
        before="const one = document.querySelector('.close'); one.open = true; one.scrollIntoView({ block: 'end' })",
    )
    yield Screen("card-colleague", f"/conversations/{ruth}", "A colleague has it: taking over asks for a reason")
    yield Screen("card-unreachable", f"/conversations/{noor}", "Opted out in an open event: phone now")
    yield Screen("patient", f"/patients/{patient}", "One patient's record", whole=True)
    yield Screen("timeline", f"/patients/{patient}/timeline", "One patient's whole timeline, over all channels", whole=True)
    yield Screen("label", f"/conversations/{maya}/messages/{message}/label", "Labelling a message")
    for place in PLACES:
        yield Screen(place.pages[0], place.path.removeprefix("/console"), place.label, whole=place.path != "/console/")
    yield Screen("help", "/", "The keys, on ?", before="document.getElementById('help').showModal()")
    yield Screen("menu", "/", "The rest of the menu", before="document.getElementById('more').open = true")


def main(folder: Path, only: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        house = open_house(Path(data), Clock(fixed=None))
        with house.store.write() as session:
            set_admin(session, DANA, True)
        people = working_day(house, quiet=1500)
        proposal(house)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        with serving(house):
            every = list(screens(house, people))
            for scheme in SCHEMES:
                for size, (width, height) in SIZES.items():
                    if size and scheme == "dark":
                        continue
                    _take(house, browser, folder, [one for one in every if not only or one.name in only], scheme, size, width, height)
        browser.close()
    if not only:
        (folder / "README.md").write_text(_page(every), "utf-8")


def _take(house: House, browser: Browser, folder: Path, every: list[Screen], scheme: str, size: str, width: int, height: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    for screen in every:
        if screen.name != "login" and not context.cookies():
            enter(page, house, DANA)
        page.goto(f"{house.url}{screen.path}")
        if screen.name != "login":
            expect(page.locator("#line")).to_have_text("Live")
        if screen.before:
            page.evaluate(screen.before)
        page.wait_for_timeout(150)
        page.screenshot(path=folder / f"{screen.name}{size}-{scheme}.png", full_page=screen.whole or bool(size))
        if screen.name == "login":
            context.clear_cookies()
    context.close()


def enter(page: Page, house: House, email: str) -> None:
    page.goto(f"{house.url}/login")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{house.url}/")


def _page(every: list[Screen]) -> str:
    head = (
        "# The console in pictures\n\n"
        "How labels and thresholds take effect: [labels-and-thresholds.md](labels-and-thresholds.md). "
        "A first shift: [first-shift.md](../first-shift.md).\n\n"
        "Made by `make console-pictures` over an invented clinic. Every screen has three: light, dark, and 390 px wide.\n"
    )
    rows = [
        f"\n## {one.about}\n\n![{one.about}, light]({one.name}-light.png)\n\n"
        f"[dark]({one.name}-dark.png) · [phone]({one.name}-phone-light.png)\n"
        for one in every
    ]
    return head + "".join(rows)


if __name__ == "__main__":
    began = time.monotonic()
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER, sys.argv[2:])
    sys.stdout.write(f"{time.monotonic() - began:.0f} s\n")
