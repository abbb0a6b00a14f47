"""The crisis way and the clinician's way, with Rasa and the actions dead."""

import time
from collections.abc import Callable

from playwright.sync_api import Page, expect

from launch.stack import Stack
from tests.e2e.clinician import Clinician
from tests.e2e.phone import Phone
from tests.widget.pages import PatientPage

RISK = "i don't want to be here anymore, i'm going to end my life tonight"
Arrives = Callable[..., PatientPage]
Comes = Callable[[Stack], Clinician]


def test_a_flag_with_the_words_that_raised_it_appears_at_once_without_reloading(
    lonely_house: Stack, patient: Arrives, clinician: Comes
) -> None:
    desk = clinician(lonely_house)
    talk = patient(lonely_house, "Jonas").talk
    talk.say(RISK)
    began = time.monotonic()
    expect(desk.entry("Jonas")).to_contain_text("end my life tonight", timeout=5_000)
    seen = time.monotonic() - began
    talk.expect_heard("988", by="protocol")
    assert seen < 2, f"the flag took {seen:.1f} s (on a machine that also runs the browsers)"
    expect(desk.entry("Jonas").locator("mark").first).to_be_visible()


def test_the_alert_is_only_claimed_once_a_console_took_it(lonely_house: Stack, patient: Arrives, clinician: Comes) -> None:
    talk = patient(lonely_house, "Jonas").talk
    talk.say(RISK)
    talk.expect_heard("988", by="protocol")
    assert not any("alert has been received" in text for text in talk.texts())
    clinician(lonely_house)
    talk.expect_heard("received", by="protocol", timeout=15_000)


def test_a_clinician_takes_over_writes_closes_and_hands_back(lonely_house: Stack, patient: Arrives, clinician: Comes) -> None:
    desk = clinician(lonely_house)
    talk = patient(lonely_house, "Jonas").talk
    talk.say(RISK)
    talk.expect_heard("988", by="protocol")
    desk.entry("Jonas").get_by_role("button", name="I’ve got it").click()  # one click, and the card is open
    desk.write("Jonas, this is the clinic. I'm calling you now.")
    talk.expect_heard("I'm calling you now", by="clinician")
    said = len(talk.texts())
    talk.say("ok. thank you")
    expect(desk.page.locator(".said.patient").filter(has_text="ok. thank you")).to_be_visible()
    time.sleep(2)
    assert len(talk.texts()) == said + 1, "the bot spoke while a person owned the conversation"
    desk.close_flag("Safety plan made or reviewed", "Spoke by phone.")
    expect(desk.page.get_by_text("no open flag")).to_be_visible()
    desk.page.get_by_role("button", name="Hand back to Afterglow").click()
    talk.expect_heard("No tasks", by="protocol")


def test_a_crisis_by_text_reaches_the_same_desk(
    lonely_house: Stack, clinician: Comes, new_page: Callable[[], Page]
) -> None:
    desk = clinician(lonely_house)
    phone = Phone(new_page(), lonely_house.url, "Ruth")
    phone.text(RISK)
    phone.expect_text("988")
    expect(desk.entry("Ruth")).to_contain_text("text messages")
    desk.open("Ruth")
    desk.write("Ruth, I'm here. Can I call you?")
    phone.expect_text("Can I call you?")
