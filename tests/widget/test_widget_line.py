"""Flaky lines: nothing is lost, doubled or out of order, and the patient always knows how far a message has got."""

import re

from playwright.sync_api import BrowserContext, Page, expect

from tests.widget.pages import Talk, open_talk
from tests.widget.server import Stand


def said(stand: Stand) -> list[str]:
    return [message["text"] for message in stand.maya.messages if message["author"] == "patient"]


def test_a_message_whose_answer_got_lost_is_said_once(page: Page, address: str, stand: Stand) -> None:
    talk = open_talk(page, address)
    stand.lose_answers = 2
    talk.say("only once please")
    talk.expect_heard("I have read: only once please")
    expect(talk.own("only once please")).to_have_count(1)
    assert said(stand) == ["only once please"]
    assert len({attempt["client_id"] for attempt in stand.attempts}) == 1


def test_the_same_id_is_used_for_every_attempt(page: Page, address: str, stand: Stand) -> None:
    talk = open_talk(page, address)
    stand.refuse = (503, {"error": "unavailable", "message": "later"})
    talk.say("try until it works")
    retry = talk.own("try until it works").get_by_role("button", name="Not sent – tap to retry")
    retry.click()
    page.wait_for_timeout(300)
    stand.refuse = None
    retry.click()
    talk.expect_heard("I have read: try until it works")
    assert len(stand.attempts) >= 3
    assert len({attempt["client_id"] for attempt in stand.attempts}) == 1


def test_a_busy_gateway_is_obeyed_and_tried_again_without_a_tap(page: Page, address: str, stand: Stand) -> None:
    talk = open_talk(page, address)
    stand.refuse = (429, {"error": "slow_down", "message": "later"})
    talk.say("no hurry")
    expect(talk.own("no hurry").locator(".state")).to_have_text("Not sent – tap to retry")
    stand.refuse = None
    talk.expect_heard("I have read: no hurry", timeout=5000)


def test_what_is_written_offline_is_sent_in_order_when_the_line_is_back(
    page: Page, address: str, context: BrowserContext, stand: Stand
) -> None:
    talk = open_talk(page, address)
    talk.expect_heard("Hello Maya")
    context.set_offline(True)
    expect(talk.line).to_contain_text("You’re offline")
    for word in ("one", "two", "three"):
        talk.say(f"offline {word}")
    expect(talk.own("offline one").locator(".state")).to_have_text("Not sent – tap to retry")
    assert said(stand) == []
    context.set_offline(False)
    talk.expect_heard("I have read: offline three")
    assert said(stand) == ["offline one", "offline two", "offline three"]
    expect(talk.messages).to_have_count(7)
    expect(talk.line).to_have_text("", timeout=8000)


def test_a_cut_line_resumes_where_it_broke(page: Page, address: str, stand: Stand) -> None:
    talk = open_talk(page, address)
    talk.expect_heard("Hello Maya")
    for number in range(5):
        stand.cut()
        stand.maya.add("bot", f"after cut {number}")
        talk.expect_heard(f"after cut {number}")
    assert talk.texts() == [message["text"] for message in stand.maya.messages]


def test_a_hole_in_the_numbers_is_fetched_before_anything_after_it_is_shown(page: Page, address: str, stand: Stand) -> None:
    talk = open_talk(page, address)
    talk.expect_heard("Hello Maya")
    stand.withheld.add(2)
    stand.maya.add("bot", "the one that got lost")
    stand.maya.add("bot", "the one after it")
    talk.expect_heard("the one after it")
    assert talk.texts()[1:] == ["the one that got lost", "the one after it"]


def test_a_gateway_that_is_away_is_said_and_got_over(page: Page, address: str, stand: Stand) -> None:
    talk = open_talk(page, address)
    talk.expect_heard("Hello Maya")
    stand.down = True
    stand.cut()
    expect(talk.line).to_contain_text("Connecting again", timeout=8000)
    talk.say("are you there")
    expect(talk.own("are you there").locator(".state")).to_have_text("Not sent – tap to retry")
    stand.down = False
    talk.expect_heard("I have read: are you there", timeout=20_000)
    assert said(stand) == ["are you there"]


def test_a_page_opened_while_the_gateway_is_away_comes_up_by_itself(page: Page, address: str, stand: Stand) -> None:
    stand.down = True
    talk = open_talk(page, address)
    talk.say("written before it was there")
    stand.down = False
    talk.expect_heard("I have read: written before it was there", timeout=20_000)
    assert said(stand) == ["written before it was there"]


def test_a_patient_the_gateway_does_not_know_is_told_what_to_do(page: Page, address: str, stand: Stand) -> None:
    stand.demo = False
    talk = open_talk(page, address)
    expect(talk.line).to_contain_text("open the link from your clinic again")
    talk.help_button.click()
    expect(talk.help).to_be_visible()


def test_words_meant_for_one_patient_never_reach_another(page: Page, address: str, context: BrowserContext, stand: Stand) -> None:
    """Maya's tab is still open when the cookie runs out and somebody else becomes the default."""
    stand.talks["jonas"].add("bot", "Hello Jonas.")
    talk = open_talk(page, address)
    talk.expect_heard("Hello Maya")
    context.clear_cookies()
    context.request.post(f"{address}/web/session", data={"demo_patient": "jonas"})
    context.add_cookies([{"name": "afterglow_patient", "value": "nobody", "url": address}])
    stand.demo = False
    talk.say("a secret")
    expect(talk.line).to_contain_text("open the link")
    assert all(message["text"] != "a secret" for one in stand.talks.values() for message in one.messages)


def test_nothing_the_patient_wrote_is_left_in_the_browser_or_in_an_address(page: Page, address: str, stand: Stand) -> None:
    talk = open_talk(page, address)
    talk.say("canary sentence 4711")
    talk.expect_heard("I have read: canary")
    kept = page.evaluate(
        """async () => ({
          local: {...localStorage}, session: {...sessionStorage}, cookie: document.cookie,
          caches: await caches.keys(), databases: await indexedDB.databases(),
        })"""
    )
    assert kept == {"local": {}, "session": {}, "cookie": "", "caches": [], "databases": []}
    assert not [line for line in stand.requests if re.search(r"canary|4711|maya", line)]


def test_the_new_words_are_spoken_once_and_old_ones_never(page: Page, address: str, stand: Stand) -> None:
    stand.fill(12)
    talk: Talk = open_talk(page, address)
    talk.expect_heard("Line number 11")
    stand.maya.add("bot", "something new")
    talk.expect_heard("something new")
    stand.cut()
    page.wait_for_timeout(1000)
    assert talk.spoken.locator("p").all_inner_texts() == ["Afterglow · AI chatbot: something new"]
    assert talk.root.locator("[aria-live], [role=log]").count() == 1
