"""The soak, small: it runs in every test, and the judge is no rubber stamp. `make soak` is the large one."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bench.soak.__main__ import line
from bench.soak.judge import judge
from bench.soak.ledger import Ledger, Sent, Taken
from bench.soak.run import soak
from bench.soak.watch import keep_watch
from store import Store, open_store, read_settings
from store.attempts import CallChannel, PageAttempt
from store.base import utc_now
from store.care import Flag, FlagStatus, Page, PageStatus
from store.contacts import change_contact
from store.messages import Saying, add_inbound, add_outbound, lock_conversation
from store.on_call import Role
from store.people import Clinician
from store.schedule_changes import add_shift
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


def climbed(store: Store, lived: timedelta, *called: tuple[str, str]) -> list[str]:
    """What the judge says of an acknowledged page that called Ana and Ben, both primary, on these ways."""
    now = utc_now()
    with store.write() as session:
        people = {name: Clinician(email=f"{name}@clinic.example", name=name, password_hash="-") for name in ("ana", "ben")}
        session.add_all(people.values())
        session.flush()
        for one in people.values():
            add_shift(session, one.id, now, clinician_id=one.id, role=Role.PRIMARY, weekdays=range(7), starts=0, ends=0)
        change_contact(session, people["ben"].id, now, email="", phone="+12025550101", by_email=True, by_sms=True, region="US")
        ours = session.scalars(select(Conversation.id)).one()
        flag = Flag(conversation_id=ours, kind="risk", level=4, reason="A marker.", status=FlagStatus.ACKNOWLEDGED, opened_at=now - lived)
        session.add(flag)
        session.flush()
        page = Page(
            flag_id=flag.id, conversation_id=ours, status=PageStatus.ACKNOWLEDGED, level=4, step=int(bool(called)),
            due_at=now - lived, acknowledged_at=now,
        )  # fmt: skip
        session.add(page)
        session.flush()
        for name, way in called:
            session.add(
                PageAttempt(
                    key=f"{page.id}.0.{way}.{name}", page_id=page.id, clinician_id=people[name].id if name in people else None, channel=way,
                    role=Role.PRIMARY, step=0, status="failed", created_at=now, due_at=now,
                )
            )  # fmt: skip
    with store.read() as session:
        return sorted(what.partition(" ")[2].partition(" ")[2] for figure, what in judge(store, Ledger()).faults if figure == "lost_pages")


WHOLE = (("ana", CallChannel.EMAIL), ("ben", CallChannel.EMAIL), ("ben", CallChannel.SMS), ("clinic", CallChannel.WEBHOOK))


def test_the_judge_sees_a_pager_that_called_nobody(record: Store) -> None:
    assert climbed(record, timedelta(seconds=20)) == ["has called nobody in 20 s"]


def test_a_page_that_somebody_took_at_once_need_not_have_called(record: Store) -> None:
    assert climbed(record, timedelta(seconds=2)) == []


def test_the_judge_is_content_when_everybody_on_the_rung_was_called_by_every_way(record: Store) -> None:
    assert climbed(record, timedelta(seconds=20), *WHOLE) == []


@pytest.mark.parametrize("left_out", WHOLE)
def test_the_judge_sees_a_call_that_was_left_out(record: Store, left_out: tuple[str, str]) -> None:
    [fault] = climbed(record, timedelta(seconds=20), *(call for call in WHOLE if call != left_out))
    assert fault.endswith(f"by {left_out[1]} on rung 0")
