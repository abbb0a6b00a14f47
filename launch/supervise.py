"""Keeps services running: starts them, notices deaths, starts them again with back-off, stops everything."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from launch.backoff import Backoff
from launch.errors import SETTINGS_ERROR, LaunchError
from launch.logfile import LogFile
from launch.probe import answers
from launch.processes import Child, Follow, Service

_LOOK_EVERY = 0.1
_TERM_SECONDS = 10.0

Event = Callable[[str, str], None]  # (service name, what happened)


@dataclass
class _Slot:
    """What the supervisor knows about one service."""

    service: Service
    log: LogFile
    child: Child | None = None
    wanted: bool = False
    asked: bool = False  # the current child's end was asked for: no back-off, no complaint
    started_at: float = 0.0
    start_at: float = 0.0
    failures: int = 0
    late: bool = False
    ready: threading.Event = field(default_factory=threading.Event)


class Supervisor:
    """One long-lived thread starts and watches all children: they die with the thread that forked them (see child.py).

    >>> with Supervisor(logs) as supervisor:          # doctest: +SKIP
    ...     supervisor.start(Service("gateway", …))
    ...     supervisor.wait_ready("gateway", 10)
    """

    def __init__(
        self,
        logs: Path,
        *,
        event: Event = lambda _name, _text: None,
        follow: Follow = lambda _name, _line: None,
        backoff: Backoff | None = None,
    ) -> None:
        self.broken_settings = threading.Event()  # a service ended with 78: nothing will get better by itself
        self.complaint = ""
        self._logs = logs
        self._event = event
        self._follow = follow
        self._backoff = backoff or Backoff()
        self._slots: dict[str, _Slot] = {}
        self._lock = threading.RLock()
        self._wake = threading.Event()
        self._closing = False
        self._thread = threading.Thread(target=self._watch, name="supervisor", daemon=True)
        self._thread.start()

    def __enter__(self) -> Supervisor:
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()

    def start(self, service: Service) -> None:
        """Keep `service` running from now on (starting one again by the same name replaces its description)."""
        with self._lock:
            old = self._slots.get(service.name)
            if old is None:
                self._slots[service.name] = _Slot(service, LogFile(self._logs / f"{service.name}.log"), wanted=True)
            else:
                old.service, old.wanted, old.start_at, old.failures = service, True, 0.0, 0
        self._wake.set()

    def stop(self, name: str, within: float = _TERM_SECONDS) -> None:
        """TERM, then KILL after `within` seconds; it stays down until started again."""
        slot = self._slots[name]
        with self._lock:
            slot.wanted, slot.asked = False, True
            child = slot.child
        if child is not None:
            _end(child, within)
        self._until(lambda: slot.child is None)

    def restart(self, name: str, within: float = _TERM_SECONDS) -> None:
        self.stop(name, within)
        self.start(self._slots[name].service)

    def kill(self, name: str) -> None:
        """SIGKILL, as a crash would: the back-off applies. Returns once the death has been noticed."""
        slot = self._slots[name]
        child = slot.child
        if child is not None:
            child.signal(signal.SIGKILL)
            self._until(lambda: slot.child is not child)

    def pid(self, name: str) -> int | None:
        child = self._slots[name].child
        return None if child is None else child.pid

    def tail(self, name: str) -> list[str]:
        child = self._slots[name].child
        return [] if child is None else list(child.tail)

    def is_ready(self, name: str) -> bool:
        return self._slots[name].ready.is_set()

    def wait_ready(self, name: str, timeout: float) -> None:
        end = time.monotonic() + timeout
        slot = self._slots[name]
        while not slot.ready.wait(0.1):
            if self.broken_settings.is_set():
                raise LaunchError(self.complaint, code=SETTINGS_ERROR)
            if time.monotonic() > end:
                raise LaunchError(f"{name} was not ready within {timeout:.0f} s; its log is {slot.log.path}")

    def shutdown(self, within: float = _TERM_SECONDS) -> None:
        """Stop all, the last started first: the gateway ends its turns while Rasa is still there."""
        if self._closing:
            return
        for name in reversed(list(self._slots)):
            self.stop(name, within)
        self._closing = True
        self._wake.set()
        self._thread.join()
        for slot in self._slots.values():
            slot.log.close()

    def _until(self, done: Callable[[], bool]) -> None:
        self._wake.set()
        while not done() and self._thread.is_alive():
            time.sleep(0.01)

    # -- the watching thread ------------------------------------------------------------------------------------

    def _watch(self) -> None:
        while not self._closing:
            for slot in list(self._slots.values()):
                with self._lock:
                    self._look_after(slot)
                self._look_ready(slot)
            self._wake.wait(_LOOK_EVERY)
            self._wake.clear()

    def _look_after(self, slot: _Slot) -> None:
        if slot.child is None:
            if slot.wanted and not self._closing and time.monotonic() >= slot.start_at:
                self._spawn(slot)
            return
        code = slot.child.poll()
        if code is not None:
            self._bury(slot, slot.child, code)

    def _spawn(self, slot: _Slot) -> None:
        slot.ready.clear()
        slot.asked = slot.late = False
        slot.started_at = time.monotonic()
        try:
            slot.child = Child(slot.service, slot.log, self._follow)
        except OSError as error:
            self._plan(slot, f"could not start ({error.strerror})", lived=0.0)
            return
        self._event(slot.service.name, f"started (pid {slot.child.pid})")

    def _bury(self, slot: _Slot, child: Child, code: int) -> None:
        slot.ready.clear()
        child.end()
        last = child.tail[-1] if child.tail else "it said nothing"
        if slot.asked:
            self._event(slot.service.name, "stopped")
        elif code == SETTINGS_ERROR:
            slot.wanted = False
            self.complaint = last
            self.broken_settings.set()
        else:
            self._plan(slot, f"ended ({_how(code)}: {last})", lived=time.monotonic() - slot.started_at)
        slot.child = None

    def _plan(self, slot: _Slot, what: str, lived: float) -> None:
        slot.failures = self._backoff.failures_after(slot.failures, lived)
        delay = self._backoff.delay(slot.failures)
        slot.start_at = time.monotonic() + delay
        self._event(slot.service.name, f"{what}; starting it again in {delay:g} s")

    def _look_ready(self, slot: _Slot) -> None:
        child = slot.child
        if child is None or slot.ready.is_set():
            return
        took = time.monotonic() - slot.started_at
        if answers(slot.service.ready_url):
            if slot.child is child:
                slot.ready.set()
                self._event(slot.service.name, f"ready ({took:.1f} s)")
        elif took > slot.service.ready_within and not slot.late:
            slot.late = True
            last = child.tail[-1] if child.tail else "it said nothing"
            self._event(slot.service.name, f"still not ready after {took:.0f} s ({last}); the others go on without it")


def _end(child: Child, within: float) -> None:
    child.signal(signal.SIGTERM)
    end = time.monotonic() + within
    while child.poll() is None and time.monotonic() < end:
        time.sleep(0.02)
    if child.poll() is None:
        child.signal(signal.SIGKILL)


def _how(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"
