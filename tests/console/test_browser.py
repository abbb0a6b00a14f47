"""The console in a real browser: live, by keyboard, on a phone. A script error or a broken content policy fails a test."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from safety.protocol import dispositions
from store.care import FlagStatus
from store.ownership import take_over
from store.talk import Author, Owner
from tests.console.house import DANA, OMAR, PASSWORD, Clock, House, flags, furnish, open_house, serving, wait_until

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def chromium(browser: Chromium) -> Chromium:
    return browser


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = open_house(tmp_path, Clock(fixed=None))
    with serving(house):
        yield house


Enter = Callable[..., Page]


@pytest.fixture
def enter(house: House, chromium: Chromium) -> Iterator[Enter]:
    """Opens a logged-in browser of one clinician."""
    troubles: list[str] = []
    contexts = []

    def entered(email: str = DANA, **options: object) -> Page:
        context = chromium.new_context(**({"viewport": {"width": 1366, "height": 768}} | options))
        contexts.append(context)
        context.set_default_timeout(8000)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda line: troubles.append(line.text) if "Content Security" in line.text else None)
        page.on("console", lambda line: troubles.append(line.text) if "TrustedHTML" in line.text else None)
        log_in(page, house, email)
        if options.get("java_script_enabled", True):
            expect(page.locator("#line")).to_have_text("Live")
        return page

    yield entered
    for context in contexts:
        context.close()
    assert troubles == []


def log_in(page: Page, house: House, email: str = DANA) -> None:
    page.goto(f"{house.url}/login")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{house.url}/")


def live(page: Page) -> None:
    expect(page.locator("#line")).to_have_text("Live")


def test_a_new_flag_appears_within_a_second_with_a_sound_and_a_count_in_the_title(house: House, enter: Enter) -> None:
    page = enter()
    page.evaluate("window.sameDocument = true")
    began = time.monotonic()
    house.crisis("Maya", "I plan to do it on Sunday", "plan to do it")
    page.locator(".entry").wait_for()
    assert time.monotonic() - began < 1
    expect(page.locator("mark")).to_have_text("plan to do it")
    expect(page).to_have_title("(1) Afterglow")
    expect(page.locator("html")).to_have_attribute("data-rang", "1")
    assert page.evaluate("window.sameDocument"), "without reloading"
    house.crisis("Jonas", "I just took them", "took them", level=5)
    expect(page).to_have_title("(2) Afterglow")
    expect(page.locator("[data-open]").first).to_have_text("Jonas")
    expect(page.locator("html")).to_have_attribute("data-rang", "2")


def test_what_is_already_known_makes_no_sound(house: House, enter: Enter) -> None:
    maya = house.crisis("Maya", "I plan it", "plan it")
    page = enter()
    house.says(maya, "hello?")
    page.wait_for_timeout(1500)
    assert page.locator("html").get_attribute("data-rang") is None


def test_the_sound_really_plays_after_the_first_touch(house: House, enter: Enter) -> None:
    page = enter()
    page.add_init_script("""
        const start = OscillatorNode.prototype.start;
        OscillatorNode.prototype.start = function (...at) { window.tones = (window.tones || 0) + 1; start.apply(this, at); };
    """)
    page.reload()
    expect(page.locator("#line")).to_have_text("Live")
    page.mouse.click(600, 700)
    house.crisis("Maya", "I plan it", "plan it")
    expect(page.locator(".entry")).to_have_count(1)
    expect(page.locator("html")).to_have_attribute("data-rang", "1")
    assert page.evaluate("window.tones") == 5


def test_the_sound_goes_on_from_page_to_page_and_a_page_nobody_has_touched_yet_says_that_it_has_none(
    house: House, enter: Enter, chromium: Chromium
) -> None:
    page = enter()
    maya = house.crisis("Maya", "I plan it", "plan it")
    page.locator("[data-open]").click()
    live(page)
    expect(page.locator("html")).not_to_have_attribute("data-rang", "1")
    house.crisis("Jonas", "I just took them", "took them", level=5)
    expect(page.locator("html")).to_have_attribute("data-rang", "1")
    expect(page.locator("#sound")).to_be_hidden()
    with house.store.write() as session:
        take_over(session, house.act(maya))
    house.announce(maya)
    page.keyboard.press("p")
    page.wait_for_url("**/patients")
    live(page)
    house.says(maya, "are you there?")
    expect(page.locator("html")).to_have_attribute("data-rang", "1")
    expect(page.locator("#news")).to_have_text("A patient has written to you.")
    untouched = chromium.new_context(storage_state=page.context.storage_state()).new_page()
    untouched.goto(f"{house.url}/")
    live(untouched)
    expect(untouched.locator("#sound")).to_be_visible()
    house.crisis("Ruth", "I plan it", "plan it")
    expect(untouched.locator(".entry")).to_have_count(3)
    untouched.wait_for_timeout(500)
    assert untouched.locator("html").get_attribute("data-rang") is None, "nobody is told of a sound that was not played"
    untouched.locator("#sound").click()
    expect(untouched.locator("#sound")).to_be_hidden()
    house.crisis("Sam", "I plan it", "plan it")
    expect(untouched.locator("html")).to_have_attribute("data-rang", "1")
    untouched.context.close()


def test_a_whole_shift_by_keyboard(house: House, enter: Enter) -> None:
    house.crisis("Jonas", "I think about it", "think about it", level=3)
    maya = house.crisis("Maya", "I plan to do it on Sunday", "plan to do it")
    page = enter()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator(".chosen [data-open]")).to_have_text("Maya")
    page.keyboard.press("g")
    page.wait_for_url("**/conversations/*")
    wait_until(lambda: any(flag.status == FlagStatus.ACKNOWLEDGED for flag in flags(house)))
    live(page)
    page.keyboard.press("r")
    page.keyboard.type("I'm here, Maya.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".said.clinician .text")).to_have_text("I'm here, Maya.")
    assert house.conversation(maya).owner == Owner.HUMAN
    live(page)
    page.keyboard.press("n")
    page.keyboard.type("Spoke with her.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#notes")).to_contain_text("Spoke with her.")
    live(page)
    page.keyboard.press("c")
    expect(page.get_by_label("Disposition")).to_be_focused()
    page.keyboard.type(next(iter(dispositions(house.parts.clinical).values()))[:6])
    while not page.evaluate("document.activeElement.textContent === 'Close'"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".owner")).to_contain_text("not handed back")
    live(page)
    page.keyboard.press("b")
    expect(page.locator(".owner")).to_have_text("With Afterglow")
    live(page)
    assert house.conversation(maya).owner == Owner.BOT
    page.keyboard.press("q")
    page.wait_for_url(f"{house.url}/")


def test_words_arrive_in_an_open_conversation_and_a_draft_is_kept(house: House, enter: Enter) -> None:
    maya = house.crisis("Maya", "I plan it", "plan it")
    page = enter()
    page.goto(f"{house.url}/conversations/{maya}")
    expect(page.locator("#line")).to_have_text("Live")
    page.locator("#text").fill("Half a sentence")
    house.says(maya, "I just took them", heard="took them", level=5)
    expect(page.locator(".said.patient").last).to_contain_text("I just took them")
    expect(page.locator("#stale")).to_be_visible()
    expect(page.locator("#text")).to_have_value("Half a sentence")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#refusal")).to_contain_text("I just took them")
    expect(page.locator("#text")).to_have_value("Half a sentence")
    assert not [one for one in house.messages(maya) if one.author == Author.CLINICIAN]
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".said.clinician .text")).to_have_text("Half a sentence")


def test_ive_read_it_makes_a_draft_current(house: House, enter: Enter) -> None:
    maya = house.crisis("Maya", "I plan it", "plan it")
    page = enter()
    page.goto(f"{house.url}/conversations/{maya}")
    expect(page.locator("#line")).to_have_text("Live")
    page.locator("#text").fill("I hear you.")
    house.says(maya, "and I am so tired")
    page.get_by_role("button", name="I’ve read it").click()
    expect(page.locator("#stale")).to_be_hidden()
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".said.clinician .text")).to_have_text("I hear you.")


def test_an_empty_composer_keeps_itself_current(house: House, enter: Enter) -> None:
    maya = house.crisis("Maya", "I plan it", "plan it")
    page = enter()
    page.goto(f"{house.url}/conversations/{maya}")
    expect(page.locator("#line")).to_have_text("Live")
    house.says(maya, "are you there")
    expect(page.locator(".said.patient").last).to_contain_text("are you there")
    page.locator("#text").fill("Yes.")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".said.clinician .text")).to_have_text("Yes.")


def test_two_clinicians_see_each_other_at_once(house: House, enter: Enter) -> None:
    maya = house.crisis("Maya", "I plan it", "plan it")
    dana, omar = enter(DANA), enter(OMAR)
    for page in (dana, omar):
        page.goto(f"{house.url}/conversations/{maya}")
        expect(page.locator("#line")).to_have_text("Live")
    dana.get_by_role("button", name="Take over").click()
    expect(omar.locator(".owner")).to_contain_text("Dana Reyes")
    expect(omar.get_by_role("button", name="I’ve got it")).to_have_count(0)


def test_a_canned_line_can_be_changed_before_it_is_sent(house: House, enter: Enter) -> None:
    maya = house.crisis("Maya", "I plan it", "plan it")
    page = enter()
    page.goto(f"{house.url}/conversations/{maya}")
    page.get_by_text("Start from a line").click()
    page.locator(".chip").nth(4).click()
    assert not [one for one in house.messages(maya) if one.author == Author.CLINICIAN]
    page.keyboard.type(" Always.")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".said.clinician .text")).to_have_text("Take your time. I'm still here. Always.")


def test_a_broken_line_is_said_plainly(tmp_path: Path, chromium: Chromium) -> None:
    house = open_house(tmp_path, Clock(fixed=None))
    page = chromium.new_page()
    with serving(house):
        log_in(page, house)
    expect(page.locator("#line")).to_contain_text("alerts do not reach this screen")
    page.close()


def test_a_line_that_fell_silent_is_noticed(house: House, enter: Enter) -> None:
    page = enter()
    page.clock.install()
    page.reload()
    expect(page.locator("#line")).to_have_text("Live")
    page.clock.fast_forward(13_000)
    expect(page.locator("#line")).to_contain_text("alerts do not reach this screen")
    page.clock.run_for(3_000)
    expect(page.locator("#line")).to_have_text("Live")


def test_an_idle_person_is_warned_can_stay_and_is_otherwise_logged_out(house: House, enter: Enter) -> None:
    page = enter()
    house.clock.forward(minutes=14, seconds=30)
    expect(page.locator("#idle")).to_be_visible()
    with page.expect_response("**/console/active"):  # the page hides its warning before the server has heard
        page.keyboard.press("Shift")
    expect(page.locator("#idle")).to_be_hidden()
    house.clock.forward(minutes=14, seconds=30)
    expect(page.locator("#idle")).to_be_visible()
    house.clock.forward(seconds=30)
    page.wait_for_url("**/login?ended=1")
    expect(page.get_by_role("alert")).to_contain_text("Alerts do not reach this screen")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_nothing_runs_off_the_screen(house: House, enter: Enter, scheme: str) -> None:
    maya = house.patient("Maya with a rather long family name")
    furnish(house, maya)
    house.flag(maya, house.says(maya, "I plan to do it on Sunday " + "a" * 90, heard="plan to do it", level=4), 4, page=True)
    page = enter(viewport=PHONE, color_scheme=scheme, has_touch=True)
    patient = house.conversation(maya).patient_id
    for path in ("/", f"/conversations/{maya}", "/patients", f"/patients/{patient}", "/keys"):
        page.goto(f"{house.url}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
        small = page.evaluate("""[...document.querySelectorAll("button, .button, select")]
            .filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 24).map(one => one.outerHTML)""")
        assert small == [], path


def test_without_scripts_everything_still_works(house: House, enter: Enter) -> None:
    maya = house.crisis("Maya", "I plan it", "plan it")
    page = enter(java_script_enabled=False)
    page.get_by_role("button", name="I’ve got it").click()
    page.locator("#text").fill("I'm here.")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".said.clinician .text")).to_have_text("I'm here.")
    page.get_by_text("Close: Risk heard").click()
    page.get_by_label("Disposition").select_option(index=1)
    page.get_by_role("button", name="Close", exact=True).click()
    page.get_by_role("button", name="Hand back").click()
    assert house.conversation(maya).owner == Owner.BOT


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_can_be_read(house: House, enter: Enter, scheme: str) -> None:
    """WCAG AA: 4.5 to 1 for text on what is really behind it."""
    maya = house.patient("Maya")
    furnish(house, maya)
    for level in (2, 3, 4, 5):
        house.crisis(f"Patient {level}", "I plan it", "plan it", level=level)
    house.flag(maya, house.says(maya, "I plan it", heard="plan it", aside=("I", "cue"), level=4), 4, page=True)
    page = enter(color_scheme=scheme)
    for path in ("/", f"/conversations/{maya}", "/patients", "/keys"):
        page.goto(f"{house.url}{path}")
        assert page.evaluate(CONTRAST) == [], path


CONTRAST = """() => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const behind = (one) => { for (; one; one = one.parentElement) {
    const [r, g, b, a = 1] = numbers(getComputedStyle(one).backgroundColor); if (a > .99) return [r, g, b]; }
    return [255, 255, 255]; };
  const poor = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const one = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !one.checkVisibility() || one.closest(".unseen, .skip, option")) continue;
    const [a, b] = [light(numbers(getComputedStyle(one).color)), light(behind(one))].sort((x, y) => y - x);
    if ((a + .05) / (b + .05) < 4.5) poor.add(`${one.className || one.tagName}: ${((a + .05) / (b + .05)).toFixed(2)}`);
  }
  return [...poor];
}"""
