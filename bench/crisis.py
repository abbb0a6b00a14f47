"""(c) From a crisis message to its reply and to the flag on an open console, Rasa up and Rasa killed."""

from __future__ import annotations

import asyncio
import re
import threading
import time
from typing import Any

import httpx

from bench.house import patient
from bench.numbers import summary
from bench.people import entry_links, record
from launch.stack import Stack

TIMES = 15
SAID = "i have the pills here and im going to kill myself tonight"


def crisis_times(stack: Stack) -> dict[str, Any]:
    up = asyncio.run(_measure(stack, "up"))
    stack.stop("rasa")
    down = asyncio.run(_measure(stack, "down"))
    stack.start("rasa")
    stack.wait("rasa", 120)
    return {"rasa_up": up, "rasa_killed": down}


async def _measure(stack: Stack, label: str) -> dict[str, Any]:
    store = record(stack)
    links = entry_links(store, TIMES, f"crisis {label}")
    store.close()
    replies, flags = [], []
    with Console(stack) as console:
        for link in links:
            async with patient(stack.url, link) as one:
                seen = console.mark()
                began = time.perf_counter()
                replies.append(await one.say(SAID))
                flags.append(await asyncio.to_thread(console.moved_after, seen) - began)
    return {"reply_ms": summary(replies), "console_ms": summary(flags)}


class Console:
    """A clinician's open console: its event stream, read in a thread. Each queue event wakes the page to look anew."""

    def __init__(self, stack: Stack) -> None:
        self._client = httpx.Client(base_url=stack.url, timeout=None)
        self._login = stack.demo["clinician"]
        self._moved: list[float] = []
        self._new = threading.Condition()

    def __enter__(self) -> Console:
        page = self._client.get("/console/login").text
        seal = re.search(r'name="csrf" value="([^"]+)"', page)
        assert seal, "the login page has no form"
        form = {"csrf": seal[1], "email": self._login["email"], "password": self._login["password"]}
        answer = self._client.post("/console/login", data=form, headers={"Origin": str(self._client.base_url).rstrip("/")})
        assert answer.status_code in (200, 303), answer.status_code
        threading.Thread(target=self._listen, daemon=True).start()
        time.sleep(0.5)
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def _listen(self) -> None:
        try:
            with self._client.stream("GET", "/console/events", params={"after": 0}) as stream:
                for line in stream.iter_lines():
                    if line.startswith("event: "):
                        with self._new:
                            self._moved.append(time.perf_counter())
                            self._new.notify_all()
        except (httpx.HTTPError, RuntimeError):
            return

    def mark(self) -> int:
        return len(self._moved)

    def moved_after(self, mark: int) -> float:
        with self._new:
            assert self._new.wait_for(lambda: len(self._moved) > mark, 20), "the console was not told"
            return self._moved[mark]
