"""The whole house on free ports, with Rasa, and a patient's browser that measures."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx

from launch.stack import Stack

HEADERS = {"X-Afterglow": "1"}


@contextmanager
def house(folder: Path) -> Iterator[Stack]:
    """A demo clinic for the clinician's login; patients of the benchmarks come by entry links of their own."""
    with Stack(folder, demo=True) as stack:
        yield stack


class Patient:
    """One browser with its stream open. `say` answers with the seconds until the first line that answers."""

    def __init__(self, client: httpx.AsyncClient, url: str) -> None:
        self._client, self._url = client, url
        self._waiting: dict[int, asyncio.Future[float]] = {}
        self._early: dict[int, float] = {}
        self.answered = 0

    async def listen(self, after: int) -> None:
        async with self._client.stream("GET", f"{self._url}/web/events?after={after}", timeout=None) as stream:
            name = ""
            async for line in stream.aiter_lines():
                if line.startswith("event: "):
                    name = line[7:]
                elif line.startswith("data: ") and name == "message":
                    self._hear(json.loads(line[6:]))

    def _hear(self, message: dict[str, Any]) -> None:
        now = time.perf_counter()
        if message["author"] == "patient":
            return
        self.answered = message["seq"]
        for seq in [seq for seq in self._waiting if seq < message["seq"]]:
            future = self._waiting.pop(seq)
            if not future.done():
                future.set_result(now)
        self._early[message["seq"]] = now

    async def say(self, text: str) -> float:
        began = time.perf_counter()
        body = {"client_id": uuid.uuid4().hex, "text": text}
        answer = await self._client.post(f"{self._url}/web/messages", json=body)
        answer.raise_for_status()
        seq = int(answer.json()["seq"])
        heard = [at for other, at in self._early.items() if other > seq]
        if heard:
            return min(heard) - began
        future: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._waiting[seq] = future
        return await asyncio.wait_for(future, 60) - began


@asynccontextmanager
async def patient(url: str, entry: str) -> AsyncIterator[Patient]:
    """A patient who came by an entry link, with the stream already open."""
    async with httpx.AsyncClient(headers=HEADERS, timeout=60) as client:
        session = (await client.post(f"{url}/web/session", json={"entry": entry})).raise_for_status().json()
        one = Patient(client, url)
        listening = asyncio.create_task(one.listen(session["last_seq"]))
        await asyncio.sleep(0.1)
        try:
            yield one
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
