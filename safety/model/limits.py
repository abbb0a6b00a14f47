"""How sure the network must be: numbers that clinicians sign, from clinical/model.yml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from safety.errors import ContentError

FILE = "model.yml"
NEVER = 2.0
Limits = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """`alone` when no other layer heard anything, `agreeing` when one did; one number for each level 1 to 5."""

    alone: Limits
    agreeing: Limits


def thresholds(content: Mapping[str, Any]) -> Thresholds | None:
    """None when the clinic has no clinical/model.yml, which switches the layer off."""
    if not content:
        return None
    alone = _limits(content, "alone")
    return Thresholds(alone, _limits(content, "agreeing") if "agreeing" in content else alone)


def _limits(content: Mapping[str, Any], section: str) -> Limits:
    given = content.get(section)
    if not isinstance(given, Mapping) or not {1, 2, 3, 4, 5} >= set(given):
        raise ContentError(FILE, section, "does not list levels", "write a line like `2: 0.35` for each level from 1 to 5")
    for level, value in given.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
            raise ContentError(FILE, f"{section} level {level}", f"is {value!r}", "use a number above 0 and up to 1")
    return tuple(float(given.get(level, NEVER)) for level in range(1, 6))


def level_of(chances: Sequence[float], limits: Limits) -> int:
    """The highest level that is likely enough."""
    return max((n for n, (chance, limit) in enumerate(zip(chances, limits, strict=True), 1) if chance >= limit), default=0)
