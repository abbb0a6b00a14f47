"""The summary's small charts as numbers: where each point, dose day and axis label lies. Screen and PDF draw the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from programme.summary import DoseDay, Line

WIDTH, HEIGHT = 300, 92
LEFT, RIGHT, TOP, FOOT = 24, 8, 8, 18
CLOSE = 16  # labels nearer than this would run into each other


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float
    value: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Mark:
    """A dose day: a line from top to bottom. `label` is empty where its neighbour's would touch it."""

    x: float
    label: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Drawn:
    """One measure over the time of the page."""

    title: str
    points: tuple[Point, ...]
    marks: tuple[Mark, ...]
    lowest: int
    highest: int
    better: str
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def path(self) -> str:
        return " ".join(f"{point.x:.1f},{point.y:.1f}" for point in self.points)

    @property
    def last(self) -> Point:
        return self.points[-1]

    @property
    def bottom(self) -> int:
        return HEIGHT - FOOT


def drawn(line: Line, doses: Sequence[DoseDay], since: datetime, now: datetime) -> Drawn:
    spec, span = line.spec, max(1.0, (now - since).total_seconds())

    def across(at: datetime) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * min(1.0, max(0.0, (at - since).total_seconds() / span))

    def up(value: int) -> float:
        share = (value - spec.lowest) / max(1, spec.highest - spec.lowest)
        return HEIGHT - FOOT - (HEIGHT - FOOT - TOP) * min(1.0, max(0.0, share))

    points = tuple(Point(across(at), up(value), value, at) for at, value in line.points)
    return Drawn(spec.title, points, tuple(_marks(doses, since, across)), spec.lowest, spec.highest, spec.better)


def _marks(doses: Sequence[DoseDay], since: datetime, across: object) -> list[Mark]:
    assert callable(across)
    found: list[Mark] = []
    for dose in doses:
        if dose.at < since:
            continue
        x = float(across(dose.at))
        near = found and x - found[-1].x < CLOSE
        found.append(Mark(x, "" if near else f"D{dose.number}", dose.at))
    return found
