"""The phone to type on when there is no Twilio account."""

import pytest
from playwright.sync_api import Page, expect

from tests.widget.pages import Phone
from tests.widget.server import Stand


def test_a_text_goes_out_and_the_answer_comes_back(page: Page, address: str) -> None:
    phone = Phone(page, address).open()
    expect(page.get_by_text("Simulator: no Twilio account is set.")).to_be_visible()
    phone.pick("Maya")
    phone.send("hello from a phone")
    phone.expect_text("hello from a phone", "in")
    phone.expect_text("I have read: hello from a phone")


def test_any_number_can_be_typed_and_keeps_its_own_talk(page: Page, address: str, stand: Stand) -> None:
    phone = Phone(page, address).open()
    phone.pick("Maya")
    phone.send("mine")
    phone.expect_text("I have read: mine")
    phone.use("+1 555 010 0177")
    expect(phone.texts).to_have_count(0)
    phone.send("somebody else")
    phone.expect_text("I have read: somebody else")
    assert set(stand.texts) == {"+15550100101", "+15550100177"}


def test_a_changed_delivery_state_changes_the_text_already_shown(page: Page, address: str, stand: Stand) -> None:
    phone = Phone(page, address).open()
    phone.pick("Maya")
    phone.send("hello")
    phone.expect_text("I have read: hello")
    stand.texts["+15550100101"][1]["status"] = "undelivered"
    stand.texts["+15550100101"].append(stand.texts["+15550100101"][1])
    expect(phone.texts.nth(1)).to_contain_text("undelivered")
    expect(phone.texts).to_have_count(2)


@pytest.mark.parametrize(("text", "counted"), [
    ("a" * 160, "160 characters · GSM-7 · 1 segment"),
    ("a" * 161, "161 characters · GSM-7 · 2 segments"),
    ("€" * 80, "160 characters · GSM-7 · 1 segment"),
    ("ñ" * 70, "70 characters · GSM-7 · 1 segment"),
    ("ё" * 70, "70 characters · UCS-2 · 1 segment"),
    ("ё" * 71, "71 characters · UCS-2 · 2 segments"),
    ("👍" * 34, "68 characters · UCS-2 · 1 segment"),
    ("a" * 152 + "€" + "a" * 152, "306 characters · GSM-7 · 3 segments"),
])
def test_segments_are_counted_as_carriers_do(page: Page, address: str, text: str, counted: str) -> None:
    phone = Phone(page, address).open()
    phone.pick("Maya")
    phone.field.fill(text)
    expect(phone.count).to_have_text(counted)


def test_the_phone_fits_a_phone(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    Phone(page, address).open().pick("Maya")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
