"""What `make run` shows of the services: their log lines with a readable name in front, and what happens to them."""

from __future__ import annotations

import sys
import threading

_COLOURS = {"gateway": "36", "rasa": "35", "actions": "33"}
_ROUTINE = ("started", "ready", "stopped")
_WIDTH = 8


class Screen:
    """Quiet until `follow`, apart from trouble. A terminal that went away ends the showing, never the services."""

    def __init__(self) -> None:
        self._following = False
        self._gone = False
        self._lock = threading.Lock()
        self._colours = sys.stdout.isatty()

    def follow(self) -> None:
        self._following = True

    def rest(self) -> None:
        self._following = False

    def line(self, name: str, text: str) -> None:
        if self._following:
            self._write(name, text)

    def event(self, name: str, text: str) -> None:
        if self._following or not text.startswith(_ROUTINE):
            self._write(name, f"— {text}")

    def _write(self, name: str, text: str) -> None:
        if self._gone:
            return
        with self._lock:
            try:
                print(self._prefix(name) + text, flush=True)
            except (OSError, ValueError):
                self._gone = True

    def _prefix(self, name: str) -> str:
        plain = f"{name:<{_WIDTH}}"
        colour = _COLOURS.get(name)
        return f"\r\x1b[K\x1b[{colour}m{plain}│\x1b[0m " if self._colours and colour else f"{plain}| "
