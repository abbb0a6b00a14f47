"""What the patient can count on while talking. These run against any gateway that keeps the contract."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.widget.pages import PatientPage, open_talk
from tests.widget.server import Stand


def test_the_page_says_plainly_that_it_is_an_ai_and_no_emergency_service(page: Page, address: str) -> None:
    patient = PatientPage(page, address).open()
    expect(patient.talk.status).to_have_text("AI chatbot, not a person")
    expect(page.get_by_text("an emergency service.")).to_be_visible()
    patient.talk.expect_heard("Hello Maya")
    expect(patient.talk.messages.first).to_contain_text("AI chatbot")


def test_enter_sends_and_shift_enter_breaks_the_line(page: Page, address: str, stand: Stand) -> None:
    talk = open_talk(page, address)
    talk.field.press_sequentially("first line")
    talk.field.press("Shift+Enter")
    talk.field.press_sequentially("second line")
    talk.field.press("Enter")
    talk.expect_heard("I have read")
    assert stand.maya.messages[1]["text"] == "first line\nsecond line"
    expect(talk.field).to_be_focused()


def test_a_sent_message_says_so(page: Page, address: str) -> None:
    talk = open_talk(page, address)
    talk.say("hello")
    expect(talk.own("hello")).to_have_count(1)
    talk.expect_heard("I have read: hello")


def test_a_photo_that_came_by_text_is_named_and_no_empty_bubble(page: Page, address: str, stand: Stand) -> None:
    talk = open_talk(page, address)
    talk.expect_heard("Hello Maya")
    stand.maya.add("patient", "", channel="sms", media=["image"])
    expect(talk.messages.last).to_contain_text("(a picture, not kept here)")


def test_an_answer_is_tapped_once_and_then_the_buttons_are_gone(page: Page, address: str, stand: Stand) -> None:
    talk = open_talk(page, address)
    talk.say("start")
    talk.choose("Yes, begin")
    talk.expect_heard("I have read: Yes, begin")
    expect(talk.root.locator(".answers")).to_have_count(0)
    assert [attempt.get("choice") for attempt in stand.attempts] == [None, "o0"]
    expect(talk.log).to_be_focused()


def test_a_tapped_answer_cannot_be_tapped_again_while_it_is_on_its_way(page: Page, address: str, stand: Stand) -> None:
    talk = open_talk(page, address)
    talk.say("start")
    talk.choice("Not now").wait_for()
    stand.slow = 1.0
    talk.choose("Not now")
    expect(talk.choice("Yes, begin")).to_have_attribute("aria-disabled", "true")
    expect(talk.choice("Not now")).to_have_attribute("aria-pressed", "true")
    talk.choice("Yes, begin").click(force=True)
    talk.expect_heard("I have read: Not now")
    assert len({attempt["client_id"] for attempt in stand.attempts}) == 2, "sent again is not said again"


def test_a_scale_is_one_labelled_group_of_eleven_numbers(page: Page, address: str) -> None:
    talk = open_talk(page, address)
    talk.say("scale")
    group = talk.root.get_by_role("group", name="Choose a number from 0 to 10")
    expect(group.get_by_role("button")).to_have_count(11)
    group.get_by_role("button", name="7", exact=True).click()
    talk.expect_heard("I have read: 7")


def test_an_old_question_is_not_offered_again_after_coming_back(page: Page, address: str) -> None:
    talk = open_talk(page, address)
    talk.say("start")
    talk.choose("Yes, begin")
    talk.expect_heard("I have read: Yes, begin")
    page.reload()
    talk.expect_heard("I have read: Yes, begin")
    expect(talk.root.locator(".answers")).to_have_count(0)


def test_who_speaks_is_always_said(page: Page, address: str, stand: Stand) -> None:
    stand.maya.add("clinician", "Hi Maya, it is good to hear from you.", name="Dr. Lee")
    stand.maya.add("protocol", "Are you safe right now?")
    talk = open_talk(page, address)
    expect(talk.heard("Hello Maya").locator(".head")).to_contain_text("Afterglow · AI chatbot")
    expect(talk.heard("good to hear", by="clinician").locator(".head")).to_contain_text("Dr. Lee · your care team")
    expect(talk.heard("Are you safe", by="protocol").locator(".head")).to_contain_text("AI chatbot")


def test_the_head_says_when_a_person_is_called_and_when_one_is_here(page: Page, address: str, stand: Stand) -> None:
    talk = open_talk(page, address)
    talk.say("crisis")
    expect(talk.status).to_have_text("We’re reaching your team")
    expect(talk.near).to_be_visible()
    expect(talk.near.get_by_role("link", name="Call 988")).to_have_attribute("href", "tel:988")
    stand.maya.add("clinician", "I am here with you.", name="Dr. Lee")
    stand.set_state(owner="human")
    expect(talk.status).to_have_text("Dr. Lee is here")
    expect(talk.root.locator(".answers")).to_have_count(0)


def test_a_message_in_two_tabs_is_one_message(new_page: Callable[[], Page], address: str, stand: Stand) -> None:
    one, two = open_talk(new_page(), address), open_talk(new_page(), address)
    one.say("from the first tab")
    two.say("from the second tab")
    for talk in (one, two):
        talk.expect_heard("I have read: from the first tab")
        talk.expect_heard("I have read: from the second tab")
        expect(talk.messages).to_have_count(5)
    assert one.texts() == two.texts() == [message["text"] for message in stand.maya.messages]


def test_only_what_was_on_the_screen_counts_as_seen(page: Page, address: str, stand: Stand) -> None:
    open_talk(page, address).expect_heard("Hello Maya")
    page.wait_for_function("() => true")
    deadline = page.evaluate("() => new Promise((go) => setTimeout(go, 1200))")
    assert deadline is None
    assert stand.maya.seen == 1


def test_a_long_talk_opens_at_its_end_and_goes_back_on_request(page: Page, address: str, stand: Stand) -> None:
    stand.fill(200)
    talk = open_talk(page, address)
    expect(talk.messages.last).to_be_in_viewport()
    expect(talk.messages).to_have_count(60)
    talk.earlier.click()
    expect(talk.messages).to_have_count(120)
    talk.earlier.click()
    talk.earlier.click()
    expect(talk.messages).to_have_count(201)
    expect(talk.earlier).to_be_hidden()
    assert talk.texts() == [message["text"] for message in stand.maya.messages]


def test_days_are_told_apart(page: Page, address: str, stand: Stand) -> None:
    stand.maya.messages.clear()
    stand.fill(9, days=3)
    talk = open_talk(page, address)
    expect(talk.messages).to_have_count(9)
    names = talk.root.locator("#list .day").all_inner_texts()
    assert len(names) == len(set(names)) >= 3
    assert "Yesterday" in names


def test_being_someone_else_in_the_demo_shows_their_talk_only(page: Page, address: str, stand: Stand) -> None:
    stand.talks["jonas"].add("bot", "Hello Jonas.")
    patient = PatientPage(page, address).open()
    patient.talk.expect_heard("Hello Maya")
    patient.become("Jonas")
    patient.talk.expect_heard("Hello Jonas.")
    expect(patient.talk.messages).to_have_count(1)


def test_a_switched_demo_reloads_the_other_tabs(new_page: Callable[[], Page], address: str, stand: Stand) -> None:
    stand.talks["jonas"].add("bot", "Hello Jonas.")
    first, second = PatientPage(new_page(), address).open(), PatientPage(new_page(), address).open()
    second.talk.expect_heard("Hello Maya")
    first.become("Jonas")
    second.talk.expect_heard("Hello Jonas.")
    expect(second.talk.messages).to_have_count(1)


def test_numbers_in_a_reply_can_be_called_and_nothing_else_becomes_markup(page: Page, address: str, stand: Stand) -> None:
    stand.maya.add("bot", "Call 988 <img src=x onerror=alert(1)> https://evil.example 12988 <b>now</b>")
    talk = open_talk(page, address)
    bubble = talk.heard("Call 988").locator(".bubble")
    expect(bubble).to_have_text(re.compile(r"<img src=x onerror=alert\(1\)> https://evil\.example 12988 <b>now</b>"))
    assert bubble.locator("*").count() == 1
    expect(bubble.get_by_role("link")).to_have_attribute("href", "tel:988")


def test_a_text_that_is_too_long_is_held_back_with_its_count(page: Page, address: str, stand: Stand) -> None:
    talk = open_talk(page, address)
    talk.field.fill("a" * 4003)
    expect(talk.root.locator("#count")).to_have_text("3 characters too many")
    talk.field.press("Enter")
    expect(talk.field).to_have_value("a" * 4003)
    assert stand.attempts == []


def test_a_refused_message_comes_back_to_be_changed(page: Page, address: str, stand: Stand) -> None:
    talk = open_talk(page, address)
    stand.refuse = (422, {"error": "strange", "message": "no"})
    talk.say("this one is refused")
    again = talk.own("this one is refused").get_by_role("button")
    expect(again).to_contain_text("Not sent")
    stand.refuse = None
    again.click()
    expect(talk.field).to_have_value("this one is refused")
    expect(talk.own("this one is refused")).to_have_count(0)
    talk.field.press("Enter")
    talk.expect_heard("I have read: this one is refused")
