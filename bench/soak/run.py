"""The soak itself: everybody at once, until every crisis is closed and the house is quiet; then the judge."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from typing import Any

import httpx

from bench.soak.clinicians import Clinician, hire, look, waiting
from bench.soak.house import House, open_house
from bench.soak.judge import Verdict, judge, unfinished
from bench.soak.patients import Patient, admit, live_through, signed

AT_ONCE = 24
CONSOLES = 2
BACKLOG = 40
"""So many conversations that wait for a clinician are enough: then no further patient comes."""
PATIENCE = 240.0
"""Seconds for the house to come to rest after the last patient; then the judge looks at it as it is."""


def soak(url: str, crises: int, seed: str, haste: float, kills: tuple[float, float], most: int = 10_000) -> tuple[Verdict, House, float]:
    with open_house(url, seed, haste) as house:
        began = time.monotonic()
        asyncio.run(_live(house, crises, kills, most))
        verdict = judge(house.store, house.ledger)
        return verdict, house, time.monotonic() - began


async def _live(house: House, crises: int, kills: tuple[float, float], most: int) -> None:
    clinicians = [Clinician(house, email, house.dice(email)) for email in await asyncio.to_thread(hire, house)]
    patients = await asyncio.to_thread(admit, house, crises)
    await asyncio.gather(*(gateway.ready() for gateway in house.gateways))
    await asyncio.gather(*(one.log_in() for one in clinicians))
    beside: list[Coroutine[Any, Any, None]] = [
        house.kill_now_and_then(kills, most), _report(house), _count(house), *(one.work() for one in clinicians),
        *(one.keep_a_console_open() for one in clinicians[:CONSOLES]),
    ]  # fmt: skip
    async with asyncio.TaskGroup() as group:
        for one in beside:
            group.create_task(one)
        await _all_live(house, patients)


async def _all_live(house: House, patients: list[Patient]) -> None:
    gate = asyncio.Semaphore(AT_ONCE)

    async def live(patient: Patient, browsers: asyncio.TaskGroup) -> None:
        async with gate:
            while house.waiting > BACKLOG:
                await asyncio.sleep(0.2)
            await live_through(patient, browsers)

    async with asyncio.TaskGroup() as browsers:
        async with asyncio.TaskGroup() as living:
            for patient in patients:
                living.create_task(live(patient, browsers))
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and await asyncio.to_thread(_busy, house):
            await asyncio.sleep(0.3)
        house.finished.set()


async def _count(house: House) -> None:
    while not house.finished.is_set():
        house.waiting = await asyncio.to_thread(waiting, house)
        house.views = await asyncio.to_thread(look, house)
        await asyncio.sleep(0.3)


def _busy(house: House) -> bool:
    with house.store.read() as session:
        return bool(unfinished(session))


async def _report(house: House) -> None:
    """What became of the texts: Twilio says it late, to either gateway, and now and then twice."""
    dice = house.dice("reports")
    running: set[asyncio.Task[None]] = set()

    async def tell(report: dict[str, str]) -> None:
        await asyncio.sleep(dice.uniform(0, 2) ** 2 / house.haste)
        path = f"/sms/twilio/status?message={report['message']}"
        form = {name: value for name, value in report.items() if name != "message"}
        answer: httpx.Response = await house.ask(dice, "POST", path, data=form, headers=signed(house, path, form))
        assert answer.status_code == 204, answer.status_code

    while not house.finished.is_set():
        while not house.providers.reports.empty():
            task = asyncio.create_task(tell(house.providers.reports.get()))
            running.add(task)
            task.add_done_callback(running.discard)
        await asyncio.sleep(0.1)
    await asyncio.gather(*running)
