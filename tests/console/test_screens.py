"""Every screen of a working day: nothing axe-core objects to, nothing off a phone's edge, everything by keyboard.

One served clinic for all of them; a colleague's new page is in it as soon as it stands in the menu.
"""

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, expect

from console.navigation import PLACES
from store.review import Label
from tests.console.house import DANA, Clock, House, open_house, serving
from tests.console.pictures import Screen, enter, screens
from tests.console.scenes import proposal, working_day

DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
ALL_RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
COLOURS = {"type": "rule", "values": ["color-contrast"]}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = open_house(tmp_path_factory.mktemp("day"), Clock(fixed=None))
    with serving(house):
        yield house


@pytest.fixture(scope="module")
def people(house: House) -> dict[str, str]:
    found = working_day(house)
    proposal(house)
    return found


@pytest.fixture(scope="module")
def every(house: House, people: dict[str, str]) -> list[Screen]:
    return list(screens(house, people))


@pytest.fixture
def context(browser: Chromium) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, house: House, people: dict[str, str]) -> Page:
    page = context.new_page()
    enter(page, house, DANA)
    return page


def faults(page: Page, only: dict[str, Any]) -> list[str]:
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate("(only) => axe.run(document, {runOnly: only, resultTypes: ['violations']})", only)
    return [f"{one['id']}: {node['html'][:160]}" for one in found["violations"] for node in one["nodes"]]


def look(page: Page, house: House, screen: Screen) -> None:
    page.goto(f"{house.url}{screen.path}")
    if screen.before:
        page.evaluate(screen.before)


def test_axe_objects_to_no_screen_light_or_dark_and_none_runs_off_a_phone(page: Page, house: House, every: list[Screen]) -> None:
    """One look at each: all rules in the light, the colours again in the dark, the width on a phone."""
    found: dict[str, list[str]] = {}
    for screen in every:
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(DESK)
        look(page, house, screen)
        said = faults(page, ALL_RULES)
        page.emulate_media(color_scheme="dark")
        said += [f"dark {one}" for one in faults(page, COLOURS)]
        page.set_viewport_size(PHONE)
        if page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
            said.append("wider than a phone")
        if said:
            found[screen.name] = said
    assert found == {}


def test_axe_would_find_a_fault(page: Page, house: House) -> None:
    page.goto(f"{house.url}/keys")
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    assert [one.split(":")[0] for one in faults(page, ALL_RULES)] == ["button-name"]


def test_the_card_is_one_screen_and_only_its_parts_scroll(page: Page, house: House, people: dict[str, str]) -> None:
    page.goto(f"{house.url}/conversations/{people['Maya']}")
    assert page.evaluate("document.documentElement.scrollHeight") <= DESK["height"]


def test_nine_open_flags_fit_a_screen_and_are_all_one_key_away(page: Page, house: House) -> None:
    page.goto(f"{house.url}/")
    rows = page.locator("#board [data-row]")
    assert rows.count() >= 9
    assert page.locator("#board [data-row]").nth(8).evaluate("row => row.getBoundingClientRect().top") < 900
    for _ in range(9):
        page.keyboard.press("j")
    assert rows.nth(8).evaluate("row => row.classList.contains('chosen')")


def test_every_place_has_its_key_and_the_keys_are_told_on_a_question_mark(page: Page, house: House) -> None:
    keys = [place.key for place in PLACES if place.key]
    assert len(keys) == len(set(keys))
    for place in PLACES:
        if place.key and place.key != "?":
            page.goto(f"{house.url}/keys")
            page.keyboard.press(place.key)
            page.wait_for_url(re.compile(re.escape(place.path) + "$"))
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_be_visible()
    for place in PLACES:
        expect(dialog).to_contain_text(place.label if place.key != "?" else "These keys")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_the_rest_of_the_menu_by_keyboard(page: Page, house: House) -> None:
    page.goto(f"{house.url}/")
    menu = page.locator("#more summary")
    menu.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Past flags")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Past flags")).to_be_hidden()
    expect(menu).to_be_focused()


def tab_to(page: Page, name: str) -> None:
    """Walks with the Tab key only."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim() || document.activeElement.name || ''") == name:
            return
    raise AssertionError(f"the Tab key never reaches {name!r}")


def test_a_search_and_a_review_without_a_mouse(page: Page, house: House) -> None:
    page.goto(f"{house.url}/flags")
    tab_to(page, "words")
    page.keyboard.type("coffee")
    page.keyboard.press("Enter")
    expect(page.locator("[data-open]")).to_have_text("Theo")
    expect(page.locator("#line")).to_have_text("Live")
    page.keyboard.press("e")
    page.wait_for_url("**/review")
    before = {one.id: one.status for one in house.rows(Label)}
    tab_to(page, "Nobody can be recognised: keep")
    page.keyboard.press("Enter")
    page.wait_for_url("**/review")
    expect(page.locator(".reviewed")).to_have_count(list(before.values()).count("open") - 1)


def test_selected_words_become_the_label(page: Page, house: House, people: dict[str, str]) -> None:
    conversation = people["Sam"]
    message = house.messages(conversation)[-1]
    page.goto(f"{house.url}/conversations/{conversation}/messages/{message.id}/label")
    page.evaluate("""() => {
        const walker = document.createTreeWalker(document.getElementById("message"), NodeFilter.SHOW_TEXT);
        while (walker.nextNode() && !walker.currentNode.data.includes("I made the soup"));
        const at = walker.currentNode.data.indexOf("I made the soup");
        const range = document.createRange();
        range.setStart(walker.currentNode, at); range.setEnd(walker.currentNode, at + 15);
        getSelection().removeAllRanges(); getSelection().addRange(range);
    }""")
    page.get_by_role("button", name="Take the words").click()
    expect(page.get_by_label("Which words exactly?")).to_have_value("I made the soup")
    page.get_by_label("False alarm", exact=True).check()
    page.get_by_role("button", name="Label it").click()
    page.wait_for_url(f"**/conversations/{conversation}")
    [label] = [one for one in house.rows(Label) if one.message_id == message.id]
    assert message.text[label.span_start : label.span_end] == "I made the soup"


def test_one_press_sets_the_follow_up_in_the_clinics_time(page: Page, house: House, people: dict[str, str]) -> None:
    page.goto(f"{house.url}/conversations/{people['Jonas']}")
    page.keyboard.press("c")
    page.get_by_role("button", name="set it").click()
    value = page.get_by_label("Follow up on").input_value()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d", value)
