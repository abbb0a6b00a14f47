"""How long to wait before a dead process is started again."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Backoff:
    """0.5 s, 1 s, 2 s … up to 30 s; a process that lived for a minute starts from the beginning."""

    first: float = 0.5
    longest: float = 30.0
    healthy_after: float = 60.0

    def delay(self, failures: int) -> float:
        """`failures` is 1 for the first death in a row."""
        return min(self.longest, self.first * 2.0 ** min(failures - 1, 20))

    def failures_after(self, failures: int, lived: float) -> int:
        return 1 if lived >= self.healthy_after else failures + 1
