"""The soak, small: it runs in every test, and the judge is no rubber stamp. `make soak` is the large one."""

from pathlib import Path

import pytest
from sqlalchemy import select

from bench.soak.__main__ import line
from bench.soak.judge import judge
from bench.soak.ledger import Ledger, Sent, Taken
from bench.soak.run import soak
from bench.soak.watch import keep_watch
from store import Store, open_store, read_settings
from store.base import utc_now
from store.messages import Saying, add_inbound, add_outbound, lock_conversation
from store.talk import Author, Conversation, DeliveryStatus, Owner
from tests.gateway.house import environ, prepare
from tests.soak.conftest import Postgres

BRISK = 6.0


def test_crises_under_random_faults_lose_double_and_disorder_nothing(postgres: Postgres) -> None:
    verdict, house, seconds = soak(postgres.fresh(), 8, "in the tests", BRISK, kills=(1, 2), most=1)
    assert verdict.faults == [], line(verdict, 8, seconds)
    assert verdict.crises >= 8
    assert house.ledger.seen["kill -9"] >= 1, "nothing was put to the test"
    assert house.ledger.taken
    assert house.ledger.mails


@pytest.fixture
def record(tmp_path: Path, postgres: Postgres) -> Store:
    settings = read_settings(environ(tmp_path, 9, DATABASE_URL=postgres.fresh()))
    prepare(settings)
    store = open_store(settings)
    keep_watch(store)
    return store


def figures(store: Store, ledger: Ledger) -> dict[str, int]:
    return {name: number for name, number in judge(store, ledger).figures.items() if number}


def test_the_judge_sees_what_was_lost_doubled_and_out_of_order(record: Store) -> None:
    ledger = Ledger()
    with record.write() as session:
        conversation = session.scalars(select(Conversation)).one()
        row = lock_conversation(session, conversation.id)
        now = utc_now()
        add_inbound(session, row, text="a crisis", channel="sms", external_id="SM1", choice=None, at=now)
        first = add_outbound(session, row, Saying("one", Author.PROTOCOL, crisis=True), at=now)
        second = add_outbound(session, row, Saying("two", Author.BOT), at=now)
        third = add_outbound(session, row, Saying("three", Author.SYSTEM), at=now)
        first.delivery_status, second.delivery_status = DeliveryStatus.FAILED, DeliveryStatus.SENT
        session.flush()
        identity, rows = conversation.id, (second.id, third.id)
    ledger.sent += [Sent(identity, "SM1", "a crisis", True), Sent(identity, "SM2", "never recorded", False)]
    at = utc_now().timestamp()
    ledger.taken += [Taken(row, "+1555", "", "SM9", at + n, True) for n, row in enumerate((rows[1], rows[0], rows[1]))]
    ledger.replies.append(("once", identity))
    assert figures(record, ledger) == {
        "lost_messages": 1, "lost_flags": 1, "lost_texts": 1, "doubled_texts": 1, "out_of_order": 1, "lost_replies": 1,
        "undelivered_unflagged": 1,
    }  # fmt: skip


def test_the_judge_sees_a_bot_that_speaks_over_a_person(record: Store) -> None:
    with record.write() as session:
        row = lock_conversation(session, session.scalars(select(Conversation.id)).one())
        add_outbound(session, row, Saying("before", Author.BOT), channel="web")
        row.owner = Owner.HUMAN
    assert figures(record, Ledger()) == {}
    with record.write() as session:
        row = lock_conversation(session, session.scalars(select(Conversation.id)).one())
        add_outbound(session, row, Saying("over them", Author.BOT), channel="web")
    assert figures(record, Ledger()) == {"bot_over_human": 1}
