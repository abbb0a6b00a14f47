"""Server-sent events over rows: what a browser missed is replayed by sequence number, gapless by construction."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from anyio import to_thread

from store.signals import Signals

KEEP_ALIVE_SECONDS = 15.0
LOOK_AGAIN_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """One event; `seq` becomes the event id that a browser sends back as Last-Event-ID."""

    name: str
    data: Any
    seq: int | None = None

    def encode(self) -> bytes:
        identity = f"id: {self.seq}\n" if self.seq is not None else ""
        return f"{identity}event: {self.name}\ndata: {json.dumps(self.data, ensure_ascii=False)}\n\n".encode()


Read = Callable[[int], tuple[Sequence[StreamEvent], int]]


async def stream(signals: Signals, topics: Sequence[str], after: int, read: Read, rest: float = 0.0) -> AsyncIterator[bytes]:
    """Yield what `read(after)` finds, wait for a wake-up, look again. `read` answers (events, new position).

    `rest`: so many seconds lie between two looks, however many wake-ups come; the first after a quiet while is looked at at once.
    """
    yield b"retry: 1000\n\n"
    quiet = 0.0
    async with signals.listen(*topics) as woken:
        while True:
            woken.clear()  # before reading: whatever commits from now on sets it again
            began = time.monotonic()
            events, after = await to_thread.run_sync(read, after)
            if events:
                yield b"".join(event.encode() for event in events)
            quiet = 0.0 if events else quiet + LOOK_AGAIN_SECONDS
            if quiet >= KEEP_ALIVE_SECONDS:
                quiet = 0.0
                yield b": still here\n\n"
            with suppress(TimeoutError):
                await asyncio.wait_for(woken.wait(), LOOK_AGAIN_SECONDS)
            await asyncio.sleep(max(0.0, began + rest - time.monotonic()))
