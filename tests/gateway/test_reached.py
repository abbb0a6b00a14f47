""" "I've got it" is a promise to the patient: by the time to respond a person has been with them, or the next one is called."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from safety.protocol import Phase, ProtocolState, deadlines
from store.care import Flag, FlagKind, FlagStatus, Handoff, PageStatus
from store.database import Store
from store.dispositions import Closing, close_flag
from store.flags import Ask, raise_flag
from store.ladder import not_reached
from store.messages import lock_conversation
from store.outcomes import protocol_state
from store.ownership import record_call, reply, take_over
from store.people import Patient
from store.talk import Author, DeliveryStatus, Message, Timer
from store.timers import TimerKind
from tests.gateway.dying import killed
from tests.gateway.pager_house import NIGHT, Mailbox, PagerHouse, open_pager, patient_writes, ways


@pytest.fixture
def clinic(tmp_path: Path, mail: Mailbox) -> PagerHouse:
    return open_pager(tmp_path, **ways(mail, None))


def risk(house: PagerHouse, conversation: str) -> Flag:
    """Beside it there may be "phone this patient": they have been silent."""
    [flag] = house.rows(Flag, Flag.conversation_id == conversation, Flag.kind == FlagKind.RISK)
    return flag


def taken(house: PagerHouse, level: int = 4, **more: int) -> str:
    """Ana was called, and has it after a minute."""
    maya = house.crisis(level)
    house.beat()
    house.beat(**(more or {"minutes": 1}))
    house.takes("ana", maya)
    return maya


def writes(house: PagerHouse, conversation: str, store: Store) -> None:
    with store.write() as session:
        reply(session, house.act("ana", conversation), "I am here. Can I ring you?")


def rings(house: PagerHouse, conversation: str, store: Store) -> None:
    with store.write() as session:
        record_call(session, house.act("ben", conversation), reached=True)


def takes_over(house: PagerHouse, conversation: str, store: Store) -> None:
    with store.write() as session:
        take_over(session, house.act("ana", conversation))


def closes(house: PagerHouse, conversation: str, store: Store) -> None:
    with store.write() as session:
        close_flag(session, house.act("ana", conversation), risk(house, conversation).id, Closing("resolved_no_risk"))


@pytest.mark.parametrize("contact", [writes, rings, takes_over, closes])
def test_contact_in_time_calls_nobody_else(clinic: PagerHouse, contact: Callable[..., None]) -> None:
    maya = taken(clinic)
    clinic.beat(minutes=8)
    contact(clinic, maya, clinic.store)
    clinic.beat(hours=1)
    assert clinic.called() == ["ana by email"]
    assert clinic.heard(maya, "not_reached") == []
    assert risk(clinic, maya).status != FlagStatus.OPEN


@pytest.mark.parametrize(("level", "minutes"), [(3, 30), (4, 10), (5, 5)])
def test_without_contact_the_next_rung_is_called_once_at_the_time_to_respond(clinic: PagerHouse, level: int, minutes: int) -> None:
    maya = taken(clinic, level, seconds=30)
    clinic.beat(minutes=minutes, seconds=-31)
    assert clinic.called() == ["ana by email"], "she still has time"
    clinic.beat(seconds=1)
    assert clinic.called() == ["ana by email", "ben by email"]
    before, after = clinic.pages()
    assert (before.status, after.status, after.step) == (PageStatus.UNREACHED, PageStatus.ACCEPTED, 2)
    clinic.beat()
    clinic.beat(seconds=30)
    assert len(clinic.called()) == 2, "exactly one climb"
    assert len(clinic.heard(maya, "not_reached")) == 1
    assert risk(clinic, maya).status == FlagStatus.OPEN
    assert clinic.read(not_reached) == {maya}


def test_the_ladder_keeps_its_pace_above_the_rung_it_goes_on_from(clinic: PagerHouse) -> None:
    taken(clinic, 5)
    clinic.beat(minutes=4)
    clinic.beat(minutes=2, seconds=59)
    assert clinic.called()[1:] == ["ben by email"]
    clinic.beat(seconds=1)
    assert clinic.called()[2:] == ["cleo by email"], "three minutes after the backup, not six"
    clinic.beat(minutes=3)
    assert len(clinic.called()) == 3 + 4, "then everybody"


def test_who_takes_it_late_has_some_minutes_all_the_same(clinic: PagerHouse) -> None:
    maya = clinic.crisis(4)
    clinic.beat()
    clinic.beat(minutes=9, seconds=50)
    clinic.takes("ben", maya)
    before = len(clinic.called())
    clinic.beat(minutes=2, seconds=59)
    assert len(clinic.called()) == before
    clinic.beat(seconds=1)
    assert clinic.called()[before:] == ["cleo by email"]


def test_a_second_one_who_has_it_is_watched_too_and_the_patient_hears_it_again(clinic: PagerHouse) -> None:
    maya = taken(clinic)
    clinic.beat(minutes=9)
    clinic.takes("ben", maya)
    assert clinic.read(not_reached) == set(), "Ben has it"
    clinic.beat(minutes=3)
    assert clinic.called() == ["ana by email", "ben by email", "cleo by email"]
    first, second = clinic.heard(maya, "not_reached")
    assert first != second


def test_the_patient_is_promised_nothing_until_the_next_one_has_the_alert(clinic: PagerHouse, mail: Mailbox) -> None:
    maya = taken(clinic)
    mail.refuse = {name: ["550 no such person, always"] for name in ("ana", "ben", "cleo", "dan")}
    clinic.beat(minutes=9)
    assert len(clinic.heard(maya, "not_reached")) == 1
    assert clinic.heard(maya, "page_failed") == [], "the same truth is not told twice"
    assert protocol_state(clinic.conversation(maya)).page == "failed"
    assert clinic.pages()[-1].alarm_at == clinic.clock()
    assert "988" in clinic.heard(maya, "not_reached")[0]


def test_a_ring_that_nobody_took_is_noted_and_does_not_count(clinic: PagerHouse) -> None:
    maya = taken(clinic)
    with clinic.store.write() as session:
        record_call(session, clinic.act("ana", maya), reached=False)
    clinic.beat(minutes=9)
    assert clinic.called() == ["ana by email", "ben by email"]


def test_a_text_that_did_not_arrive_reached_nobody(clinic: PagerHouse) -> None:
    """Ana had the conversation from before: only what she writes now counts."""
    maya = taken(clinic)
    writes(clinic, maya, clinic.store)
    with clinic.store.write() as session:
        for handoff in session.scalars(select(Handoff)):
            handoff.joined_at = NIGHT - timedelta(hours=1)
        for message in session.scalars(select(Message).where(Message.author == Author.CLINICIAN)):
            message.delivery_status = DeliveryStatus.FAILED
    clinic.beat(minutes=9)
    assert clinic.called() == ["ana by email", "ben by email"]


def test_who_reached_the_patient_by_phone_has_it(clinic: PagerHouse) -> None:
    maya = clinic.crisis(4)
    clinic.beat()
    rings(clinic, maya, clinic.store)
    clinic.beat(hours=1)
    assert clinic.called() == ["ana by email"]
    assert risk(clinic, maya).acknowledged_by == clinic.people["ben"]


def test_graver_after_i_have_it_begins_a_ladder_of_its_own(clinic: PagerHouse) -> None:
    maya = taken(clinic, 3)
    clinic.crisis(5, conversation=maya)
    clinic.beat()
    clinic.takes("ana", maya)
    clinic.beat(minutes=5)
    assert clinic.called() == ["ana by email", "ana by email", "ben by email"]
    clinic.takes("ben", maya)
    writes_as(clinic, maya, "ben")
    clinic.beat(hours=1)
    assert len(clinic.called()) == 3


def writes_as(house: PagerHouse, conversation: str, name: str) -> None:
    with house.store.write() as session:
        reply(session, house.act(name, conversation), "I am here.")


def test_the_owner_who_answers_what_was_graver_has_it(clinic: PagerHouse) -> None:
    maya = taken(clinic, 3)
    takes_over(clinic, maya, clinic.store)
    clinic.crisis(5, conversation=maya)
    clinic.beat()
    before = len(clinic.called())
    clinic.beat(seconds=30)
    writes(clinic, maya, clinic.store)
    clinic.beat(hours=1)
    assert len(clinic.called()) == before, "nobody else is woken for what Ana is answering"


def test_the_owner_of_long_ago_is_not_contact(clinic: PagerHouse) -> None:
    """Ana took the conversation over hours before; now it is graver, Ben says that he has it, and nobody writes."""
    maya = taken(clinic, 3)
    takes_over(clinic, maya, clinic.store)
    clinic.clock.forward(hours=3)
    clinic.crisis(5, conversation=maya)
    clinic.beat()
    clinic.takes("ben", maya)
    before = len(clinic.called())
    clinic.beat(minutes=5)
    assert len(clinic.called()) == before + 1
    assert clinic.heard(maya, "not_reached") == [], "the bot is silent while a person has the conversation"


def test_who_took_over_and_leaves_the_patient_without_an_answer_is_not_waited_for_for_ever(clinic: PagerHouse) -> None:
    maya = taken(clinic, 4)
    takes_over(clinic, maya, clinic.store)
    clinic.beat(minutes=3)  # the patient wrote last: "message received"
    for _ in range(3):
        clinic.beat(minutes=3)
        patient_writes(clinic, maya)
    assert clinic.called() == ["ana by email"]
    clinic.beat(minutes=1)
    assert clinic.called() == ["ana by email", "ben by email"], "more words are no reason to wait longer"
    assert clinic.read(not_reached) == {maya}
    assert clinic.heard(maya, "not_reached") == []
    writes(clinic, maya, clinic.store)
    clinic.beat(hours=2)
    assert len(clinic.called()) == 2


def test_who_took_over_and_answers_is_left_in_peace(clinic: PagerHouse) -> None:
    maya = taken(clinic, 4)
    takes_over(clinic, maya, clinic.store)
    clinic.beat(minutes=3)
    writes(clinic, maya, clinic.store)
    clinic.beat(hours=1)
    assert clinic.called() == ["ana by email"]


def test_where_somebody_reads_along_nothing_is_written_first(clinic: PagerHouse) -> None:
    maya = taken(clinic)
    with clinic.store.write() as session:
        row = lock_conversation(session, maya)
        row.protocol = {**(row.protocol or {}), "unsafe_to_text": True}
    clinic.beat(minutes=9)
    assert clinic.called() == ["ana by email", "ben by email"]
    assert clinic.heard(maya, "not_reached") == []


def test_level_2_goes_on_quietly_and_says_nothing(clinic: PagerHouse) -> None:
    maya = clinic.patient()
    quiet_crisis(clinic, maya)
    clinic.beat(minutes=5)
    assert clinic.called() == ["ana by email"]
    clinic.takes("ana", maya)
    clinic.beat(hours=3, minutes=55)
    assert clinic.called() == ["ana by email", "ben by email"]
    assert clinic.pages()[-1].status == PageStatus.QUIET
    assert clinic.heard(maya, "not_reached") == []


def test_a_made_up_patient_has_nobody_to_be_reached(clinic: PagerHouse) -> None:
    maya = clinic.patient()
    with clinic.store.write() as session:
        session.get_one(Patient, lock_conversation(session, maya).patient_id).test = True
    clinic.crisis(5, conversation=maya)
    clinic.beat()
    clinic.takes("ana", maya)
    assert clinic.rows(Timer, Timer.kind == TimerKind.NOT_REACHED) == []


@pytest.mark.parametrize("moment", ["before", "inside", "after"])
def test_killed_at_the_deadline_the_next_one_is_called_once_and_the_patient_told_once(moment: str, clinic: PagerHouse) -> None:
    maya = taken(clinic)
    clinic.beat(minutes=8, seconds=50)  # the bot's own company is not what is due next
    clinic.clock.forward(seconds=10)
    killed(clinic, "tell the patient", moment)
    again = PagerHouse(clinic.parts, clinic.clock, clinic.another_pager(), clinic.people)
    again.beat()
    again.beat(seconds=1)
    assert again.called() == ["ana by email", "ben by email"]
    assert len(again.heard(maya, "not_reached")) == 1
    ours = [page.status for page in again.pages() if page.flag_id == risk(again, maya).id]
    assert ours == [PageStatus.UNREACHED, PageStatus.ACCEPTED]


def quiet_crisis(house: PagerHouse, conversation: str) -> None:
    """Level 2 as the gateway writes it down: a flag, and somebody told a little later."""
    times = deadlines(2, "S", house.parts.clinical)
    with house.store.write() as session:
        row = lock_conversation(session, conversation)
        ask = Ask(FlagKind.RISK, 2, "S", "A marker.", respond_within=times.respond_within, tell_within=times.page_within)
        raise_flag(session, row, ask, house.clock())
        row.protocol = ProtocolState(Phase.SAFETY_CHECK, 1, 2, "S", ("S",), opened_at=house.clock()).to_dict()
