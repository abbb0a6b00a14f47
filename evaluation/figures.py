"""Counts that say how sure they are."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from evaluation.hear import Heard

Z = 1.959964  # 95 %


@dataclass(frozen=True, slots=True)
class Rate:
    """`hits` of `of`, with Wilson's 95 % interval."""

    hits: int
    of: int

    @property
    def share(self) -> float:
        return self.hits / self.of if self.of else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        if not self.of:
            return 0.0, 1.0
        n, p = self.of, self.share
        middle, spread = p + Z * Z / (2 * n), Z * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
        return max(0.0, (middle - spread) / (1 + Z * Z / n)), min(1.0, (middle + spread) / (1 + Z * Z / n))

    def to_dict(self) -> dict[str, Any]:
        low, high = self.interval
        share = round(self.share, 4) if self.of else None
        return {"hits": self.hits, "of": self.of, "share": share, "low": round(low, 4), "high": round(high, 4)}


def rate(all_of_them: Iterable[Heard], said: Callable[[Heard], bool]) -> Rate:
    them = list(all_of_them)
    return Rate(sum(map(said, them)), len(them))


def at_least(level: int) -> Callable[[Heard], bool]:
    return lambda heard: heard.level >= level


ASKED = at_least(2)


def recall(heard: Sequence[Heard], said: Callable[[Heard], bool] = ASKED) -> Rate:
    return rate([h for h in heard if h.example.risk], said)


def alarms(heard: Sequence[Heard], said: Callable[[Heard], bool] = ASKED) -> Rate:
    return rate([h for h in heard if not h.example.risk], said)


def confusion(heard: Sequence[Heard]) -> list[list[int]]:
    """Rows: what is right; columns: what was said."""
    table = [[0] * 6 for _ in range(6)]
    for one in heard:
        if one.example.level is not None:
            table[one.example.level][one.level] += 1
    return table


def precision_recall(scored: Sequence[tuple[float, bool]]) -> list[tuple[float, float]]:
    """(recall, precision) at every limit that changes them, from the strictest on."""
    risky = sum(risk for _, risk in scored)
    points, hits, taken = [], 0, 0
    ordered = sorted(scored, key=lambda pair: -pair[0])
    for n, (value, risk) in enumerate(ordered):
        hits, taken = hits + risk, taken + 1
        if n + 1 == len(ordered) or ordered[n + 1][0] != value:
            points.append((hits / risky if risky else 0.0, hits / taken))
    return points


def average_precision(points: Sequence[tuple[float, float]]) -> float:
    before = (0.0, *(recall for recall, _ in points))
    return sum((recall - last) * precision for (recall, precision), last in zip(points, before, strict=False))


def calibration(scored: Sequence[tuple[float, bool]], bins: int = 10) -> list[dict[str, float]]:
    """What it said on the average, and what came true, in steps of a tenth."""
    found = []
    for n in range(bins):
        here = [(v, r) for v, r in scored if n / bins <= v < (n + 1) / bins or (n == bins - 1 and v == 1)]
        if here:
            said, true = sum(v for v, _ in here) / len(here), sum(r for _, r in here) / len(here)
            found.append({"said": round(said, 4), "true": round(true, 4), "messages": len(here)})
    return found


def calibration_error(curve: Sequence[dict[str, float]]) -> float:
    total = sum(step["messages"] for step in curve)
    return sum(abs(step["said"] - step["true"]) * step["messages"] for step in curve) / total if total else math.nan
