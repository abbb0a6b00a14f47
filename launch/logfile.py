"""A log that cannot fill the disk: one file and its predecessor."""

from __future__ import annotations

import os
import threading
from pathlib import Path

_LIMIT = 10_000_000  # bytes


class LogFile:
    """Appends lines to `path`; past the limit the file becomes `<path>.1`. A full disk loses log lines, nothing else."""

    def __init__(self, path: Path, limit: int = _LIMIT) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path = path
        self._limit = limit
        self._lock = threading.Lock()
        self._file = path.open("ab", buffering=0)

    def write(self, line: str) -> None:
        with self._lock:
            try:
                self._file.write(line.encode("utf-8", "replace") + b"\n")
                if self._file.tell() > self._limit:
                    self._turn_over()
            except (OSError, ValueError):  # full disk; closed while the last lines came in
                return

    def close(self) -> None:
        with self._lock:
            self._file.close()

    def _turn_over(self) -> None:
        self._file.close()
        os.replace(self.path, self.path.with_name(self.path.name + ".1"))
        self._file = self.path.open("ab", buffering=0)
