"""The gateway's promises on PostgreSQL, with two gateways at once."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import httpx
import psycopg
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.visitors import COOKIE
from gateway.delivery import Delivery
from gateway.errors import SendFailed
from gateway.outgoing import Outgoing
from store import Store, streams
from store.acts import Act, Content
from store.base import utc_now
from store.care import Flag, FlagKind, Page
from store.messages import Saying, add_outbound, lock_conversation
from store.outbox import advance, claim_due, mark_sent
from store.ownership import take_over
from store.people import Clinician, Patient
from store.signals import QUEUE, conversation_topic
from store.talk import Author, DeliveryStatus, Message, TurnStatus
from store.web_sessions import open_session
from store.wire import CHANNEL
from tests.gateway.house import PHONE, House, wait_until
from tests.gateway.twilio import Texts

Houses = tuple[House, House]
CRISIS = "i want to kill myself tonight"
SID = "SM5ba1f5aa1c0f4e6a9d6dd7bb4f0e9d31"


def at_once(*acts: Callable[[], object]) -> list[object]:
    """All at the same moment; answers with what each gave or met."""
    met: list[object] = [None] * len(acts)
    ready = threading.Barrier(len(acts))

    def run(place: int) -> None:
        ready.wait()
        try:
            met[place] = acts[place]()
        except Exception as fault:
            met[place] = fault

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return met


def outbound(house: House) -> list[Message]:
    return [one for one in house.messages() if not one.inbound]


def all_out(house: House) -> bool:
    done = all(one.turn_status not in (TurnStatus.DUE, TurnStatus.ASKING) for one in house.messages())
    return done and all(one.delivery_status not in (DeliveryStatus.DUE, DeliveryStatus.SENDING) for one in outbound(house))


def counted(house: House, table: type[object]) -> int:
    return house.read(lambda session: session.scalar(select(func.count()).select_from(table)) or 0)


def clinician(store: Store) -> str:
    with store.write() as session:
        return clinician_in(session)


def clinician_in(session: Session) -> str:
    ana = Clinician(email="ana@clinic.example", name="Ana", password_hash="-")
    session.add(ana)
    session.flush()
    return ana.id


def act_of(house: House, clinician_id: str) -> Act:
    parts = house.app.state.parts
    return Act(clinician_id, house.conversation().id, utc_now(), Content(parts.clinical, parts.wording))


def test_the_same_webhook_at_both_gateways_at_once_is_one_message_one_flag_one_page(houses: Houses, texts: Texts) -> None:
    answers = at_once(*(lambda house=house: house.text(CRISIS, SID) for house in (*houses, *houses)))
    assert [getattr(answer, "status_code", answer) for answer in answers] == [200] * 4
    wait_until(lambda: all_out(houses[0]) and bool(outbound(houses[0])), 60)
    assert [one.text for one in houses[0].messages() if one.inbound] == [CRISIS]
    assert (counted(houses[0], Flag), counted(houses[0], Page)) == (1, 1)
    assert texts.bodies(PHONE) == [one.text for one in outbound(houses[0])]


def test_two_first_texts_of_an_unknown_number_make_one_patient(houses: Houses, texts: Texts) -> None:
    stranger = "+15550100177"
    calls = [(houses[number % 2], f"SM{number:032x}") for number in range(4)]
    answers = at_once(*(lambda house=house, sid=sid: house.text("who is this", sid, phone=stranger) for house, sid in calls))
    assert [getattr(answer, "status_code", answer) for answer in answers] == [200] * 4
    assert counted(houses[0], Patient) == 2
    wait_until(lambda: bool(texts.bodies(stranger)))


def test_texts_go_out_once_and_in_order_whoever_carries_them(houses: Houses, texts: Texts) -> None:
    for number in range(5):
        assert houses[number % 2].text(f"question number {number}", f"SM{number}").status_code == 200
    wait_until(lambda: all_out(houses[0]), 60)
    assert [one.seq for one in houses[0].messages()] == list(range(1, houses[0].conversation().last_seq + 1))
    assert texts.bodies(PHONE) == [one.text for one in outbound(houses[0])]


def test_a_row_is_claimed_once(houses: Houses) -> None:
    """Without the gateways' own beats in between: a conversation per claim, more claims than gateways."""
    store = houses[0].store
    later = utc_now() + timedelta(hours=1)
    with store.write() as session:
        row = lock_conversation(session, houses[0].conversation().id)
        ours = {add_outbound(session, row, Saying(f"line {n}", Author.SYSTEM), channel="sms", at=later).id for n in range(3)}

    def claim(worker: str) -> list[str]:
        with store.write() as session:
            return [one.id for one in claim_due(session, worker, timedelta(seconds=30), later + timedelta(seconds=1))]

    claimed = [found for name in "abcdef" for found in at_once(*(lambda w=name + str(n): claim(w) for n in range(2)))]
    assert sum(len(one) for one in claimed if isinstance(one, list)) == 1, "the second line waits for the first"
    assert {identity for one in claimed if isinstance(one, list) for identity in one} < ours


def test_a_console_here_sees_what_was_raised_there_without_looking_by_itself(houses: Houses, monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = houses
    monkeypatch.setattr(streams, "LOOK_AGAIN_SECONDS", 60.0)
    with here.store.write() as session:
        token = open_session(session, clinician_in(session), utc_now())
    with httpx.Client(cookies={COOKIE: token}, timeout=30) as console, console.stream("GET", f"{here.url}/console/events") as lines:
        changes = (line for line in lines.iter_lines() if line == "event: changed")
        next(changes)  # how it stands
        assert there.text(CRISIS, SID).status_code == 200
        next(changes)
    assert counted(here, Flag) == 1


def test_nothing_but_ids_goes_over_the_wire(houses: Houses, postgres: object) -> None:
    url = houses[0].settings.database_url.replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as listener:
        listener.execute(f"LISTEN {CHANNEL}")
        houses[0].text(f"{CRISIS} and my name is Maya Lindqvist", SID)
        payloads = [one.payload for one in listener.notifies(timeout=3, stop_after=2)]
    topic = conversation_topic(houses[0].conversation().id)
    assert any(topic in one for one in payloads)
    known = {topic, QUEUE, "texts"}
    assert all(set(one.split()[1:]) <= known for one in payloads)


@pytest.mark.parametrize("status", [DeliveryStatus.DELIVERED, DeliveryStatus.FAILED])
def test_a_report_that_overtakes_the_mark_stays(houses: Houses, status: DeliveryStatus) -> None:
    """The provider's report is written by one gateway while the other is about to note that the text was taken."""
    store = houses[0].store
    with store.write() as session:
        row = lock_conversation(session, houses[0].conversation().id)
        identity = add_outbound(session, row, Saying("a line", Author.SYSTEM), channel="sms", at=utc_now() + timedelta(hours=1)).id
    with store.write() as session:
        message = session.get_one(Message, identity)
        message.delivery_status, message.claimed_by = DeliveryStatus.SENDING, "a"
    reported, marking = threading.Event(), threading.Event()

    def report() -> None:
        with store.write() as session:
            message = session.get_one(Message, identity, with_for_update=True)
            marking.set()
            time.sleep(0.3)
            assert advance(message, status)
        reported.set()

    def mark() -> None:
        marking.wait(5)
        with store.write() as session:
            mark_sent(session, identity, "a", "SM1")

    at_once(report, mark)
    assert reported.is_set()
    with store.read() as session:
        assert session.get_one(Message, identity).delivery_status == status


def test_what_the_bot_was_saying_when_a_person_came_is_not_tried_again(houses: Houses, texts: Texts) -> None:
    """The provider refuses the bot's line; before its second try a clinician takes over."""
    house = houses[0]
    me, conversation = clinician(house.store), house.conversation().id
    with house.store.write() as session:
        row = lock_conversation(session, conversation)
        line = add_outbound(session, row, Saying("the bot's line", Author.BOT), channel="sms", at=utc_now() + timedelta(hours=1))
        line.delivery_status, line.claimed_by, line.attempts = DeliveryStatus.SENDING, "doomed", 1
        line.claimed_until = utc_now() - timedelta(seconds=1)  # its gateway has died
        with_line = line.id
        take_over(session, act_of(house, me))
    wait_until(lambda: all_out(house), 60)
    [bot] = [one for one in house.messages() if one.id == with_line]
    assert bot.delivery_status == DeliveryStatus.CANCELLED
    assert "the bot's line" not in texts.bodies(PHONE)


def test_a_text_left_behind_after_a_refusal_is_asked_about_before_it_is_sent_again(houses: Houses, texts: Texts) -> None:
    """Refused once, then taken by the provider while its gateway died: the row still carries the old refusal's code."""
    house = houses[0]
    texts.take(PHONE, "a line")
    with house.store.write() as session:
        row = lock_conversation(session, house.conversation().id)
        line = add_outbound(session, row, Saying("a line", Author.SYSTEM), channel="sms", at=utc_now() - timedelta(seconds=5))
        line.delivery_status, line.claimed_by, line.attempts, line.error_code = DeliveryStatus.SENDING, "doomed", 2, "20503"
        line.claimed_until = utc_now() - timedelta(seconds=1)
    wait_until(lambda: all_out(house), 60)
    assert texts.bodies(PHONE) == ["a line"]


def test_a_gateway_whose_claim_has_passed_on_marks_nothing(houses: Houses) -> None:
    house = houses[0]
    with house.store.write() as session:
        row = lock_conversation(session, house.conversation().id)
        line = add_outbound(session, row, Saying("a line", Author.SYSTEM), channel="sms", at=utc_now() + timedelta(hours=1))
        line.delivery_status, line.claimed_by, line.attempts = DeliveryStatus.SENDING, "another gateway", 2
        line.claimed_until = utc_now() + timedelta(seconds=30)
        outgoing = Outgoing(line.id, row.id, PHONE, "a line", utc_now(), interrupted=False)
    delivery = Delivery(house.app.state.parts, sender=None)  # type: ignore[arg-type]  # nothing is sent here
    delivery._mark_failed(outgoing, SendFailed("unreachable", retryable=True))
    [kept] = [one for one in house.messages() if one.id == outgoing.message_id]
    assert (kept.delivery_status, kept.claimed_by) == (DeliveryStatus.SENDING, "another gateway")


def test_a_reader_sees_one_moment(houses: Houses) -> None:
    store, conversation = houses[0].store, houses[0].conversation().id

    def count(session: Session) -> int:
        return session.scalar(select(func.count()).select_from(Message)) or 0

    with store.read() as reading:
        before = count(reading)
        with store.write() as session:
            row = lock_conversation(session, conversation)
            add_outbound(session, row, Saying("a line", Author.SYSTEM), channel="web")
        assert count(reading) == before
    assert houses[0].read(count) == before + 1


def test_a_clinician_and_a_message_at_the_same_moment_do_not_lock_each_other_out(houses: Houses) -> None:
    me = clinician(houses[0].store)
    for number in range(6):
        house = houses[number % 2]

        def take(house: House = house) -> None:
            with house.store.write() as session:
                take_over(session, act_of(house, me))

        def say(house: House = house, number: int = number) -> int:
            return house.text(f"{CRISIS} {number}", f"SM{number}").status_code

        assert at_once(take, say) == [None, 200]
    kinds = houses[0].read(lambda session: list(session.scalars(select(Flag.kind))))
    assert kinds == [FlagKind.RISK]


def test_a_text_that_hangs_at_the_provider_delays_nobody_elses(houses: Houses, texts: Texts, monkeypatch: pytest.MonkeyPatch) -> None:
    take, stuck = texts.take, threading.Event()

    def hang(to: str, body: str) -> dict[str, object]:
        if to == PHONE:
            stuck.wait(8)
        return take(to, body)

    monkeypatch.setattr(texts, "take", hang)
    houses[0].text("can i drive tomorrow", SID)
    houses[0].text("can i drive tomorrow", "SM2", phone="+15550100177")
    wait_until(lambda: len(texts.bodies("+15550100177")) >= 3, 7, "the other patient waited too")
    assert texts.bodies(PHONE) == []
    stuck.set()
    wait_until(lambda: all_out(houses[0]), 60)
