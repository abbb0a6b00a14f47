"""Only a person closes a flag, with a disposition, and only a person gives a conversation back."""

from datetime import UTC, datetime

import pytest

from safety.protocol import Phase, dispositions
from store.care import FlagKind, FlagStatus, PageStatus
from store.course import Enrolment
from store.outcomes import protocol_state
from store.ownership import take_over
from store.talk import Author, Owner, Timer
from store.timers import TimerKind
from tests.console.house import OMAR, Browser, House, flags, pages


@pytest.fixture
def maya(house: House) -> str:
    return house.crisis("Maya", "I plan to do it on Sunday", "plan to do it")


@pytest.fixture
def disposition(house: House) -> str:
    return next(iter(dispositions(house.parts.clinical)))


def test_closing_asks_for_a_disposition(house: House, dana: Browser, maya: str) -> None:
    [flag] = flags(house)
    for wrong in ("", "made_up"):
        answer = dana.press(maya, f"flags/{flag.id}/close", disposition=wrong, note="My long note")
        assert answer.status_code == 422
        assert "My long note" in answer.text, "what was written is kept"
    assert flags(house)[0].status == FlagStatus.OPEN


def test_every_disposition_can_be_chosen(house: House, dana: Browser, maya: str) -> None:
    page = dana.card(maya)
    for identity in dispositions(house.parts.clinical):
        assert f'<option value="{identity}"' in page


def test_a_closed_event_waits_to_be_handed_back_and_the_bot_stays_back(
    house: House, dana: Browser, maya: str, disposition: str
) -> None:
    dana.press(maya, "take-over")
    [flag] = flags(house)
    answer = dana.press(maya, f"flags/{flag.id}/close", disposition=disposition, note="Spoke by phone")
    assert answer.status_code == 303
    [flag] = flags(house)
    assert (flag.status, flag.disposition, flag.note) == (FlagStatus.CLOSED, disposition, "Spoke by phone")
    conversation = house.conversation(maya)
    assert conversation.owner == Owner.RETURNING
    assert protocol_state(conversation).phase is Phase.RETURN_PENDING
    assert "To hand back" in dana.get().text
    assert dana.press(maya, "hand-back").status_code == 303
    conversation = house.conversation(maya)
    assert (conversation.owner, protocol_state(conversation).phase) == (Owner.BOT, Phase.NORMAL)
    assert "Nobody is waiting" in dana.get().text


def test_it_cannot_be_closed_past_what_the_patient_just_said(house: House, dana: Browser, maya: str, disposition: str) -> None:
    dana.press(maya, "take-over")
    page = dana.card(maya)
    house.says(maya, "I just took them")
    [flag] = flags(house)
    answer = dana.press(maya, f"flags/{flag.id}/close", page, disposition=disposition)
    assert answer.status_code == 409
    assert "I just took them" in answer.text.split('id="refusal"')[1].split("</div>")[0]
    assert flags(house)[0].status != FlagStatus.CLOSED


def test_nor_handed_back_past_it(house: House, dana: Browser, maya: str, disposition: str) -> None:
    dana.press(maya, "take-over")
    dana.press(maya, f"flags/{flags(house)[0].id}/close", disposition=disposition)
    page = dana.card(maya)
    house.says(maya, "wait")
    assert dana.press(maya, "hand-back", page).status_code == 409
    assert house.conversation(maya).owner == Owner.RETURNING


def test_closing_a_note_leaves_the_open_event_alone(house: House, dana: Browser, maya: str, disposition: str) -> None:
    note = house.flag(maya, None, 1, "none", kind=FlagKind.NOTE, reason="A note.")
    assert dana.press(maya, f"flags/{note}/close", disposition=disposition).status_code == 303
    assert house.conversation(maya).owner == Owner.WAITING
    assert protocol_state(house.conversation(maya)).phase is Phase.HANDOFF_PENDING


def test_a_colleagues_flag_is_not_closed_behind_their_back(house: House, dana: Browser, maya: str, disposition: str) -> None:
    with house.store.write() as session:
        take_over(session, house.act(maya, OMAR))
    answer = dana.press(maya, f"flags/{flags(house)[0].id}/close", disposition=disposition)
    assert answer.status_code == 409
    assert flags(house)[0].status != FlagStatus.CLOSED


def test_a_flag_closed_before_its_page_was_taken_calls_nobody(house: House, dana: Browser, maya: str, disposition: str) -> None:
    dana.press(maya, f"flags/{flags(house)[0].id}/close", disposition=disposition)
    assert pages(house)[0].status == PageStatus.CANCELLED
    assert {TimerKind.PAGE_LATE, TimerKind.WAITING} & {timer.kind for timer in house.rows(Timer)} == set()


def test_the_follow_up_date_becomes_a_timer_and_the_pause_a_pause(
    house: House, dana: Browser, maya: str, disposition: str
) -> None:
    [flag] = flags(house)
    answer = dana.press(
        maya, f"flags/{flag.id}/close", disposition=disposition, follow_up="2026-11-27T09:30", pause_until="2026-12-02"
    )
    assert answer.status_code == 303
    [timer] = [one for one in house.rows(Timer) if one.kind == TimerKind.FOLLOW_UP]
    assert (timer.subject, timer.due_at) == (flag.id, datetime(2026, 11, 27, 14, 30, tzinfo=UTC)), "the clinic's time"
    [enrolment] = house.rows(Enrolment)
    assert enrolment.paused_until == datetime(2026, 12, 2, 5, 0, tzinfo=UTC)
    assert "Paused until" in dana.card(maya)


@pytest.mark.parametrize("date", ["2020-01-01", "next tuesday"])
def test_a_date_that_cannot_be_meant_closes_nothing(house: House, dana: Browser, maya: str, disposition: str, date: str) -> None:
    answer = dana.press(maya, f"flags/{flags(house)[0].id}/close", disposition=disposition, follow_up=date)
    assert answer.status_code == 422
    assert flags(house)[0].status == FlagStatus.OPEN


def test_a_flag_of_another_conversation_is_not_found(house: House, dana: Browser, maya: str, disposition: str) -> None:
    other = house.patient("Jonas")
    house.says(other, "hello")
    answer = dana.press(other, f"flags/{flags(house)[0].id}/close", disposition=disposition)
    assert answer.status_code == 404


def test_private_notes_never_become_messages(house: House, dana: Browser, maya: str) -> None:
    before = [one.text for one in house.messages(maya)]
    assert dana.press(maya, "note", note="Called her sister, no answer.").status_code == 303
    assert "Called her sister" in dana.card(maya)
    assert [one.text for one in house.messages(maya)] == before


def test_a_pause_can_be_set_and_ended_without_an_event(house: House, dana: Browser) -> None:
    jonas = house.patient("Jonas")
    house.says(jonas, "hello")
    dana.press(jonas, "pause", pause_until="2026-12-24")
    assert house.rows(Enrolment)[0].paused_until == datetime(2026, 12, 24, 5, 0, tzinfo=UTC)
    dana.press(jonas, "pause", pause_until="")
    assert house.rows(Enrolment)[0].paused_until is None


def test_after_closing_the_patient_is_never_asked_to_go_on_where_they_left(
    house: House, dana: Browser, maya: str, disposition: str
) -> None:
    dana.press(maya, f"flags/{flags(house)[0].id}/close", disposition=disposition)
    dana.press(maya, "hand-back")
    words = " ".join(one.text for one in house.messages(maya) if one.author in {Author.PROTOCOL, Author.SYSTEM})
    assert "where we left off" not in words


def test_nobody_stays_with_a_silent_bot_and_no_flag(house: House, dana: Browser, disposition: str) -> None:
    """A person was asked for without a safety event: closing that request leads on to the hand-back."""
    jonas = house.patient("Jonas")
    asked = house.says(jonas, "please let a person call me")
    flag = house.flag(jonas, asked, 3, "none", kind=FlagKind.PERSON_REQUESTED, page=True)
    dana.press(jonas, f"flags/{flag}/close", disposition=disposition)
    assert house.conversation(jonas).owner == Owner.RETURNING
    assert dana.press(jonas, "hand-back").status_code == 303
    assert house.conversation(jonas).owner == Owner.BOT


def test_a_conversation_without_a_flag_stays_in_sight_while_a_person_has_it(house: House, dana: Browser) -> None:
    jonas = house.patient("Jonas")
    dana.press(jonas, "take-over")
    page = dana.get().text
    assert "In conversation, no flag" in page
    assert "Jonas" in page
