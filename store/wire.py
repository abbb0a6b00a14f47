"""Gateways on one PostgreSQL wake each other by LISTEN/NOTIFY. A hint only: the rows stay the truth, and everybody looks by
themselves every second, so a call that is missed makes something late and never lost.

What goes over the wire is who calls and the topics (ids); nobody's words, nobody's name.
"""

from __future__ import annotations

import logging
import queue
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence

import psycopg
from sqlalchemy import Engine

from store.signals import Signals

log = logging.getLogger("afterglow.wire")

CHANNEL = "afterglow"
LONGEST = 7_000  # PostgreSQL refuses a payload of 8,000 bytes
LOOK_UP_SECONDS = 0.5
BACK_OFF = (0.2, 1.0, 5.0)


class Wire:
    """One gateway's end: a thread that listens on a connection of its own, and a thread that calls."""

    def __init__(self, engine: Engine, signals: Signals) -> None:
        self._address = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._signals = signals
        self._name = secrets.token_hex(4)
        self._outbox: queue.SimpleQueue[Sequence[str]] = queue.SimpleQueue()
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._listen, self._call)]
        self.listening = threading.Event()

    def start(self) -> None:
        self._signals.relay = self._outbox.put
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._signals.relay = None
        self._ended.set()
        self._outbox.put(())
        for thread in self._threads:
            thread.join(5)

    def _listen(self) -> None:
        self._stay_connected(self._listen_on)

    def _call(self) -> None:
        self._stay_connected(self._call_on)

    def _stay_connected(self, work: Callable[[psycopg.Connection], None]) -> None:
        """A new connection, after a pause, whenever the last one broke."""
        failures = 0
        while not self._ended.is_set():
            try:
                with psycopg.connect(self._address, autocommit=True, connect_timeout=5, keepalives_idle=10) as connection:
                    failures = 0
                    work(connection)
            except psycopg.Error as broken:
                log.warning("the wire to the other gateways broke: %s", type(broken).__name__)
                self._ended.wait(BACK_OFF[min(failures, len(BACK_OFF) - 1)])
                failures += 1

    def _listen_on(self, connection: psycopg.Connection) -> None:
        connection.execute(f"LISTEN {CHANNEL}")
        self.listening.set()
        self._signals.wake_all()  # whatever was called while nobody listened
        try:
            while not self._ended.is_set():
                for notify in connection.notifies(timeout=LOOK_UP_SECONDS):
                    self._hear(notify.payload)
        finally:
            self.listening.clear()

    def _hear(self, payload: str) -> None:
        caller, *topics = payload.split()
        if caller != self._name:
            self._signals.wake(*topics)

    def _call_on(self, connection: psycopg.Connection) -> None:
        """What piled up while the last call went out is one call."""
        while not self._ended.is_set():
            for payload in self._payloads(self._waiting()):
                connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, payload))

    def _waiting(self) -> set[str]:
        topics = set(self._outbox.get())
        while not self._outbox.empty():
            topics.update(self._outbox.get())
        return topics

    def _payloads(self, topics: Iterable[str]) -> Iterator[str]:
        payload = ""
        for topic in sorted(topics):
            if len(payload) + len(topic) > LONGEST:
                yield payload
                payload = ""
            payload = f"{payload or self._name} {topic}"
        if payload:
            yield payload
