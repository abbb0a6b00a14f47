"""(a) The same messages through the gateway and straight into the same Rasa, alternating, at 1, 8 and 32 patients at a time."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from typing import Any

import httpx

from bench.house import Patient, patient
from bench.messages import MESSAGES
from bench.numbers import summary
from bench.people import entry_links, record
from launch.stack import Stack

TOTAL, BLOCKS = 200, 8
Talk = Callable[[str], Awaitable[float]]


async def through_the_gateway(stack: Stack) -> dict[str, Any]:
    return {str(width): await _at_width(stack, width) for width in (1, 8, 32)}


async def _at_width(stack: Stack, width: int) -> dict[str, Any]:
    """Fresh patients a block, so that neither side carries a longer conversation than the other."""
    taken: dict[str, list[float]] = {"gateway": [], "rasa": []}
    spent = {"gateway": 0.0, "rasa": 0.0}
    store = record(stack)
    for block in range(-1, BLOCKS):  # the first round only warms up
        for side in ("gateway", "rasa") if block % 2 else ("rasa", "gateway"):
            links = entry_links(store, width, f"{side} {width} {block}")
            async with AsyncExitStack() as open_:
                talks = [await _talk(open_, stack, side, link) for link in links]
                began = time.perf_counter()
                seconds = await _say_all(talks, TOTAL // BLOCKS)
                if block >= 0:
                    spent[side] += time.perf_counter() - began
                    taken[side] += seconds
    store.close()
    ours, theirs = summary(taken["gateway"]), summary(taken["rasa"])
    rates = {side: round(len(taken[side]) / spent[side], 1) for side in taken}
    ratio = {name: round(ours[name] / theirs[name], 2) for name in ours}
    return {"gateway_ms": ours, "rasa_ms": theirs, "ratio": ratio, "messages_per_second": rates}


async def _talk(open_: AsyncExitStack, stack: Stack, side: str, link: str) -> Talk:
    if side == "gateway":
        one: Patient = await open_.enter_async_context(patient(stack.url, link))
        return one.say
    client = await open_.enter_async_context(httpx.AsyncClient(timeout=60))
    return _straight(client, stack.rasa_url)


def _straight(client: httpx.AsyncClient, url: str) -> Talk:
    sender = uuid.uuid4().hex
    metadata = {"channel": "web", "locale": "en", "place": None, "offer": ["M4"], "choice": None, "hours_since_dose": 24.0}

    async def say(text: str) -> float:
        began = time.perf_counter()
        body = {"sender": sender, "message": text, "metadata": metadata}
        answer = await client.post(f"{url}/webhooks/rest/webhook", json=body)
        assert answer.json(), "Rasa answered nothing"
        return time.perf_counter() - began

    return say


async def _say_all(talks: Sequence[Talk], count: int) -> list[float]:
    """Every talk says its share, one message after the other."""
    queue = [MESSAGES[number % len(MESSAGES)] for number in range(count)]
    shares = [queue[place :: len(talks)] for place in range(len(talks))]

    async def one(talk: Talk, texts: Sequence[str]) -> list[float]:
        return [await talk(text) for text in texts]

    return [second for share in await asyncio.gather(*map(one, talks, shares)) for second in share]
