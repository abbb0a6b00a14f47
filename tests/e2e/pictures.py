"""`python -m tests.e2e.pictures [folder]`: the README's pictures, taken from the running house. Look at them afterwards."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from launch.stack import Stack
from tests.e2e.clinician import Clinician
from tests.e2e.phone import Phone
from tests.widget.pages import PatientPage

CHROMIUM = "/usr/bin/chromium"
FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"


def page(browser: Browser, width: int, height: int, scheme: str = "light", scale: float = 1) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, locale="en-US",  # type: ignore[arg-type]
        timezone_id="America/New_York", device_scale_factor=scale,
    )  # fmt: skip
    context.set_default_timeout(20_000)
    return context.new_page()


def patient(browser: Browser, house: Stack, name: str, **size: object) -> PatientPage:
    one = PatientPage(page(browser, **size), house.url).open()  # type: ignore[arg-type]
    one.become(name)
    one.talk.expect_heard(f"Hi {name}")
    return one


def walk(one: PatientPage) -> None:
    one.talk.expect_heard("AI chatbot")
    one.talk.say("start")
    one.talk.expect_heard("How did you sleep?")
    one.talk.choose("so-so")
    one.talk.expect_heard("back to your normal self")
    one.talk.say("can i drive today?")
    one.talk.expect_heard("driv")
    one.talk.choose("mostly")
    one.talk.expect_heard("body problems")
    one.talk.choose("No")
    one.talk.expect_heard("What is your mood today")
    one.page.wait_for_timeout(800)


def take(folder: Path, house: Stack, browser: Browser) -> None:
    login = house.demo["clinician"]
    desk = Clinician(page(browser, 1440, 900), house.url).log_in(login["email"], login["password"])
    maya = patient(browser, house, "Maya", width=1280, height=860)
    walk(maya)
    maya.page.screenshot(path=folder / "widget.png")
    for name, width, scheme in (("widget-phone", 390, "light"), ("widget-dark", 390, "dark")):
        again = patient(browser, house, "Maya", width=width, height=844, scheme=scheme)
        again.talk.expect_heard("What is your mood today")
        again.page.wait_for_timeout(800)
        again.page.screenshot(path=folder / f"{name}.png")
    phone = Phone(page(browser, 430, 860), house.url, "Ruth")
    phone.text("HELP")
    phone.expect_text("988")
    phone.text("is it normal to feel floaty after")
    phone.page.wait_for_timeout(2500)
    phone.page.screenshot(path=folder / "phone.png")
    jonas = patient(browser, house, "Jonas", width=1280, height=860)
    jonas.talk.say("it worked for a week and now it's gone. i don't want to be here anymore, honestly")
    jonas.talk.expect_heard("988", by="protocol", timeout=20_000)
    jonas.page.wait_for_timeout(1500)
    jonas.page.screenshot(path=folder / "crisis.png")
    desk.page.bring_to_front()
    desk.entry("Jonas").wait_for()
    desk.page.wait_for_timeout(800)
    desk.page.screenshot(path=folder / "console.png")
    desk.open("Jonas")
    desk.page.wait_for_timeout(800)
    desk.page.screenshot(path=folder / "card.png")


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, Stack(data) as house, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        take(folder, house, browser)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
