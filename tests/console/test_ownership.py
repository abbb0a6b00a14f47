"""Two clinicians, one conversation: only one has it, and nobody writes on a view that is no longer true."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from safety.protocol import Phase
from store.acts import Act, NeedsReason, Stale
from store.care import Flag, FlagStatus, Handoff, Page, PageStatus
from store.errors import Conflict
from store.ladder import go_on
from store.messages import Saying, add_outbound, lock_conversation
from store.notes import Note
from store.outcomes import protocol_state
from store.ownership import NO_ANSWER, REACHED, acknowledge, hand_back, reply, take_over
from store.people import AuditEntry
from store.talk import Author, DeliveryStatus, Owner, Timer
from store.timers import TimerKind, set_timer
from tests.console.house import DANA, OMAR, Browser, House, flags, pages


@pytest.fixture
def maya(house: House) -> str:
    return house.crisis("Maya", "I plan to do it on Sunday", "plan to do it")


def race(house: House, *tries: Callable[[Session], object]) -> list[BaseException | None]:
    """All at the same moment; answers with what each met."""
    met: list[BaseException | None] = [None] * len(tries)
    ready = threading.Barrier(len(tries))

    def run(place: int) -> None:
        ready.wait()
        try:
            with house.store.write() as session:
                tries[place](session)
        except Conflict as refused:
            met[place] = refused

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(tries))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return met


def test_ive_got_it_stops_the_escalation_and_names_who(house: House, dana: Browser, maya: str) -> None:
    assert dana.press(maya, "acknowledge").status_code == 303
    [flag], [page] = flags(house), pages(house)
    assert (flag.status, flag.acknowledged_by) == (FlagStatus.ACKNOWLEDGED, house.clinicians[DANA])
    assert page.status == PageStatus.ACKNOWLEDGED
    assert TimerKind.PAGE_LATE not in {timer.kind for timer in house.rows(Timer)}
    assert "Dana Reyes" in house.browser().entered(OMAR).get().text


def test_acknowledged_but_not_reached_is_said_until_somebody_has_it(house: House, dana: Browser, maya: str) -> None:
    dana.press(maya, "acknowledge")
    with house.store.write() as session:
        lock_conversation(session, maya)
        [page] = session.scalars(select(Page))
        go_on(session, session.get_one(Flag, page.flag_id), page, timedelta(seconds=40), house.clock())
    for page_of in (dana.get("/console/"), dana.get(f"/console/conversations/{maya}")):
        assert "acknowledged, but not reached" in page_of.text
    assert "I’ve got it" in dana.get("/console/").text
    house.browser().entered(OMAR).press(maya, "acknowledge")
    assert "acknowledged, but not reached" not in dana.get("/console/").text


def test_a_call_is_on_record_and_whoever_reached_the_patient_has_it(house: House, dana: Browser, maya: str) -> None:
    assert "Reached by phone" in dana.card(maya)
    assert dana.press(maya, "call", reached="0").status_code == 303
    assert flags(house)[0].status == FlagStatus.OPEN, "nobody took the call"
    assert dana.press(maya, "call", reached="1").status_code == 303
    assert flags(house)[0].acknowledged_by == house.clinicians[DANA]
    assert [note.text for note in sorted(house.rows(Note), key=lambda note: note.kind)] == [REACHED, NO_ANSWER]
    details = [entry.detail for entry in house.rows(AuditEntry) if entry.action == "call"]
    assert sorted(details) == ["no answer", "reached"]


def test_of_two_who_have_it_one_is_told_who_was_faster(house: House, maya: str) -> None:
    acts = [house.act(maya, email) for email in (DANA, OMAR)]
    met = race(house, *(lambda session, act=act: acknowledge(session, act) for act in acts))
    assert sorted(type(one) for one in met if one) == [Stale]
    winner = {DANA: "Dana Reyes", OMAR: "Omar Haddad"}[(DANA, OMAR)[met.index(None)]]
    assert winner in str(next(one for one in met if one))


def test_two_clinicians_never_both_own_a_conversation(house: House, maya: str) -> None:
    version = house.conversation(maya).owner_version
    acts = [house.act(maya, email, owner_version=version) for email in (DANA, OMAR)]
    met = race(house, *(lambda session, act=act: take_over(session, act) for act in acts))
    assert [one for one in met if one is None] == [None]
    conversation = house.conversation(maya)
    assert (conversation.owner, conversation.owner_version) == (Owner.HUMAN, version + 1)
    assert conversation.owner_clinician_id == house.clinicians[(DANA, OMAR)[met.index(None)]]
    joined = [one for one in house.messages(maya) if one.script == "human_joined"]
    assert len(joined) == 1


def test_taking_over_silences_the_bot_and_tells_the_patient_who_is_there(house: House, dana: Browser, maya: str) -> None:
    with house.store.write() as session:
        queued = add_outbound(session, lock_conversation(session, maya), Saying("a line", Author.BOT), channel="sms").id
    dana.press(maya, "take-over")
    by_id = {one.id: one for one in house.messages(maya)}
    assert by_id[queued].delivery_status == DeliveryStatus.CANCELLED
    assert house.messages(maya)[-1].text == "Dana Reyes from your care team is here now and will answer you."
    assert house.messages(maya)[-1].author == Author.SYSTEM
    assert protocol_state(house.conversation(maya)).phase is Phase.HUMAN_ACTIVE
    [handoff] = house.rows(Handoff)
    assert handoff.clinician_id == house.clinicians[DANA]


def test_taking_over_from_a_colleague_needs_a_reason(house: House, dana: Browser, maya: str) -> None:
    dana.press(maya, "take-over")
    omar = house.browser().entered(OMAR)
    refused = omar.press(maya, "take-over")
    assert refused.status_code == 409
    assert "Dana Reyes has this" in refused.text
    assert house.conversation(maya).owner_clinician_id == house.clinicians[DANA]
    assert omar.press(maya, "take-over", reason="Dana's shift is over").status_code == 303
    assert house.conversation(maya).owner_clinician_id == house.clinicians[OMAR]
    assert [one.text for one in house.rows(Note)] == ["Dana's shift is over"]


def test_also_from_one_who_only_said_that_they_have_it(house: House, dana: Browser, maya: str) -> None:
    dana.press(maya, "acknowledge")
    with pytest.raises(NeedsReason), house.store.write() as session:
        take_over(session, house.act(maya, OMAR))


def test_a_reply_goes_out_on_the_channel_the_patient_is_on(house: House, dana: Browser, maya: str) -> None:
    house.says(maya, "are you there", channel="sms")
    assert dana.press(maya, "reply", text="I'm here, Maya.", once="1").status_code == 303
    last = house.messages(maya)[-1]
    assert (last.author, last.text, last.channel) == (Author.CLINICIAN, "I'm here, Maya.", "sms")
    assert last.delivery_status == DeliveryStatus.DUE
    assert last.clinician_id == house.clinicians[DANA]


def test_writing_takes_over_what_nobody_has(house: House, dana: Browser, maya: str) -> None:
    dana.press(maya, "reply", text="I'm here.", once="1")
    assert house.conversation(maya).owner_clinician_id == house.clinicians[DANA]
    assert [one.author for one in house.messages(maya)[-2:]] == [Author.SYSTEM, Author.CLINICIAN]


def test_a_reply_written_before_the_patients_last_words_is_refused_with_them(house: House, dana: Browser, maya: str) -> None:
    page = dana.card(maya)
    house.says(maya, "actually I just took them")
    answer = dana.press(maya, "reply", page, text="Glad you are feeling better!", once="1")
    assert answer.status_code == 409
    assert "actually I just took them" in answer.text.split('id="refusal"')[1].split("</div>")[0]
    assert "Glad you are feeling better!" in answer.text, "the clinician's words are kept"
    assert not [one for one in house.messages(maya) if one.author == Author.CLINICIAN]
    again = dana.press(maya, "reply", answer.text, text="I'm calling you now.", once="2")
    assert again.status_code == 303


def test_a_reply_that_has_not_seen_a_colleagues_reply_is_refused(house: House, dana: Browser, maya: str) -> None:
    dana.press(maya, "reply", text="I'm here.", once="1")
    omar = house.browser().entered(OMAR)
    stale = omar.card(maya)
    dana.press(maya, "reply", text="May I call?", once="2")
    answer = omar.press(maya, "reply", stale, text="Hello?", once="3")
    assert answer.status_code == 409
    assert [one.text for one in house.messages(maya) if one.author == Author.CLINICIAN] == ["I'm here.", "May I call?"]


def test_only_the_owner_writes(house: House, dana: Browser, maya: str) -> None:
    dana.press(maya, "take-over")
    answer = house.browser().entered(OMAR).press(maya, "reply", text="Hello", once="1")
    assert answer.status_code == 409
    assert "Dana Reyes has this conversation" in answer.text


def test_a_button_pressed_twice_sends_once(house: House, dana: Browser, maya: str) -> None:
    page = dana.card(maya)
    for _ in range(2):
        assert dana.press(maya, "reply", page, text="I'm here.", once="the same").status_code == 303
    assert [one.text for one in house.messages(maya) if one.author == Author.CLINICIAN] == ["I'm here."]


def test_an_empty_or_endless_reply_is_not_sent(house: House, dana: Browser, maya: str) -> None:
    for text in ("   ", "x" * 1501):
        assert dana.press(maya, "reply", text=text, once="1").status_code == 422
    assert not [one for one in house.messages(maya) if one.author == Author.CLINICIAN]


def test_a_reply_ends_the_patients_waiting(house: House, dana: Browser, maya: str) -> None:
    with house.store.write() as session:
        set_timer(session, maya, TimerKind.HUMAN_IDLE, house.clock())
    dana.press(maya, "reply", text="I'm here.", once="1")
    assert TimerKind.HUMAN_IDLE not in {timer.kind for timer in house.rows(Timer)}


def test_an_open_event_is_never_handed_back(house: House, dana: Browser, maya: str) -> None:
    dana.press(maya, "take-over")
    answer = dana.press(maya, "hand-back")
    assert answer.status_code == 409
    assert house.conversation(maya).owner == Owner.HUMAN


def test_a_talk_without_an_event_goes_straight_back_to_the_bot(house: House, dana: Browser) -> None:
    jonas = house.patient("Jonas")
    house.says(jonas, "can I talk to somebody about my next visit")
    dana.press(jonas, "reply", text="Of course.", once="1")
    generation = house.conversation(jonas).bot_generation
    assert dana.press(jonas, "hand-back").status_code == 303
    conversation = house.conversation(jonas)
    assert (conversation.owner, conversation.owner_clinician_id) == (Owner.BOT, None)
    assert protocol_state(conversation).phase is Phase.NORMAL
    assert conversation.bot_generation == generation + 1, "Rasa starts from the record"
    [handoff] = house.rows(Handoff)
    assert handoff.returned_at is not None


def test_a_colleague_cannot_hand_back_what_is_mine(house: House) -> None:
    jonas = house.patient("Jonas")
    house.says(jonas, "hello")
    with house.store.write() as session:
        take_over(session, house.act(jonas))
    with pytest.raises(Conflict), house.store.write() as session:
        hand_back(session, house.act(jonas, OMAR))


def test_an_act_on_an_old_owner_is_refused(house: House, maya: str) -> None:
    old: Act = house.act(maya, OMAR, owner_version=house.conversation(maya).owner_version)
    with house.store.write() as session:
        take_over(session, house.act(maya))
    with pytest.raises(Stale), house.store.write() as session:
        take_over(session, old, "a reason")


def test_a_rejoined_crisis_calls_again_and_can_be_taken_by_another(house: House, dana: Browser, maya: str) -> None:
    dana.press(maya, "acknowledge")
    house.flag(maya, house.says(maya, "I took them", heard="took them", level=5), 5, page=True)
    [flag] = flags(house)
    assert (flag.status, flag.level) == (FlagStatus.OPEN, 5)
    assert house.browser().entered(OMAR).press(maya, "acknowledge").status_code == 303
    assert flags(house)[0].acknowledged_by == house.clinicians[OMAR]


def test_what_clinicians_do_is_on_record_without_anybodys_words(house: House, dana: Browser, maya: str) -> None:
    dana.press(maya, "acknowledge")
    dana.press(maya, "reply", text="Words for Maya", once="1")
    dana.press(maya, "note", note="Words for colleagues")
    entries = house.rows(AuditEntry)
    assert {"acknowledge", "take_over", "reply", "note", "card"} <= {one.action for one in entries}
    assert all(one.patient_id for one in entries if one.action not in {"login"})
    assert not [one for one in entries if "Words" in one.detail]


def test_a_reply_and_a_patients_message_at_the_same_moment_end_in_one_order(house: House, maya: str) -> None:
    with house.store.write() as session:
        take_over(session, house.act(maya))
    act = house.act(maya, last_seq=house.conversation(maya).last_seq)
    threads = [
        threading.Thread(target=house.says, args=(maya, "one more thing")),
        threading.Thread(target=lambda: race(house, lambda session: reply(session, act, "I'm here."))),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    said = house.messages(maya)
    assert [one.seq for one in said] == list(range(1, len(said) + 1))
    patient = next(one.seq for one in said if one.text == "one more thing")
    assert all(one.seq < patient for one in said if one.author == Author.CLINICIAN)


def test_a_broken_protocol_never_keeps_a_person_from_a_patient(
    house: House, dana: Browser, maya: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_state: object, **_facts: object) -> None:
        raise KeyError("a script that is not there")

    for name in ("store.ownership.on_human_joined", "store.paging.on_page_accepted"):
        monkeypatch.setattr(name, broken)
    assert dana.press(maya, "reply", text="I'm here.", once="1").status_code == 303
    assert house.messages(maya)[-1].text == "I'm here."
    assert house.conversation(maya).owner == Owner.HUMAN
