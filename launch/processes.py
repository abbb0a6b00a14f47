"""Child processes that cannot be orphaned, and the ports they listen on."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional

from launch.errors import HostUnknown
from launch.logfile import LogFile

_CHILD = Path(__file__).resolve().with_name("child.py")
_TAIL = 40

Follow = Callable[[str, str], None]  # (service name, line)
Tidy = Callable[[str], Optional[str]]  # a line as the log may have it; None drops it


def _as_it_is(line: str) -> str:
    return line


def guarded(argv: Sequence[str]) -> list[str]:
    """The same command, but it dies with this process (and with the thread that starts it: see child.py)."""
    return [sys.executable, "-I", "-S", str(_CHILD), str(os.getpid()), *argv]


def free_port(host: str = "127.0.0.1") -> int:
    """A port nobody listens on, below those that the system lends to outgoing connections: one of them could take it
    while Rasa is still loading."""
    for _ in range(200):
        port = 20_000 + secrets.randbelow(12_000)
        if port_is_free(port, host):
            return port
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def port_is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether we could listen there, on every address that `host` stands for. Raises HostUnknown."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as unknown:
        raise HostUnknown(host) from unknown
    free = [_is_free(family, address) for family, _, _, _, address in found]
    if all(one is None for one in free):
        raise HostUnknown(host)
    return False not in free


def _is_free(family: int, address: Any) -> bool | None:
    """None where the address is none of ours. SO_REUSEADDR forgives connections that are still closing, not a listener."""
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:  # as servers do: another program on the same port of IPv4 is no hindrance
                probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            probe.bind(address)
    except PermissionError:
        return True  # not taken, only refused: the gateway says it better
    except OSError as refused:
        return False if refused.errno == errno.EADDRINUSE else None
    return True


@dataclass(frozen=True)
class Service:
    """One program the supervisor keeps alive. It is ready once `ready_url` answers 200."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(repr=False)
    cwd: Path
    ready_url: str = ""
    ready_within: float = 60.0
    tidy: Callable[[], Tidy] = field(default=lambda: _as_it_is, repr=False)  # made anew for each start


class Child:
    """A running Service: its process group and the thread that carries its output to the log."""

    def __init__(self, service: Service, log: LogFile, follow: Follow) -> None:
        self.service = service
        self.tail: list[str] = []
        self._log = log
        self._follow = follow
        self._process = subprocess.Popen(
            guarded(list(service.argv)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=dict(service.env),
            cwd=service.cwd,
            start_new_session=True,
        )
        self._pump = threading.Thread(target=self._carry, daemon=True)
        self._pump.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def poll(self) -> int | None:
        return self._process.poll()

    def signal(self, number: signal.Signals) -> None:
        """Reaches the whole process group, so that helpers of the child go with it."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)

    def end(self) -> None:
        """After the child's end: what is left of its group goes too, and its last words reach the log."""
        self.signal(signal.SIGKILL)
        self._process.wait()
        self._pump.join(timeout=2)

    def _carry(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        tidy = self.service.tidy()
        with stream:
            for raw in stream:
                line = tidy(raw.decode("utf-8", "replace").rstrip())
                if line is not None:
                    self._keep(line)

    def _keep(self, line: str) -> None:
        self.tail = [*self.tail[1 - _TAIL :], line]
        self._log.write(line)
        self._follow(self.service.name, line)
