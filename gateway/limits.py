"""A little patience: token buckets in memory, so that a broken script cannot drown the people who need us."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass(slots=True)
class Buckets:
    """`burst` at once, then `per_second`. allow() says how many seconds to wait, 0.0 when allowed."""

    burst: float
    per_second: float
    _levels: dict[str, tuple[float, float]] = field(default_factory=dict)

    def allow(self, key: str) -> float:
        now = time.monotonic()
        if len(self._levels) > 10_000:
            self._forget_full(now)
        level, at = self._levels.get(key, (self.burst, now))
        level = min(self.burst, level + (now - at) * self.per_second)
        if level < 1:
            self._levels[key] = (level, now)
            return (1 - level) / self.per_second
        self._levels[key] = (level - 1, now)
        return 0.0

    def _forget_full(self, now: float) -> None:
        self._levels = {
            key: (level, at)
            for key, (level, at) in self._levels.items()
            if level + (now - at) * self.per_second < self.burst
        }
