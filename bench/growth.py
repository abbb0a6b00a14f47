"""(d) The answer time of one conversation after 10, 1,000 and 10,000 messages."""

from __future__ import annotations

import asyncio
from typing import Any

from bench.house import patient
from bench.messages import MESSAGES
from bench.numbers import summary
from bench.people import entry_links, record, with_past
from launch.stack import Stack

PASTS = (10, 1_000, 10_000)
TURNS = 30


def long_conversations(stack: Stack) -> dict[str, Any]:
    """The three take turns, so that a slow moment of the machine meets all of them."""
    store = record(stack)
    links = dict(zip(PASTS, entry_links(store, len(PASTS), "growth"), strict=True))
    for past, link in links.items():
        with_past(store, link, past)
    store.close()
    taken = asyncio.run(_talk(stack, links))
    first = summary(taken[PASTS[0]])["p50"]
    return {str(past): {**summary(seconds), "to_first": round(summary(seconds)["p50"] / first, 2)} for past, seconds in taken.items()}


async def _talk(stack: Stack, links: dict[int, str]) -> dict[int, list[float]]:
    taken: dict[int, list[float]] = {past: [] for past in links}
    async with patient(stack.url, links[10]) as a, patient(stack.url, links[1_000]) as b, patient(stack.url, links[10_000]) as c:
        for turn in range(TURNS):
            for past, one in zip(PASTS, (a, b, c), strict=True):
                seconds = await one.say(MESSAGES[turn % len(MESSAGES)])
                if turn:
                    taken[past].append(seconds)
    return taken
