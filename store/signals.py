"""Waking whoever waits for new rows. A hint only: readers always read the rows, and look by themselves every second.

Topics: "conversation:<id>" (its messages or owner changed), "queue" (flags, pages or owners changed), "texts" (one is due),
"second" (a second opinion is to be asked for), "*" (whatever changed).
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from sqlalchemy.orm import Session

QUEUE = "queue"
TEXTS = "texts"
SECOND = "second"
ANYTHING = "*"


def conversation_topic(conversation_id: str) -> str:
    return f"conversation:{conversation_id}"


def wake_after(session: Session, topic: str) -> None:
    """Note that the rows of this transaction are waited for; whoever began it announces `to_wake` after the commit."""
    session.info.setdefault("to_wake", set()).add(topic)


def to_wake(session: Session) -> frozenset[str]:
    return frozenset(session.info.get("to_wake", ()))


class Signals:
    """Wake-ups in this process, and by `relay` in the others (store/wire.py). Thread-safe: worker threads may announce."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._loop: asyncio.AbstractEventLoop | None = None
        self.relay: Callable[[Sequence[str]], object] | None = None

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def announce(self, *topics: str) -> None:
        """These rows have changed: for everybody who waits, here and in other gateways."""
        self.wake(*topics)
        relay = self.relay
        if relay is not None and topics:
            relay(topics)

    def wake(self, *topics: str) -> None:
        """Only who waits in this process."""
        if topics and self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake, *topics)

    def wake_all(self) -> None:
        """Something may have been missed."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(lambda: self._wake(*tuple(self._waiting)))

    @asynccontextmanager
    async def listen(self, *topics: str) -> AsyncIterator[asyncio.Event]:
        """An event that is set whenever one of the topics is announced; clear it before reading rows."""
        event = asyncio.Event()
        for topic in topics:
            self._waiting[topic].add(event)
        try:
            yield event
        finally:
            for topic in topics:
                self._waiting[topic].discard(event)
                if not self._waiting[topic]:
                    del self._waiting[topic]

    def _wake(self, *topics: str) -> None:
        for topic in (*topics, ANYTHING):
            for event in self._waiting.get(topic, ()):
                event.set()
