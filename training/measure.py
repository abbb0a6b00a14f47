"""Figures of the finished file, read as the screen reads it: recall and false alarms with counts; limits by the tuning share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from safety.model.network import Network
from safety.model.plain import context
from safety.model.windows import MOST, windows
from training.rows import Row

Chances = tuple[float, ...]
ORDINARY = ("h_",)


@dataclass(frozen=True, slots=True)
class Scored:
    row: Row
    chances: Chances  # the highest of all pieces, for each level
    category: str


def score(network: Network, rows: Iterable[Row]) -> list[Scored]:
    return [_scored(network, row) for row in rows]


def _scored(network: Network, row: Row) -> Scored:
    readings = []
    for n, (start, end) in enumerate(windows(row.text)[:MOST]):
        words = row.text[start:end]
        readings.append(network.read(words, context(row.prompt, ()) if n == 0 else ""))
        if row.history and n == 0:
            readings.append(network.read(words, context(row.prompt, row.history)))
    if not readings:
        return Scored(row, (0.0,) * 5, "none")
    worst = max(readings, key=lambda r: r.levels[1])
    return Scored(row, tuple(max(r.levels[k] for r in readings) for k in range(5)), worst.category)


def limit(scored: Sequence[Scored], level: int, allowed: float, among: Callable[[Row], bool]) -> float:
    """The lowest limit at which at most the allowed share of harmless messages (two levels of slack for 4 and 5) alarm."""
    harmless = sorted((s.chances[level - 1] for s in scored if s.row.level < min(level, 2) and among(s.row)), reverse=True)
    n = int(allowed * len(harmless))
    return harmless[n] + 1e-4 if n < len(harmless) else 0.5


def ordinary(row: Row) -> bool:
    return row.file.startswith(ORDINARY)


def near(row: Row) -> bool:
    return not ordinary(row)


def rate(scored: Sequence[Scored], level: int, limits: float, at_least: int) -> tuple[int, int]:
    """How many of the messages of that level or more are heard."""
    risky = [s for s in scored if s.row.level >= at_least]
    return sum(s.chances[level - 1] >= limits for s in risky), len(risky)


def alarms(scored: Sequence[Scored], level: int, limits: float) -> tuple[int, int]:
    harmless = [s for s in scored if s.row.level < 2]
    return sum(s.chances[level - 1] >= limits for s in harmless), len(harmless)
