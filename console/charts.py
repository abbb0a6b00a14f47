"""Small drawings of a few numbers. Each has its numbers in words as well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, FOOT, HEAD = 320, 104, 16, 14


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars over a time axis. `top` is the highest value, for the axis."""

    title: str
    bars: Sequence[Bar]
    top: str
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def words(self) -> str:
        return f"{self.title}: " + ", ".join(f"{bar.label} {bar.words}" for bar in self.bars)


def bars(title: str, values: Sequence[tuple[str, float]], unit: str = "") -> Chart:
    """One bar a value, oldest first."""
    highest = max((value for _, value in values), default=0.0)
    top = highest or 1
    step = WIDTH / max(1, len(values))
    drawn = [
        Bar(place * step + step * 0.12, _top(value, top), step * 0.76, HEIGHT - FOOT - _top(value, top), label, short(value) + unit)
        for place, (label, value) in enumerate(values)
    ]
    return Chart(title, drawn, short(highest) + unit)


def _top(value: float, top: float) -> float:
    return (HEIGHT - FOOT) - (HEIGHT - FOOT - HEAD) * value / top


def short(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
