"""From the patient's words to a person, whatever stands in between: silence, STOP, a dead number, a closed browser, a slow clinician."""

import secrets
from pathlib import Path

import pytest
from sqlalchemy import select

from gateway.delivery import Delivery
from gateway.inbound import InboundMessage
from gateway.intake import receive
from gateway.simulator_sender import SimulatorSender
from gateway.twilio_rest import TwilioSender
from safety.protocol import Phase, ProtocolState
from store.acts import Unsafe
from store.attempts import PageAttempt
from store.base import utc_now
from store.care import Flag, FlagKind, Page, PageStatus
from store.contacts import change_contact
from store.outcomes import protocol_state
from store.ownership import reply, take_over
from store.people import Clinician, Patient
from store.queue import read_queue
from store.talk import Conversation, Timer
from store.timers import TimerKind, set_timer
from tests.gateway.house import House, open_house, wait_until, with_twilio
from tests.gateway.pager_house import Mailbox, PagerHouse, awaited, open_pager, ways
from tests.gateway.twilio import Texts, payload

PASSIVE = "i wish i wouldn't wake up tomorrow"
PAGER = "+15550100188"
PLAN = "i plan to kill myself on sunday"


@pytest.fixture
def clinic(tmp_path: Path, mail: Mailbox) -> PagerHouse:
    return open_pager(tmp_path, **ways(mail, None))


@pytest.fixture
def phones(tmp_path: Path, mail: Mailbox, texts: Texts) -> PagerHouse:
    """With a Twilio account."""
    return open_pager(tmp_path, **ways(mail, None), **with_twilio(texts.url))


def says(clinic: PagerHouse, conversation: str, text: str, channel: str = "web") -> None:
    patient = clinic.conversation(conversation).patient_id
    receive(clinic.parts, InboundMessage(patient, channel, text, secrets.token_hex(8), clinic.clock()))


def carry(clinic: PagerHouse) -> None:
    """Texts that are due go out."""
    settings = clinic.parts.settings
    sender = SimulatorSender() if settings.twilio.simulated else TwilioSender(settings)
    awaited(Delivery(clinic.parts, sender).beat)


def on_top(clinic: PagerHouse) -> tuple[bool, str]:
    """Whether the first in the queue is to be phoned, and the reason."""
    with clinic.store.read() as session:
        first = read_queue(session, clinic.clock()).entries[0]
    return first.phone_now, first.top.reason


def test_a_crisis_is_screened_paged_and_honestly_told(clinic: PagerHouse, mail: Mailbox) -> None:
    maya = clinic.patient()
    says(clinic, maya, PLAN)
    clinic.beat()
    assert len(mail.to("ana")) == 1
    assert len(clinic.heard(maya, "page_accepted")) == 1
    [page] = clinic.pages()
    assert page.level >= 4


def test_through_the_running_gateway_mail_and_text_are_there_within_seconds(tmp_path: Path, mail: Mailbox, texts: Texts) -> None:
    with open_house(tmp_path, **ways(mail, None), **with_twilio(texts.url)) as house:
        _with_ana(house)
        browser = house.browser()
        browser.say(PLAN)
        wait_until(lambda: bool(mail.to("ana") and texts.bodies(PAGER)), 10, "nobody was called")
        wait_until(lambda: any(one.script == "page_accepted" for one in house.messages()), 10)
        assert [page.status for page in house.pages()] == [PageStatus.ACCEPTED]
        wait_until(lambda: all(call.accepted_at for call in _calls(house)), 10)
        [text] = [call for call in _calls(house) if call.channel == "sms"]
        form = payload("status", MessageSid=str(text.provider_id), MessageStatus="undelivered", ErrorCode="30003")
        assert house.post_signed(f"/sms/twilio/status?message={text.id}", form).status_code == 204
        [text] = [call for call in _calls(house) if call.channel == "sms"]
        assert (text.status, text.error_code) == ("failed", "30003")
        assert text.accepted_at is not None, "both are true: it was taken, and it did not arrive"


def _with_ana(house: House) -> None:
    with house.store.write() as session:
        ana = Clinician(email="ana@clinic.example", name="Ana", password_hash="-")
        session.add(ana)
        session.flush()
        change_contact(session, ana.id, utc_now(), email="", phone=PAGER, by_email=True, by_sms=True, region="US")


def _calls(house: House) -> list[PageAttempt]:
    return house.read(lambda session: list(session.scalars(select(PageAttempt))))


def test_who_falls_silent_at_the_safety_question_is_not_left_alone(clinic: PagerHouse) -> None:
    maya = clinic.patient()
    says(clinic, maya, PASSIVE)
    state = protocol_state(clinic.conversation(maya))
    assert (state.phase, state.level) == (Phase.SAFETY_CHECK, 2)
    said = len(clinic.heard(maya))
    clinic.beat(minutes=3, seconds=29)
    assert len(clinic.heard(maya)) == said
    clinic.beat(seconds=1)
    assert len(clinic.heard(maya)) == said + 1
    for _ in range(12):
        clinic.beat(minutes=3, seconds=30)
    lines = clinic.heard(maya)[said:]
    assert len(lines) == len(set(lines)) == 5, "new words each time, then quiet"
    assert clinic.heard(maya, "wait_last") == lines[-1:]


def test_an_answer_to_the_safety_question_ends_the_waiting(clinic: PagerHouse) -> None:
    maya = clinic.patient()
    says(clinic, maya, PASSIVE)
    says(clinic, maya, "no")
    assert protocol_state(clinic.conversation(maya)).phase is Phase.SUPPORT
    assert clinic.rows(Timer, Timer.kind == TimerKind.WAITING) == []


def test_at_level_2_somebody_is_told_without_an_alarm_and_the_next_after_two_hours(clinic: PagerHouse, mail: Mailbox) -> None:
    maya = clinic.patient()
    says(clinic, maya, PASSIVE)
    clinic.beat(minutes=4, seconds=59)
    assert mail.mails == [], "the safety question may settle it"
    clinic.beat(seconds=1)
    assert clinic.called() == ["ana by email"]
    assert clinic.heard(maya, "page_accepted") == [], "the patient was promised nothing"
    clinic.beat(hours=2)
    assert clinic.called() == ["ana by email", "ben by email"]
    [page] = clinic.pages()
    assert (page.status, page.alarm_at) == (PageStatus.QUIET, None)


def test_at_level_2_nobody_is_woken_beside_a_person_who_has_the_conversation(clinic: PagerHouse, mail: Mailbox) -> None:
    maya = clinic.patient()
    says(clinic, maya, "hello")
    with clinic.store.write() as session:
        take_over(session, clinic.act("ana", maya))
    says(clinic, maya, PASSIVE)
    clinic.beat(hours=3)
    assert mail.mails == []
    assert [flag.level for flag in clinic.rows(Flag)] == [2], "it stands in the queue"


def test_a_timer_that_breaks_holds_up_nobody_else(clinic: PagerHouse) -> None:
    broken, maya = clinic.patient(), clinic.patient()
    with clinic.store.write() as session:
        set_timer(session, broken, TimerKind.UNSEEN_CRISIS, clinic.clock(), subject="not a number")
    says(clinic, maya, PASSIVE)
    said = len(clinic.heard(maya))
    clinic.beat(minutes=4)
    assert len(clinic.heard(maya)) == said + 1


def test_a_plain_no_at_level_2_wakes_nobody_at_night(clinic: PagerHouse, mail: Mailbox) -> None:
    maya = clinic.patient()
    says(clinic, maya, PASSIVE)
    says(clinic, maya, "no")
    clinic.beat(hours=5)
    assert mail.mails == []
    assert [page.status for page in clinic.pages()] == [PageStatus.CANCELLED]


def test_stop_in_an_open_event_becomes_phone_this_patient_now_on_top(phones: PagerHouse, mail: Mailbox) -> None:
    graver = phones.patient()
    says(phones, graver, "i just took all of my pills", "sms")
    maya = phones.patient()
    says(phones, maya, PLAN, "sms")
    says(phones, maya, "STOP", "sms")
    assert on_top(phones)[0], "before a graver one that can still be reached"
    [flag] = phones.rows(Flag, Flag.conversation_id == maya, Flag.kind == FlagKind.UNDELIVERED)
    phones.beat()
    pages = [page for page in phones.pages() if page.flag_id == flag.id]
    assert [page.status for page in pages] == [PageStatus.ACCEPTED]
    assert len(mail.to("ana")) == 3


def test_a_crisis_line_to_a_dead_number_becomes_phone_this_patient_now_on_top(phones: PagerHouse, texts: Texts) -> None:
    texts.refuse = [(400, 21211)] * 10
    maya = phones.patient()
    says(phones, maya, PLAN, "sms")
    carry(phones)
    phone, reason = on_top(phones)
    assert phone
    assert reason.startswith("Phone this patient now")
    assert "21211" in reason


def test_a_browser_that_closed_before_it_showed_the_line_becomes_phone_this_patient_now(clinic: PagerHouse) -> None:
    maya = clinic.patient()
    says(clinic, maya, PLAN)
    clinic.beat()
    with clinic.store.read() as session:
        assert not read_queue(session, clinic.clock()).entries[0].phone_now
    clinic.beat(seconds=90)
    assert on_top(clinic)[0]
    assert len(clinic.rows(Page)) == 2, "and somebody is called for it"


def test_a_clinician_who_takes_over_and_is_slow_is_covered_once(clinic: PagerHouse) -> None:
    maya = clinic.patient()
    says(clinic, maya, PLAN)
    clinic.beat()
    with clinic.store.write() as session:
        take_over(session, clinic.act("ana", maya))
    clinic.beat(minutes=2, seconds=59)
    assert clinic.heard(maya, "human_idle") == []
    clinic.beat(seconds=1)
    assert len(clinic.heard(maya, "human_idle")) == 1
    clinic.beat(hours=1)
    assert len(clinic.heard(maya, "human_idle")) == 1, "once for each silence"


def test_a_clinician_who_writes_is_not_covered(clinic: PagerHouse) -> None:
    maya = clinic.patient()
    says(clinic, maya, PLAN)
    with clinic.store.write() as session:
        take_over(session, clinic.act("ana", maya))
    with clinic.store.write() as session:
        reply(session, clinic.act("ana", maya), "Maya, I'm here.")
    clinic.beat(minutes=10)
    assert clinic.heard(maya, "human_idle") == []


def test_where_somebody_reads_along_a_text_needs_a_second_thought(phones: PagerHouse) -> None:
    maya = phones.patient()
    says(phones, maya, "he pushed me down the stairs and i'm scared of him", "sms")
    with phones.store.write() as session:
        row = session.get_one(Conversation, maya)
        state = ProtocolState.from_dict(row.protocol)
        row.protocol = {**state.to_dict(), "unsafe_to_text": True}
    with pytest.raises(Unsafe), phones.store.write() as session:
        reply(session, phones.act("ana", maya), "How are you?")
    with phones.store.write() as session:
        reply(session, phones.act("ana", maya), "How are you?", despite=True)
    assert phones.heard(maya)[-1] == "How are you?"


def test_where_somebody_reads_along_taking_over_writes_nothing(phones: PagerHouse) -> None:
    maya = phones.patient()
    says(phones, maya, "he pushed me down the stairs and i'm scared of him", "sms")
    with phones.store.write() as session:
        row = session.get_one(Conversation, maya)
        row.protocol = {**ProtocolState.from_dict(row.protocol).to_dict(), "unsafe_to_text": True}
    before = phones.heard(maya)
    with phones.store.write() as session:
        take_over(session, phones.act("ana", maya))
    assert phones.heard(maya) == before
    with phones.store.write() as session:
        reply(session, phones.act("ana", maya), "How are you?", despite=True)
    assert phones.heard(maya) == [*before, "How are you?"], "the clinician's own words, and nothing before them"


def test_who_has_opted_out_of_texts_is_not_texted_that_somebody_came(phones: PagerHouse) -> None:
    maya = phones.patient()
    says(phones, maya, PLAN, "sms")
    with phones.store.write() as session:
        patient = session.get_one(Patient, session.get_one(Conversation, maya).patient_id)
        patient.sms_opted_out_at = phones.clock()
    with phones.store.write() as session:
        take_over(session, phones.act("ana", maya))
    assert phones.heard(maya, "human_joined") == []


def test_a_closed_event_ends_every_call(clinic: PagerHouse, mail: Mailbox) -> None:
    maya = clinic.crisis(5)
    clinic.beat()
    clinic.closes("ana", maya)
    clinic.beat(hours=2)
    assert len(mail.mails) == 1
    assert all(attempt.acknowledged_at for attempt in clinic.rows(PageAttempt))
