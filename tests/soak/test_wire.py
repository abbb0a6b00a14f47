"""Gateways wake each other by LISTEN/NOTIFY: a hint, never the truth."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from anyio import to_thread
from sqlalchemy import Engine, text

from store import open_store, read_settings
from store.signals import ANYTHING, QUEUE, Signals, conversation_topic
from store.wire import LONGEST, Wire
from tests.gateway.house import environ
from tests.gateway.pager_house import awaited
from tests.soak.conftest import Postgres

SOON = 10


@pytest.fixture
def engine(tmp_path: Path, postgres: Postgres) -> Iterator[Engine]:
    store = open_store(read_settings(environ(tmp_path, 9, DATABASE_URL=postgres.fresh())))
    yield store.engine
    store.close()


@asynccontextmanager
async def ends(engine: Engine, count: int = 2) -> AsyncIterator[list[Signals]]:
    """So many gateways' signals, joined."""
    signals = [Signals() for _ in range(count)]
    wires = [Wire(engine, one) for one in signals]
    for one, wire in zip(signals, wires, strict=True):
        one.attach(asyncio.get_running_loop())
        wire.start()
    for wire in wires:
        assert await to_thread.run_sync(wire.listening.wait, SOON)
    await asyncio.sleep(0.1)  # the wake-up of the beginning has passed
    try:
        yield signals
    finally:
        for wire in wires:
            await to_thread.run_sync(wire.stop)


def test_what_is_announced_here_wakes_who_waits_there_and_nobody_else(engine: Engine) -> None:
    async def scene() -> None:
        async with ends(engine, 3) as (here, there, elsewhere):
            topic = conversation_topic("c" * 32)
            async with there.listen(topic) as woken, elsewhere.listen(QUEUE) as other, elsewhere.listen(ANYTHING) as any_:
                here.announce(topic)
                await asyncio.wait_for(woken.wait(), SOON)
                await asyncio.wait_for(any_.wait(), SOON)
                assert not other.is_set()

    awaited(scene)


def test_a_gateway_does_not_wake_itself_a_second_time(engine: Engine) -> None:
    async def scene() -> None:
        async with ends(engine) as (here, there), here.listen(QUEUE) as mine, there.listen(QUEUE) as theirs:
            here.announce(QUEUE)
            await asyncio.wait_for(theirs.wait(), SOON)
            await asyncio.sleep(0.05)
            assert mine.is_set()
            mine.clear()
            await asyncio.sleep(0.3)
            assert not mine.is_set()

    awaited(scene)


def test_a_thousand_topics_at_once_all_arrive(engine: Engine) -> None:
    """More than one NOTIFY may carry."""

    async def scene() -> None:
        topics = [conversation_topic(f"{number:032x}") for number in range(1000)]
        assert sum(map(len, topics)) > 3 * LONGEST
        async with ends(engine) as (here, there), there.listen(topics[0]) as first, there.listen(topics[-1]) as last:
            here.announce(*topics)
            await asyncio.wait_for(first.wait(), SOON)
            await asyncio.wait_for(last.wait(), SOON)

    awaited(scene)


def test_a_wire_that_broke_is_mended_and_whoever_waits_looks_at_once(engine: Engine) -> None:
    async def scene() -> None:
        async with ends(engine) as (here, there), there.listen(QUEUE) as woken:
            await to_thread.run_sync(cut, engine)
            await asyncio.wait_for(woken.wait(), SOON)  # nobody announced anything: something may have been missed
            woken.clear()
            for _ in range(SOON * 10):
                here.announce(QUEUE)
                await asyncio.sleep(0.1)
                if woken.is_set():
                    return
            raise AssertionError("the wire stayed broken")

    awaited(scene)


def cut(engine: Engine) -> None:
    """Every connection to this database but our own, as a restart of PostgreSQL would."""
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with engine.connect() as connection:
        connection.execute(text(others))
