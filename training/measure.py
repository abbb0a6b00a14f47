"""Figures of the finished files, read as the screen reads it: recall and false alarms with counts; limits by the tuning share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from safety.model.network import Readers
from safety.model.plain import context
from safety.model.windows import MOST, windows
from training.rows import Row, share

ALARMED = {2: 0.03, 3: 0.01, 4: 0.01, 5: 0.01}  # share of harmless messages of the tuning rows that may alarm


@dataclass(frozen=True, slots=True)
class Scored:
    row: Row
    chances: tuple[float, ...]  # the highest of all pieces, for each level
    category: str


def score(readers: Readers, rows: Iterable[Row]) -> list[Scored]:
    return [_scored(readers, row) for row in rows]


def _scored(readers: Readers, row: Row) -> Scored:
    readings = []
    for n, (start, end) in enumerate(windows(row.text)[:MOST]):
        words = row.text[start:end]
        readings.append(readers.read(words, context(row.prompt, ()) if n == 0 else ""))
        if row.history and n == 0:
            readings.append(readers.read(words, context(row.prompt, row.history)))
    if not readings:
        return Scored(row, (0.0,) * 5, "none")
    worst = max(readings, key=lambda r: r.levels[1])
    return Scored(row, tuple(max(r.levels[k] for r in readings) for k in range(5)), worst.category)


def limit(scored: Sequence[Scored], level: int, allowed: float) -> float:
    """The lowest limit at which no more than the allowed share of harmless messages (level 0 and 1) alarm."""
    harmless = sorted((s.chances[level - 1] for s in scored if s.row.level < 2), reverse=True)
    n = int(allowed * len(harmless))
    return harmless[n] + 1e-4 if n < len(harmless) else 0.5


def recall(scored: Sequence[Scored], level: int, at: float, at_least: int) -> tuple[int, int]:
    """How many of the messages of that level or more are heard."""
    risky = [s for s in scored if s.row.level >= at_least]
    return sum(s.chances[level - 1] >= at for s in risky), len(risky)


def alarms(scored: Sequence[Scored], level: int, at: float) -> tuple[int, int]:
    harmless = [s for s in scored if s.row.level < 2]
    return sum(s.chances[level - 1] >= at for s in harmless), len(harmless)


def report(readers: Readers, rows: Sequence[Row]) -> dict[str, Any]:
    """Limits from the tuning share, figures on the test share, which neither training nor the limits have seen."""
    tune = score(readers, [row for row in rows if share(row) == "tune"])
    test = score(readers, [row for row in rows if share(row) == "test"])
    limits = {level: round(limit(tune, level, allowed), 3) for level, allowed in ALARMED.items()}
    kinds = sorted({s.row.category for s in test if s.row.level >= 2})
    return {
        "limits": limits,
        "heard at 2": recall(test, 2, limits[2], 2),
        "heard at 3": recall(test, 3, limits[3], 3),
        "alarms at 2": alarms(test, 2, limits[2]),
        "alarms at 3": alarms(test, 3, limits[3]),
        "by category": {kind: recall([s for s in test if s.row.category == kind], 2, limits[2], 2) for kind in kinds},
        "by file": {
            name: {"heard": recall(part, 2, limits[2], 2), "alarms": alarms(part, 2, limits[2])}
            for name in sorted({s.row.file for s in test})
            for part in [[s for s in test if s.row.file == name]]
        },
    }
