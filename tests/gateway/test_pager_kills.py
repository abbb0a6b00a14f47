"""Killing the pager between any two of its steps neither loses nor doubles a call; two of them do not call twice."""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.paging.calls import release_calls
from launch.postgres import throwaway_postgres
from store import open_store, read_settings
from store.attempts import AttemptStatus
from store.care import PageStatus
from store.schema import migrate
from tests.gateway.dying import killed
from tests.gateway.pager_house import Mailbox, PagerHouse, Service, environ, furnish, open_pager, pager_service, ways

MOMENTS = {
    "climb": ("before", "inside", "after"),
    "claim": ("inside", "after"),
    "send": ("before", "after"),
    "accept": ("before", "inside", "after"),
}
POINTS = [(step, moment) for step, moments in MOMENTS.items() for moment in moments]


@pytest.fixture
def service() -> Iterator[Service]:
    with pager_service() as service:
        yield service


def started_again(house: PagerHouse) -> PagerHouse:
    """As the gateway does when it is alone with its record."""
    with house.store.write() as session:
        release_calls(session)
    return PagerHouse(house.parts, house.clock, house.another_pager(), house.people)


def ids(mail: Mailbox) -> Counter[str]:
    return Counter(str(one["Message-ID"]) for _, one in mail.mails)


@pytest.mark.parametrize(("step", "moment"), POINTS)
def test_somebody_is_called_once_and_the_patient_is_told_once(step: str, moment: str, tmp_path: Path, mail: Mailbox) -> None:
    house = open_pager(tmp_path, **ways(mail, None))
    maya = house.crisis(5)
    killed(house, step, moment)
    again = started_again(house)
    again.beat(seconds=1)
    assert mail.mails, "nobody was called"
    assert max(ids(mail).values()) == 1
    assert len(again.heard(maya, "page_accepted")) == 1
    [page] = again.pages()
    assert page.status == PageStatus.ACCEPTED
    again.beat(minutes=2, seconds=59)
    assert max(ids(mail).values()) == 1
    called = {name for name in ("ana", "ben", "cleo", "dan") if mail.to(name)}
    assert called in ({"ana"}, {"ben"}, {"ana", "ben"}), "at most the next rung was called early"


@pytest.mark.parametrize("moment", ["before", "inside", "after"])
def test_a_refused_call_is_not_forgotten(moment: str, tmp_path: Path, mail: Mailbox) -> None:
    mail.refuse = {"ana": ["550 no such person, always"]}
    house = open_pager(tmp_path, **ways(mail, None))
    house.crisis(5)
    killed(house, "refuse", moment)
    again = started_again(house)
    again.beat(seconds=1)
    assert (len(mail.to("ana")), len(mail.to("ben"))) == (0, 1)


@pytest.mark.parametrize("moment", ["before", "inside", "after"])
def test_the_truth_is_told_once(moment: str, tmp_path: Path) -> None:
    house = open_pager(tmp_path)
    maya = house.crisis(5)
    house.clock.forward(seconds=41)
    killed(house, "tell the patient", moment)
    again = started_again(house)
    again.beat()
    assert len(again.heard(maya, "page_failed")) == 1
    again.beat(minutes=1)
    assert len(again.heard(maya, "page_failed")) == 1


@pytest.mark.parametrize(("step", "moment"), [("claim", "after"), ("accept", "before")])
def test_a_pager_service_hears_again_under_the_same_key(step: str, moment: str, tmp_path: Path, service: Service) -> None:
    house = open_pager(tmp_path, **ways(None, service))
    house.crisis(5)
    killed(house, step, moment)
    started_again(house).beat(seconds=1)
    keys = [headers["Idempotency-Key"] for headers, _ in service.events]
    assert len(keys) == (1 if step == "claim" else 2)
    assert len(set(keys)) == 1


def test_a_gateway_that_dies_beside_another_leaves_its_call_to_it_after_the_lease(tmp_path: Path, mail: Mailbox) -> None:
    house = open_pager(tmp_path, **ways(mail, None))
    house.crisis(5)
    killed(house, "claim", "after")
    other = PagerHouse(house.parts, house.clock, house.another_pager(), house.people)
    other.beat(seconds=29)
    assert mail.mails == [], "it may still be at it"
    other.beat(seconds=2)
    assert [bool(mail.to(name)) for name in ("ana", "ben")] == [False, True]
    assert [call.status for call in other.attempts()] == [AttemptStatus.UNSURE, AttemptStatus.ACCEPTED]


def test_two_gateways_on_postgresql_do_not_call_twice(tmp_path: Path, mail: Mailbox) -> None:
    with throwaway_postgres() as url:
        settings = read_settings(environ(tmp_path, DATABASE_URL=url, **ways(mail, None)))
        migrate(open_store(settings).engine)
        house = furnish(settings, open_store(settings))
        patients = [house.crisis(5) for _ in range(12)]
        faults: list[BaseException] = []

        def work(pager_house: PagerHouse, ready: threading.Barrier) -> None:
            try:
                ready.wait()
                for _ in range(3):
                    asyncio.run(pager_house._beat())
            except BaseException as fault:
                faults.append(fault)

        for _ in range(3):
            ready = threading.Barrier(2)
            houses = [PagerHouse(house.parts, house.clock, house.another_pager(), house.people) for _ in range(2)]
            threads = [threading.Thread(target=work, args=(one, ready)) for one in houses]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(60)
            house.clock.forward(minutes=3)
        assert faults == []
        assert max(ids(mail).values()) == 1
        assert [len(mail.to(name)) for name in ("ana", "ben", "cleo")] == [12, 12, 12]
        assert [len(house.heard(one, "page_accepted")) for one in patients] == [1] * 12
        house.store.close()
