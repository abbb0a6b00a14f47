""" "I've got it" does not hold for ever, nor does a talk that was taken over: what comes later finds somebody awake."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from safety.protocol import FlagRequest, Outcome
from store.care import Flag, FlagKind, FlagStatus, Handoff, PageStatus
from store.dispositions import Closing, close_flag
from store.flags import Ask, raise_flag
from store.messages import lock_conversation
from store.outcomes import protocol_state, record_outcome
from store.ownership import acknowledge, record_call, reply, take_over
from tests.gateway.pager_house import NIGHT, Mailbox, PagerHouse, open_pager, patient_writes, ways


@pytest.fixture
def clinic(tmp_path: Path, mail: Mailbox) -> PagerHouse:
    return open_pager(tmp_path, **ways(mail, None))


def flag_of(house: PagerHouse, conversation: str, kind: FlagKind) -> Flag:
    [flag] = house.rows(Flag, Flag.conversation_id == conversation, Flag.kind == kind)
    return flag


def reached_on_saturday(house: PagerHouse, level: int = 4) -> str:
    """Ana has it after a minute, and has spoken with the patient after two; nobody closes it."""
    maya = house.crisis(level)
    house.beat()
    house.beat(minutes=1)
    house.takes("ana", maya)
    house.beat(minutes=1)
    with house.store.write() as session:
        record_call(session, house.act("ana", maya), reached=True)
    return maya


def said_again(house: PagerHouse, conversation: str) -> None:
    """As the protocol hears it: the same danger in an open event. It wakes nobody by itself."""
    with house.store.write() as session:
        row = lock_conversation(session, conversation)
        state = protocol_state(row)
        request = FlagRequest(state.level, state.category, "Risk was said again in an open event.", "repeated")
        outcome = Outcome(state, (), request, False, False)
        record_outcome(session, row, outcome, house.parts.wording, house.parts.clinical, now=house.clock())


def test_a_crisis_days_after_i_have_it_wakes_somebody_again(clinic: PagerHouse) -> None:
    maya = reached_on_saturday(clinic)
    clinic.beat(days=3)
    said_again(clinic, maya)
    again = flag_of(clinic, maya, FlagKind.RISK)
    assert (again.status, again.respond_by) == (FlagStatus.OPEN, clinic.clock() + timedelta(minutes=10))
    clinic.beat()
    assert clinic.called() == ["ana by email", "ana by email"]
    assert clinic.pages()[-1].status == PageStatus.ACCEPTED
    clinic.beat(minutes=5)
    assert clinic.called()[2:] == ["ben by email"], "the whole ladder, from the first rung on"


def test_a_crisis_days_after_that_nobody_receives_is_told_to_the_patient(clinic: PagerHouse, mail: Mailbox) -> None:
    maya = reached_on_saturday(clinic)
    clinic.beat(days=3)
    mail.refuse = {name: ["550 no such person, always"] for name in ("ana", "ben", "cleo", "dan")}
    said_again(clinic, maya)
    clinic.beat()
    assert len(clinic.heard(maya, "page_failed")) == 1
    assert clinic.pages()[-1].alarm_at is not None


def test_said_again_soon_after_the_call_wakes_nobody(clinic: PagerHouse) -> None:
    maya = reached_on_saturday(clinic)
    clinic.beat(minutes=9)
    said_again(clinic, maya)
    clinic.beat()
    assert clinic.called() == ["ana by email"]
    assert flag_of(clinic, maya, FlagKind.RISK).status == FlagStatus.ACKNOWLEDGED


def test_a_note_that_joins_one_somebody_had_the_week_before_is_nobodys_again(clinic: PagerHouse) -> None:
    maya = clinic.patient()
    note(clinic, maya, "Slept badly.")
    with clinic.store.write() as session:
        acknowledge(session, clinic.act("ana", maya))
    clinic.clock.forward(days=7)
    note(clinic, maya, "Did not sleep at all.")
    again = flag_of(clinic, maya, FlagKind.NOTE)
    assert (again.status, again.respond_by) == (FlagStatus.OPEN, clinic.clock() + timedelta(days=1))
    assert again.reason == "Slept badly.\nDid not sleep at all."
    assert clinic.pages() == []


def note(house: PagerHouse, conversation: str, words: str) -> None:
    with house.store.write() as session:
        row = lock_conversation(session, conversation)
        raise_flag(session, row, Ask(FlagKind.NOTE, 1, "none", words, respond_within=timedelta(days=1)), house.clock())


def a_note_answered_and_closed(house: PagerHouse) -> str:
    """Ana answers a question, closes the note and goes home; nobody was ever woken."""
    maya = house.patient()
    note(house, maya, "Asks about the next visit.")
    with house.store.write() as session:
        lock_conversation(session, maya).last_channel = "sms"
        take_over(session, house.act("ana", maya))
        reply(session, house.act("ana", maya), "On Tuesday.")
        close_flag(session, house.act("ana", maya), flag_of(house, maya, FlagKind.NOTE).id, Closing("resolved_no_risk"))
    return maya


def test_a_talk_that_was_taken_over_and_left_finds_somebody_else(clinic: PagerHouse) -> None:
    maya = a_note_answered_and_closed(clinic)
    clinic.beat(hours=2)
    patient_writes(clinic, maya)
    clinic.beat(minutes=3)
    clinic.beat(minutes=29)
    assert clinic.rows(Flag, Flag.kind == FlagKind.PERSON_REQUESTED) == []
    clinic.beat(minutes=1)
    waits = flag_of(clinic, maya, FlagKind.PERSON_REQUESTED)
    assert (waits.status, waits.level) == (FlagStatus.OPEN, 2)
    clinic.beat(minutes=5)
    assert clinic.called(FlagKind.PERSON_REQUESTED) == ["ana by email"]
    with clinic.store.write() as session:
        reply(session, clinic.act("ana", maya), "I am.")
    clinic.beat(hours=8)
    assert len(clinic.called(FlagKind.PERSON_REQUESTED)) == 1


def test_a_talk_that_was_taken_over_and_is_answered_calls_nobody(clinic: PagerHouse) -> None:
    maya = a_note_answered_and_closed(clinic)
    patient_writes(clinic, maya)
    clinic.beat(minutes=3)
    clinic.beat(minutes=20)
    with clinic.store.write() as session:
        reply(session, clinic.act("ana", maya), "I am.")
    clinic.beat(hours=8)
    assert clinic.rows(Flag, Flag.status != FlagStatus.CLOSED) == []


def shown(house: PagerHouse, conversation: str) -> None:
    with house.store.write() as session:
        row = lock_conversation(session, conversation)
        row.seen_seq = row.last_seq


def writes_on_the_web(house: PagerHouse) -> str:
    """Ana had the conversation from before: only what she writes now counts."""
    maya = house.crisis(4)
    with house.store.write() as session:
        lock_conversation(session, maya).last_channel = "web"
    house.beat()
    house.beat(minutes=1)
    house.takes("ana", maya)
    shown(house, maya)
    with house.store.write() as session:
        reply(session, house.act("ana", maya), "I am here. Can I ring you?")
        for handoff in session.scalars(select(Handoff)):
            handoff.joined_at = NIGHT - timedelta(hours=1)
    return maya


def test_a_clinicians_line_that_no_browser_shows_is_no_contact_and_somebody_must_phone(clinic: PagerHouse) -> None:
    maya = writes_on_the_web(clinic)
    clinic.beat(seconds=90)
    phone = flag_of(clinic, maya, FlagKind.UNDELIVERED)
    assert (phone.status, phone.level) == (FlagStatus.OPEN, 4)
    clinic.beat(minutes=9)
    assert clinic.called()[:2] == ["ana by email", "ben by email"]
    assert flag_of(clinic, maya, FlagKind.RISK).status == FlagStatus.OPEN


def test_a_clinicians_line_that_a_browser_shows_is_contact(clinic: PagerHouse) -> None:
    maya = writes_on_the_web(clinic)
    shown(clinic, maya)
    clinic.beat(minutes=9)
    assert clinic.called() == ["ana by email"]
    assert clinic.rows(Flag, Flag.kind == FlagKind.UNDELIVERED) == []


@pytest.mark.parametrize(("level", "comes_back_as", "called"), [(5, 2, ["ana by email"]), (2, 1, [])])
def test_the_next_attempt_for_a_grave_event_is_told_to_somebody(
    clinic: PagerHouse, level: int, comes_back_as: int, called: list[str]
) -> None:
    maya = clinic.crisis(level)
    clinic.beat()
    with clinic.store.write() as session:
        ahead = clinic.clock() + timedelta(hours=1)
        close_flag(session, clinic.act("ana", maya), clinic.flag(maya).id, Closing("unreachable", follow_up_at=ahead))
    clinic.beat(hours=1)
    clinic.beat(minutes=5)
    assert flag_of(clinic, maya, FlagKind.FOLLOW_UP).level == comes_back_as
    assert clinic.called(FlagKind.FOLLOW_UP) == called
