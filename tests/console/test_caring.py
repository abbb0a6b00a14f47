"""After a crisis: a person follows up, and a named human writes now and then."""

from datetime import timedelta

import pytest

from store.care import FlagKind
from store.caring import STEPS, CaringContact, note_answer
from store.dispositions import Closing, close_flag
from store.errors import StoreError
from store.messages import lock_conversation
from store.ownership import hand_back
from store.talk import Author, Message, Owner
from tests.console.house import DANA, OMAR, Browser, Clock, House, flags


@pytest.fixture
def hana(house: House) -> str:
    """Her event is closed with caring contacts, and Afterglow has the conversation back."""
    conversation = house.crisis("Hana", "I wish I wouldn't wake up", "wouldn't wake up", level=3)
    with house.store.write() as session:
        close_flag(session, house.act(conversation, OMAR), flags(house)[0].id, Closing("safety_plan", caring=True))
        hand_back(session, house.act(conversation, OMAR))
    return conversation


def contacts(house: House, status: str = "due") -> list[CaringContact]:
    return sorted((one for one in house.rows(CaringContact) if one.status == status), key=lambda one: one.due_at)


def send(house: House, browser: Browser, text: str = "Thinking of you, Hana.") -> int:
    page = browser.get("/console/caring").text
    due = [one for one in contacts(house) if f"k{one.id}" in page]
    form = {"csrf": browser.field(page, "csrf"), "text": text}
    return browser.post(f"/console/caring/{due[0].id}/send", form).status_code


def test_closing_plans_a_year_of_them_in_the_name_of_who_closed(house: House, hana: str) -> None:
    planned = contacts(house)
    assert [one.step for one in planned] == [step for step, _ in STEPS]
    assert {one.clinician_id for one in planned} == {house.clinicians[OMAR]}
    assert planned[0].due_at == house.clock() + timedelta(days=1)


def test_the_queue_says_when_one_is_due_and_the_line_is_filled_for_both_of_them(
    house: House, clock: Clock, hana: str, dana: Browser
) -> None:
    assert "caring contact" not in dana.get().text
    clock.forward(days=1, hours=1)
    dana = house.browser().entered()
    assert "1 caring contact is due" in dana.get().text
    page = dana.get("/console/caring").text
    assert "Hi Hana, it&#39;s Dana Reyes from Harbour Clinic." in page
    assert "promised by Omar Haddad" in page


def test_it_goes_out_in_the_senders_name_and_takes_nothing_over(house: House, clock: Clock, hana: str) -> None:
    clock.forward(days=1, hours=1)
    assert send(house, house.browser().entered()) == 303
    last = house.messages(hana)[-1]
    assert (last.text, last.author, last.clinician_id) == ("Thinking of you, Hana.", Author.CLINICIAN, house.clinicians[DANA])
    assert house.conversation(hana).owner == Owner.BOT
    assert not [one for one in house.messages(hana)[-1:] if one.script == "human_joined"]


def test_of_several_that_are_late_only_one_is_sent(house: House, clock: Clock, hana: str) -> None:
    clock.forward(days=8)
    browser = house.browser().entered()
    assert browser.get("/console/caring").text.count("Send in my name") == 1
    assert send(house, browser) == 303
    assert [one.step for one in contacts(house, "sent")] == ["week 1"]
    assert [one.step for one in contacts(house, "skipped")] == ["day 1"]


def test_none_is_sent_into_an_open_event(house: House, clock: Clock, hana: str) -> None:
    clock.forward(days=1, hours=1)
    house.flag(hana, house.says(hana, "I plan it", heard="plan it", level=4), 4, page=True)
    browser = house.browser().entered()
    assert "Something is open with this patient" in browser.get("/console/caring").text
    assert send(house, browser) == 422
    assert not [one for one in house.messages(hana) if one.author == Author.CLINICIAN]


def test_an_answer_comes_back_to_a_person(house: House, clock: Clock, hana: str) -> None:
    clock.forward(days=1, hours=1)
    send(house, house.browser().entered())
    answer = house.says(hana, "thank you, that meant a lot")
    with house.store.write() as session:
        note_answer(session, lock_conversation(session, hana), session.get_one(Message, answer))
    [note] = [one for one in flags(house) if one.kind == FlagKind.NOTE]
    assert "Answered a caring contact" in note.reason
    later = house.says(hana, "start")
    with house.store.write() as session:
        assert note_answer(session, lock_conversation(session, hana), session.get_one(Message, later)) is None


def test_one_more_on_a_day_of_its_own(house: House, hana: str, dana: Browser) -> None:
    page = dana.card(hana)
    form = {"csrf": dana.field(page, "csrf"), "step": "birthday", "due": "2027-03-03"}
    assert dana.post(f"/console/caring/add/{hana}", form).status_code == 303
    assert "birthday" in [one.step for one in contacts(house)]
    assert dana.post(f"/console/caring/add/{hana}", {**form, "due": "2020-03-03"}).status_code == 422


def test_a_second_event_begins_a_new_series(house: House, clock: Clock, hana: str) -> None:
    clock.forward(days=3)
    house.flag(hana, house.says(hana, "I plan it", heard="plan it", level=4), 4, page=True)
    flag = next(one for one in flags(house) if one.status != "closed")
    with house.store.write() as session:
        close_flag(session, house.act(hana), flag.id, Closing("safety_plan", caring=True))
    assert len(contacts(house)) == len(STEPS)
    assert {one.clinician_id for one in contacts(house)} == {house.clinicians[DANA]}


def test_unreachable_needs_the_time_of_the_next_attempt(house: House, clock: Clock) -> None:
    maya = house.crisis("Maya", "I plan it", "plan it")
    flag = flags(house)[0].id
    with pytest.raises(StoreError, match="next attempt"), house.store.write() as session:
        close_flag(session, house.act(maya), flag, Closing("unreachable"))
    with house.store.write() as session:
        close_flag(session, house.act(maya), flag, Closing("unreachable", follow_up_at=clock() + timedelta(hours=2)))
    assert flags(house)[0].status == "closed"


def test_the_card_offers_the_protocols_follow_up_and_the_contacts(house: House, dana: Browser) -> None:
    maya = house.crisis("Maya", "I plan it", "plan it", level=4)
    page = dana.card(maya)
    assert "Within 24 hours" in page
    assert 'name="caring"' in page
    answer = dana.press(maya, f"flags/{flags(house)[0].id}/close", disposition="safety_plan", caring="1")
    assert answer.status_code == 303
    assert len(contacts(house)) == len(STEPS)
