"""Ways out and ways in: help, quick exit, keyboard, small screens, big letters, the launcher on a stranger's page."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.widget.pages import PatientPage, Talk, open_talk
from tests.widget.server import WIDGET, Stand, choices, serving

FRAME = ("frame.html", "frame.css", "help.js", "frame.js", "api.js", "composer.js", "exit.js", "lines.js", "outbox.js",
         "stream.js", "timeline.js", "view.js", "voice.js", "words.js")


def test_help_opens_without_server_and_network(page: Page, address: str, context: BrowserContext, stand: Stand) -> None:
    talk = open_talk(page, address)
    talk.expect_heard("Hello Maya")
    stand.down = True
    stand.cut()
    context.set_offline(True)
    talk.help_button.click()
    expect(talk.help.get_by_role("link", name="Call 988")).to_have_attribute("href", "tel:988")
    expect(talk.help.get_by_role("link", name="Text 988")).to_have_attribute("href", "sms:988")
    expect(talk.help.get_by_role("link", name="Call 911")).to_have_attribute("href", "tel:911")
    page.keyboard.press("Escape")
    expect(talk.help).to_be_hidden()
    expect(talk.help_button).to_be_focused()


def test_help_stands_when_no_session_and_no_words_ever_came(page: Page, address: str, stand: Stand) -> None:
    stand.down = True
    page.route("**/words.en.json", lambda route: route.abort())
    page.route("**/frame.js", lambda route: route.abort())
    page.goto(f"{address}/widget/frame")
    talk = Talk(page)
    talk.help_button.click()
    expect(talk.help.get_by_role("link", name="Text HOME to 741741")).to_have_attribute("href", "sms:741741?&body=HOME")


def test_the_clinics_own_numbers_replace_the_builtin_ones(page: Page, address: str) -> None:
    talk = open_talk(page, address)
    talk.expect_heard("Hello Maya")
    talk.help_button.click()
    expect(talk.help.get_by_role("link", name="Call +1 555 010 0199")).to_have_attribute("href", "tel:+15550100199")


@pytest.mark.parametrize("where", ["frame", "page"])
def test_quick_exit_blanks_and_cannot_be_gone_back_to(page: Page, address: str, where: str) -> None:
    page.goto(f"{address}/sms/simulator")
    talk = open_talk(page, address) if where == "frame" else PatientPage(page, address).open().talk
    talk.expect_heard("Hello Maya")
    talk.field.fill("unsent words")
    talk.exit_button.click()
    page.wait_for_url("**/weather.html")
    expect(page).to_have_title("Weather")
    page.go_back()
    assert page.url == f"{address}/sms/simulator"


def test_shift_three_times_leaves_and_escape_does_not(page: Page, address: str) -> None:
    talk = PatientPage(page, address).open().talk
    talk.field.press("Escape")
    talk.field.press_sequentially("Hi There Again")
    expect(talk.field).to_have_value("Hi There Again")
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url("**/weather.html")


def test_quick_exit_does_not_ask_about_unsent_words(page: Page, address: str, stand: Stand) -> None:
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    talk = PatientPage(page, address).open().talk
    stand.refuse = (503, {"error": "unavailable", "message": "later"})
    talk.say("not sent yet")
    expect(talk.own("not sent yet").locator(".state")).to_have_text("Not sent – tap to retry")
    talk.exit_button.click()
    page.wait_for_url("**/weather.html")
    assert asked == []


def test_the_keyboard_reaches_everything_in_reading_order(page: Page, address: str, stand: Stand) -> None:
    stand.maya.add("bot", "Shall we?", choices=choices("Yes, begin", "Not now"))
    open_talk(page, address).choice("Yes, begin").wait_for()
    names = []
    for _ in range(7):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
    assert names == ["Get help now", "exit", "log", "Yes, begin", "Not now", "text", "send"]


@pytest.mark.parametrize(("width", "height", "root"), [(320, 640, 100), (390, 844, 200), (1280, 800, 200), (320, 256, 100)])
def test_nothing_is_cut_off_on_small_screens_or_in_big_letters(
    page: Page, address: str, stand: Stand, width: int, height: int, root: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    stand.maya.add("bot", "A" * 120 + " and a long answer that has to wrap. " * 6)
    talk = open_talk(page, address)
    talk.say("scale, crisis")
    talk.choice("7").wait_for()
    sheet = f"document.documentElement.style.fontSize = '{root}%'"
    page.evaluate(sheet)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for part in (talk.help_button, talk.exit_button, talk.field, talk.choice("10")):
        part.scroll_into_view_if_needed()
        box = part.bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= width + 1
        assert min(box["width"], box["height"]) >= 24


def contrast(page: Page, selector: str, index: int = 0) -> float:
    """The contrast of a text with what really lies behind it, by WCAG's formula."""
    return float(page.evaluate(
        """([selector, index]) => {
          const parse = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
          const light = (rgb) => rgb.slice(0, 3).map((v) => v / 255).map((v) => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
          const node = document.querySelectorAll(selector)[index];
          let back = node;
          while (back && (parse(getComputedStyle(back).backgroundColor)[3] ?? 1) === 0) back = back.parentElement;
          const a = light(parse(getComputedStyle(node).color)), b = light(parse(getComputedStyle(back ?? document.body).backgroundColor));
          return (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
        }""", [selector, index]))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_is_readable_in_light_and_dark(browser: Browser, address: str, stand: Stand, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]
    talk = open_talk(context.new_page(), address)
    talk.say("crisis 988")
    talk.expect_heard("You can call or text 988", by="protocol")
    stand.maya.add("clinician", "Here. You can also call 988.", name="Dr. Lee")
    talk.expect_heard("Here.", by="clinician")
    page = talk.root
    assert isinstance(page, Page)
    selectors = ["h1", "#status", ".help", "#exit", "#near h2", "#near a", ".intro p", ".intro h3", ".day h3", ".head strong", ".head time",
                 ".bot .bubble", ".protocol .bubble", ".protocol a", ".clinician .bubble", ".clinician .face", ".clinician strong",
                 ".clinician a", ".patient .bubble", "#notice", "#text", ".state"]
    poor = {one: contrast(page, one) for one in selectors if page.locator(one).count() and contrast(page, one) < 4.5}
    context.close()
    assert poor == {}


def test_stillness_is_respected(browser: Browser, address: str, stand: Stand) -> None:
    context = browser.new_context(reduced_motion="reduce")
    stand.set_state(typing=True)
    talk = open_talk(context.new_page(), address)
    dot = talk.root.locator(".typing span").first
    dot.wait_for()
    assert dot.evaluate("(node) => getComputedStyle(node).animationName") == "none"
    context.close()


def test_english_in_the_page_is_the_english_of_the_word_file(page: Page, address: str) -> None:
    page.route("**/frame.js", lambda route: route.abort())
    page.goto(f"{address}/widget/frame")
    words = page.request.get(f"{address}/widget/words.en.json").json()
    found = page.eval_on_selector_all("[data-w]", "(all) => all.map((one) => [one.dataset.w, one.textContent])")
    assert found
    assert {key: words[key] for key, _ in found} == dict(found)


def test_the_frames_modules_and_styles_stay_under_40_kilobytes() -> None:
    """Uncompressed; the page itself carries the help that must stand without any of them."""
    assert sum((WIDGET / name).stat().st_size for name in FRAME if not name.endswith(".html")) < 40_000


def test_no_markup_is_ever_made_from_text() -> None:
    sources = {path: path.read_text() for path in WIDGET.rglob("*.js")}
    assert sources
    for banned in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "localStorage", "sessionStorage"):
        assert [str(path) for path, text in sources.items() if banned in text] == []


def test_no_page_has_inline_script_or_style_or_another_host() -> None:
    pages: list[Path] = list(WIDGET.rglob("*.html"))
    assert len(pages) == 4
    for path in pages:
        text = path.read_text()
        assert "<style" not in text and "style=" not in text and "onclick" not in text
        assert "http://" not in text and "https://" not in text


@pytest.fixture
def strangers(address: str) -> Iterator[str]:
    """Somebody else's site, on another origin, with a strict policy and our one script tag."""
    app = FastAPI()

    @app.get("/", response_class=HTMLResponse)
    def home() -> HTMLResponse:
        policy = f"default-src 'none'; script-src {address}; frame-src {address}; img-src {address}"
        body = f"<!doctype html><title>A clinic</title><h1>A clinic</h1><script src='{address}/widget/loader.js' defer></script>"
        return HTMLResponse(body, headers={"Content-Security-Policy": policy})

    with serving(app) as url:
        yield url.replace("127.0.0.1", "localhost")


def test_one_script_tag_puts_the_talk_on_another_site(new_page: Callable[[], Page], strangers: str) -> None:
    page = new_page()
    page.goto(strangers)
    launcher = page.get_by_role("button", name="Talk to Afterglow")
    launcher.click()
    frame = page.frame_locator("afterglow-chat iframe")
    talk = Talk(frame).ready()
    frame.get_by_role("button", name="Close").click()
    expect(launcher).to_be_focused()
    launcher.click()
    talk.exit_button.click()
    page.wait_for_url("**/weather.html")


def test_a_frame_that_cannot_come_up_leaves_a_number_to_call(new_page: Callable[[], Page], strangers: str) -> None:
    page = new_page()
    page.route("**/widget/frame*", lambda route: route.abort())
    page.goto(strangers)
    page.get_by_role("button", name="Talk to Afterglow").click()
    expect(page.get_by_role("link", name="Call 988")).to_be_visible(timeout=12_000)


def test_only_the_talk_scrolls_never_the_page_around_it(page: Page, address: str, stand: Stand) -> None:
    stand.fill(80)
    open_talk(page, address)
    page.locator("#list .message").nth(40).wait_for()
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")


def test_in_a_crisis_the_newest_line_is_in_view(page: Page, address: str, stand: Stand) -> None:
    stand.fill(40)
    talk = open_talk(page, address)
    talk.say("crisis")
    talk.expect_heard("You can call or text 988", by="protocol")
    expect(talk.near).to_be_visible()
    expect(talk.heard("You can call or text 988", "protocol").last).to_be_in_viewport(ratio=1)
