"""The patient's way on the web, without Rasa: what the gateway promises by itself."""

import re
from types import SimpleNamespace

import httpx
import pytest

from gateway import limits
from store.talk import TurnStatus
from tests.gateway.house import Browser, House, wait_until


def test_a_new_conversation_begins_with_the_plain_notice(house: House) -> None:
    browser = house.browser()
    first = browser.answers(0)
    assert "AI chatbot, not a person" in first[0]["text"]
    assert browser.session["patient"]["name"] == "Maya"


def test_opening_again_greets_nobody_twice(house: House) -> None:
    browser = house.browser()
    browser.open()
    house.browser()
    assert len(house.messages()) == 2


def test_a_browser_nobody_knows_becomes_a_guest_and_sees_nobody_elses_words(house: House) -> None:
    house.browser().say("a sentence of Maya's")
    guest = house.browser(entry=None)
    heard = guest.answers(0)
    assert guest.session["patient"]["id"] != house.patient_id
    assert not any("Maya" in one["text"] for one in heard)


def test_a_wrong_link_lets_nobody_in(house: House) -> None:
    answer = httpx.post(f"{house.url}/web/session", json={"entry": "guessed"}, headers={"X-Afterglow": "1"})
    assert answer.status_code == 401


@pytest.mark.parametrize("path", ["/web/session", "/web/messages", "/web/seen"])
def test_another_sites_page_cannot_speak_for_the_patient(house: House, path: str) -> None:
    browser = house.browser()
    body = {"client_id": "abcdefgh1", "text": "hello", "seq": 1}
    answer = httpx.post(f"{house.url}{path}", json=body, cookies=browser.client.cookies)
    assert answer.status_code == 403


def test_without_a_session_there_is_no_stream_and_no_message(house: House) -> None:
    stranger = Browser(house.url)
    assert stranger.post("hello").status_code == 401
    assert stranger.client.get(f"{house.url}/web/events").status_code == 401


def test_the_same_client_id_again_changes_nothing(house: House) -> None:
    browser = house.browser()
    first = browser.post("i slept ok", client_id="client-0001")
    again = browser.post("i slept ok", client_id="client-0001")
    assert first.json() == again.json()
    assert [one.text for one in house.messages() if one.inbound] == ["i slept ok"]


def test_the_same_client_id_of_two_patients_are_two_messages(house: House) -> None:
    house.browser().post("mine", client_id="client-0001")
    guest = house.browser(entry=None)
    guest.post("theirs", client_id="client-0001")
    assert [one.text for one in house.messages(guest.session["patient"]["id"]) if one.inbound] == ["theirs"]


def test_a_stream_replays_exactly_what_was_missed(house: House) -> None:
    browser = house.browser()
    seq = browser.say("what does it feel like")
    browser.answers(seq)
    everything = browser.hear(0, lambda heard: len(heard) >= 5)
    assert [one["seq"] for one in everything] == list(range(1, len(everything) + 1))
    later = browser.hear(2, lambda heard: len(heard) >= 3)
    assert later == [one for one in everything if one["seq"] > 2][: len(later)]


def test_when_rasa_is_away_the_patient_gets_the_reviewed_line_and_the_team_a_flag(house: House) -> None:
    browser = house.browser()
    lines = browser.answers(browser.say("can i drive tomorrow"))
    assert "Your message is saved" in lines[0]["text"]
    wait_until(lambda: bool(house.flags()))
    assert [flag.kind for flag in house.flags()] == ["bot_failed"]
    assert house.messages()[2].turn_status == TurnStatus.FAILED


def test_a_pressed_button_is_known_only_where_it_was_shown(house: House) -> None:
    answer = house.browser().post(choice="made-up-id")
    assert (answer.status_code, answer.json()["error"]) == (422, "unknown_choice")
    assert not any(one.inbound for one in house.messages())


@pytest.mark.parametrize(("text", "status"), [("", 422), ("   ", 422), ("x" * 4001, 413), ("x" * 300_000, 413)])
def test_input_that_is_no_message_is_refused_and_nothing_is_recorded(house: House, text: str, status: int) -> None:
    browser = house.browser()
    answer = browser.post(text)
    assert answer.status_code == status
    assert answer.json().keys() == {"error", "message"}
    assert not any(one.inbound for one in house.messages())


def test_what_was_wrong_is_never_repeated_in_the_answer(house: House) -> None:
    answer = house.browser().client.post(f"{house.url}/web/messages", json={"client_id": 7, "text": ["my secret sentence"]})
    assert answer.status_code == 422
    assert "secret" not in answer.text


def test_somebody_who_sends_too_fast_is_asked_to_wait(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """All within one moment: the buckets' clock stands still, however slow this machine is."""
    monkeypatch.setattr(limits, "time", SimpleNamespace(monotonic=lambda: 1000.0))
    browser = house.browser()
    answers = [browser.post(f"message {n}") for n in range(42)]
    slowed = [one for one in answers if one.status_code == 429]
    assert slowed
    assert int(slowed[0].headers["Retry-After"]) >= 1


def test_what_was_seen_only_moves_forward(house: House) -> None:
    browser = house.browser()
    for seq in (2, 1, 999):
        assert browser.client.post(f"{house.url}/web/seen", json={"seq": seq}).status_code == 204
    assert house.conversation().seen_seq == 2


def test_every_page_forbids_foreign_code_and_framing_by_others(house: House) -> None:
    for path in ("/", "/widget/frame", "/widget/frame.js", "/healthz", "/nowhere"):
        policy = httpx.get(f"{house.url}{path}").headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'self'" in policy


def test_the_cookie_cannot_be_read_by_scripts(house: House) -> None:
    answer = httpx.post(f"{house.url}/web/session", json={"entry": "maya's link"}, headers={"X-Afterglow": "1"})
    cookie = answer.headers["Set-Cookie"]
    assert re.search(r"HttpOnly", cookie)
    assert "SameSite=Lax" in cookie


def test_health_readiness_and_numbers_carry_nobodys_words(house: House) -> None:
    house.browser().say("a canary sentence about my sister")
    assert httpx.get(f"{house.url}/healthz").json() == {"status": "ok"}
    ready = httpx.get(f"{house.url}/readyz")
    assert (ready.status_code, ready.json()["rasa"]) == (200, False)
    numbers = httpx.get(f"{house.url}/metrics").text
    assert 'afterglow_messages_day{author="patient"} 1' in numbers
    assert "canary" not in numbers
