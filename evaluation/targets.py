"""What was asked for, beside what was measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evaluation.examples import Example
from evaluation.figures import Rate, alarms, at_least, recall
from evaluation.groups import hard, imagery, ordinary, twin
from evaluation.hear import Heard
from evaluation.talks import Talk, in_time, needless

FEW = 30  # below so many messages a share says little


@dataclass(frozen=True, slots=True)
class Target:
    name: str
    wanted: float
    at_most: bool
    measure: Callable[[Sequence[Heard], Sequence[Talk]], Rate]

    def met(self, found: Rate) -> bool:
        return found.share <= self.wanted if self.at_most else found.share >= self.wanted


def _of(belongs: Callable[[Example], bool], counted: Callable[..., Rate], level: int) -> Callable[[Sequence[Heard], Sequence[Talk]], Rate]:
    return lambda heard, _talks: counted([h for h in heard if belongs(h.example)], at_least(level))


def _any(_example: Example) -> bool:
    return True


def _emergency(example: Example) -> bool:
    return (example.level or 0) >= 4


TARGETS = (
    Target("risk heard (level 2 or more)", 0.95, False, _of(_any, recall, 2)),
    Target("false alarms on hard negatives", 0.03, True, _of(hard, alarms, 2)),
    Target("false pages (level 3) on hard negatives", 0.01, True, _of(hard, alarms, 3)),
    Target("false alarms on ordinary talk and requests", 0.002, True, _of(ordinary, alarms, 2)),
    Target("false pages on ordinary talk and requests", 0.002 / 3, True, _of(ordinary, alarms, 3)),
    Target("emergencies and intent heard", 0.99, False, _of(_emergency, recall, 2)),
    Target("emergencies and intent graded 4 or 5", 0.90, False, _of(_emergency, recall, 4)),
    Target("false alarms on images of the session", 0.03, True, _of(imagery, alarms, 2)),
    Target("their dangerous twins heard", 0.95, False, _of(twin, recall, 2)),
    Target("Spanish heard", 0.90, False, _of(lambda e: e.spanish, recall, 2)),
    Target("talks with risk: alarm no later than it is said", 0.97, False, lambda _heard, talks: in_time(talks)),
    Target("talks without risk: alarms", 0.0, True, lambda _heard, talks: needless(talks)),
)


def against_targets(sets: Mapping[str, tuple[Sequence[Heard], Sequence[Talk]]]) -> list[dict[str, Any]]:
    return [
        {
            "target": target.name, "wanted": round(target.wanted, 5), "at most": target.at_most,
            "found": {name: _cell(target, target.measure(heard, talks)) for name, (heard, talks) in sets.items()},
        }
        for target in TARGETS
    ]  # fmt: skip


def _cell(target: Target, found: Rate) -> dict[str, Any] | None:
    if not found.of:
        return None
    return {**found.to_dict(), "met": target.met(found), "few": found.of < FEW}
