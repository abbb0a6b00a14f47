"""The daily test of the alert: everything after its first sentence is real."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from gateway.clock import Clock as Timers
from gateway.drill import Drills
from gateway.paging import calls
from gateway.parts import Parts
from launch.serve import build_app
from store import read_settings
from store.acts import Act, Content
from store.attempts import PageAttempt
from store.care import Flag, FlagKind, Page
from store.dispositions import Closing, close_flag
from store.drills import Drill, last_done, missed_now, next_time, plan, planned, run_now
from store.messages import lock_conversation
from store.ownership import acknowledge
from store.people import Clinician, Patient
from store.talk import Message
from tests.console.house import DANA, fresh_record
from tests.gateway.house import environ

NOON = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)  # noon at the clinic


@dataclass
class Wall:
    now: datetime = field(default=NOON)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Quiet:
    """A gateway that is never served: its beats are called by hand."""

    parts: Parts
    wall: Wall
    clinician: str

    def beat(self) -> None:
        for sweep in (Drills(self.parts).sweep, Timers(self.parts).sweep):
            with ThreadPoolExecutor(1) as aside:  # a browser's loop may be running in this thread
                aside.submit(lambda sweep=sweep: asyncio.run(sweep())).result()

    def rows[T](self, table: type[T]) -> list[T]:
        with self.parts.store.read() as session:
            return list(session.scalars(select(table)))

    def tests(self) -> list[Drill]:
        return sorted(self.rows(Drill), key=lambda one: one.due_at)

    def take(self) -> None:
        """ "I've got it"."""
        [patient] = [one for one in self.rows(Patient) if one.test]
        [flag] = [one for one in self.rows(Flag) if one.kind == FlagKind.RISK]
        assert patient
        content = Content(self.parts.clinical, self.parts.wording)
        with self.parts.store.write() as session:
            acknowledge(session, Act(self.clinician, flag.conversation_id, self.wall.now, content))


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Quiet]:
    settings = read_settings(environ(tmp_path, 8099))
    (tmp_path / "afterglow.db").write_bytes(fresh_record())
    wall = Wall()
    parts = replace(build_app(settings).state.parts, now=wall)
    with parts.store.write() as session:
        who = session.scalars(select(Clinician.id).where(Clinician.email == DANA)).one()
        run_now(session, who, wall.now)
    yield Quiet(parts, wall, who)
    parts.store.close()


def test_it_is_screened_flagged_and_paged_like_a_real_one_and_marked_as_a_test(gateway: Quiet) -> None:
    gateway.beat()
    [flag] = gateway.rows(Flag)
    [page] = gateway.rows(Page)
    assert (flag.level, flag.kind, page.flag_id) == (5, FlagKind.RISK, flag.id)
    [patient] = [one for one in gateway.rows(Patient) if one.test]
    assert patient.name is not None
    assert patient.name.startswith("TEST")
    assert any(one.text.startswith("TEST") for one in gateway.rows(Message))


def test_beats_after_the_first_say_nothing_again(gateway: Quiet) -> None:
    for _ in range(3):
        gateway.beat()
    assert len([one for one in gateway.rows(Message) if one.author == "patient"]) == 1


def test_a_gateway_that_died_before_the_sentence_says_it_after_all_and_once(gateway: Quiet, monkeypatch: pytest.MonkeyPatch) -> None:
    def died(*_given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("gateway.drill.receive", died)
        with pytest.raises(KeyboardInterrupt):
            Drills(gateway.parts)._sweep()
    assert gateway.tests()[0].started_at is not None
    assert gateway.rows(Flag) == []
    gateway.beat()
    gateway.beat()
    assert len(gateway.rows(Flag)) == 1


def test_the_time_to_ive_got_it_is_kept(gateway: Quiet) -> None:
    gateway.beat()
    gateway.wall.forward(minutes=2, seconds=30)
    gateway.take()
    gateway.beat()
    with gateway.parts.store.read() as session:
        [done] = last_done(session)
    assert done.took == timedelta(minutes=2, seconds=30)
    assert (done.drill.missed_at, done.drill.ended_at) == (None, gateway.wall.now)


def test_one_that_nobody_takes_in_time_alarms_until_somebody_does(gateway: Quiet) -> None:
    gateway.beat()
    gateway.wall.forward(minutes=5, seconds=1)
    gateway.beat()
    with gateway.parts.store.read() as session:
        assert missed_now(session) == 1
    gateway.take()
    gateway.beat()
    with gateway.parts.store.read() as session:
        assert missed_now(session) == 0
        [done] = last_done(session)
    assert done.drill.missed_at is not None, "it stays on record as missed"


def test_an_alert_that_does_not_even_come_is_missed_too(gateway: Quiet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.drill.receive", lambda *_given: None)
    gateway.beat()
    gateway.wall.forward(minutes=5, seconds=1)
    gateway.beat()
    assert gateway.tests()[0].missed_at is not None


def test_no_browser_has_to_have_shown_the_answers(gateway: Quiet) -> None:
    gateway.beat()
    gateway.wall.forward(minutes=3)
    gateway.beat()
    assert {one.kind for one in gateway.rows(Flag)} == {FlagKind.RISK}


def test_a_daily_one_writes_the_next_down_when_it_begins(gateway: Quiet) -> None:
    with gateway.parts.store.write() as session:
        plan(session, gateway.clinician, "12:30", "America/New_York", gateway.wall.now)
    gateway.beat()
    gateway.wall.forward(minutes=31)
    gateway.beat()
    with gateway.parts.store.read() as session:
        ahead = planned(session)
    assert ahead is not None
    assert ahead.due_at == datetime(2026, 11, 26, 17, 30, tzinfo=UTC)


def test_the_clinics_clock_counts_also_when_it_is_put_back() -> None:
    before = datetime(2026, 10, 31, 20, 0, tzinfo=UTC)  # summer time ends in the night
    assert next_time("10:30", "America/New_York", before) == datetime(2026, 11, 1, 15, 30, tzinfo=UTC)


def test_a_follow_up_comes_back_and_says_what_was_decided(gateway: Quiet) -> None:
    gateway.beat()
    [flag] = gateway.rows(Flag)
    act = Act(gateway.clinician, flag.conversation_id, gateway.wall.now, Content(gateway.parts.clinical, gateway.parts.wording))
    with gateway.parts.store.write() as session:
        lock_conversation(session, flag.conversation_id)
        close_flag(session, act, flag.id, Closing("unreachable", follow_up_at=gateway.wall.now + timedelta(hours=2)))
    gateway.wall.forward(hours=2, minutes=1)
    gateway.beat()
    [again] = [one for one in gateway.rows(Flag) if one.kind == FlagKind.FOLLOW_UP]
    assert again.reason == "Follow-up is due. Dana Reyes closed the event with: Unreachable (set the next attempt)."


def test_the_call_says_that_it_is_a_test_and_is_otherwise_like_any_other(gateway: Quiet) -> None:
    gateway.beat()
    [page] = gateway.rows(Page)
    attempt = PageAttempt(id="a" * 32, key="k", page_id=page.id, channel="email", role="primary", tries=1, due_at=NOON, created_at=NOON)
    with gateway.parts.store.read() as session:
        alert = calls._alert(gateway.parts, session, attempt)
    assert alert.text.startswith("TEST of the alert: no patient waits")
    assert len(f"{alert.text} ({alert.mark})") <= 160, "one text message"
    assert (alert.subject, alert.quiet, alert.test) == ("TEST of the alert: no patient waits. Please take it", False, False)
