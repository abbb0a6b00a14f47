"""Two clinicians and three patients at once: the real front door, the real widget and the real console. Only Rasa is away."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from store.clinicians import add_clinician
from store.crypto import hash_token
from store.patients import add_patient
from store.talk import Conversation, Owner
from tests.console.house import DANA, NAMES, OMAR, PASSWORD
from tests.gateway.house import House, open_house
from tests.widget.pages import Talk

SAYS = {
    "Maya": "i plan to kill myself tonight",
    "Jonas": "i keep thinking about killing myself",
    "Ruth": "my chest hurts and i can't breathe",
}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as house:
        with house.store.write() as session:
            for email, name in NAMES.items():
                add_clinician(session, email=email, name=name, password=PASSWORD)
            for name in ("Jonas", "Ruth"):
                patient = add_patient(session, name=name)
                patient.entry_token_hash = hash_token(f"{name.lower()}'s link")
        yield house


@pytest.fixture
def open_page(browser: Chromium) -> Iterator[object]:
    contexts = []

    def opened() -> Page:
        contexts.append(browser.new_context(viewport={"width": 1366, "height": 768}))
        contexts[-1].set_default_timeout(15_000)
        return contexts[-1].new_page()

    yield opened
    for context in contexts:
        context.close()


def patient(page: Page, house: House, name: str) -> Talk:
    answer = page.request.post(f"{house.url}/web/session", data={"entry": f"{name.lower()}'s link"}, headers={"X-Afterglow": "1"})
    assert answer.ok
    page.goto(f"{house.url}/widget/frame")
    return Talk(page).ready()


def clinician(page: Page, house: House, email: str) -> Page:
    page.goto(f"{house.url}/console/login")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#line")).to_have_text("Live")
    return page


def take(page: Page, name: str) -> None:
    """Opens one patient from the queue and says "I've got it"."""
    page.locator("[data-row]").filter(has_text=name).locator("[data-open]").click()
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
    page.get_by_role("button", name="I’ve got it").click()
    expect(page.get_by_role("button", name="I’ve got it")).to_have_count(0)


def write(page: Page, text: str) -> None:
    expect(page.locator("#line")).to_have_text("Live")
    page.get_by_label("Write to the patient").fill(text)
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".said.clinician").filter(has_text=text)).to_be_visible()


def test_two_clinicians_and_three_patients_at_once(house: House, open_page) -> None:
    dana, omar = clinician(open_page(), house, DANA), clinician(open_page(), house, OMAR)
    talks = {name: patient(open_page(), house, name) for name in SAYS}
    for name, words in SAYS.items():
        talks[name].say(words)
    for desk in (dana, omar):
        for name in SAYS:
            expect(desk.locator("[data-row]").filter(has_text=name)).to_be_visible()
        expect(desk).to_have_title("(3) Afterglow")
    take(dana, "Maya")
    take(omar, "Ruth")
    write(dana, "Maya, this is Dana. I am here.")
    write(omar, "Ruth, this is Omar. Call 911 now, I stay with you.")
    for name, who in (("Maya", "Dana"), ("Ruth", "Omar")):
        talks[name].expect_heard(f"this is {who}", by="clinician")
        expect(talks[name].heard("this is " + ("Omar" if who == "Dana" else "Dana"), by="clinician")).to_have_count(0)
    expect(talks["Jonas"].heard("this is", by="clinician")).to_have_count(0)
    talks["Maya"].say("please don't go")
    expect(dana.locator(".said.patient").last).to_contain_text("please don't go")
    omar.goto(f"{house.url}/console/")
    expect(omar.locator("[data-row]").filter(has_text="Maya")).to_contain_text("Dana Reyes")
    omar.locator("[data-row]").filter(has_text="Maya").locator("[data-open]").click()
    expect(omar.get_by_text("Dana Reyes has this.")).to_be_visible()
    take_both(dana, omar, house)


def take_both(dana: Page, omar: Page, house: House) -> None:
    """Both reach for the third patient; one has him, and the other is told who."""
    for desk in (dana, omar):
        desk.goto(f"{house.url}/console/")
        desk.locator("[data-row]").filter(has_text="Jonas").locator("[data-open]").click()
        expect(desk.locator("#line")).to_have_text("Live")
    conversation = re.findall(r"conversations/(\w+)", dana.url)[0]
    stamps = omar.locator("form[action$='take-over'] input[type=hidden]").evaluate_all("all => all.map(one => [one.name, one.value])")
    dana.get_by_role("button", name="Take over").click()
    expect(dana.locator(".owner")).to_contain_text("(you)")
    late = omar.request.post(
        f"{house.url}/console/conversations/{conversation}/take-over", form=dict(stamps), headers={"Origin": house.url}
    )
    assert late.status == 409
    assert "Dana Reyes" in late.text()
    row = house.read(lambda session: session.get_one(Conversation, conversation))
    assert row.owner == Owner.HUMAN
