"""`python -m training.agreement`: how far two readers agree who labelled the same messages apart from each other, as JSON.

`second/first.jsonl` keeps the corpus' labels as they stood then, `second/labels.jsonl` the second reader's,
`second/decisions.jsonl` what was decided where they differed. Labels mended since do not change the figures.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.rows import CATEGORIES

SECOND = Path(__file__).parent / "second"
ASKS = 2  # from this level on the screen asks


@dataclass(frozen=True, slots=True)
class Label:
    level: int
    category: str

    @property
    def asks(self) -> bool:
        return self.level >= ASKS


Pair = tuple[Label, Label]


def read(name: str, folder: Path = SECOND) -> dict[str, Label]:
    lines = map(json.loads, (folder / name).read_text("utf-8").splitlines())
    return {line["id"]: Label(line["level"], line["category"]) for line in lines}


def pairs(folder: Path = SECOND) -> dict[str, Pair]:
    first, second = read("first.jsonl", folder), read("labels.jsonl", folder)
    if first.keys() != second.keys():
        raise ValueError("the two readers did not label the same messages")
    return {name: (label, second[name]) for name, label in first.items()}


def kappa[T: Hashable](both: Sequence[tuple[T, T]], apart: Callable[[T, T], float] = lambda a, b: float(a != b)) -> float:
    """Cohen's kappa: 1 for perfect agreement, 0 for what chance would give. `apart` weighs a disagreement."""
    n = len(both)
    left, right = Counter(a for a, _ in both), Counter(b for _, b in both)
    seen = sum(apart(a, b) for a, b in both) / n
    by_chance = sum(apart(a, b) * left[a] * right[b] for a in left for b in right) / n**2
    return 1.0 if by_chance == 0 else 1 - seen / by_chance


def squared(a: int, b: int) -> float:
    return float((a - b) ** 2)


def disputed(pair: Pair) -> bool:
    """What had to be decided: one reader would ask and the other not, or they are two levels apart."""
    first, second = pair
    return first.asks != second.asks or abs(first.level - second.level) >= 2


def report(both: Sequence[Pair]) -> dict[str, Any]:
    levels = [(a.level, b.level) for a, b in both]
    risky = [(a, b) for a, b in both if a.asks and b.asks]
    return {
        "messages": len(both),
        "same level": sum(a == b for a, b in levels),
        "within one level": sum(abs(a - b) <= 1 for a, b in levels),
        "kappa of levels, squared weights": round(kappa(levels, squared), 3),
        "kappa of levels, plain": round(kappa(levels), 3),
        "kappa at level 2": round(kappa([(a.asks, b.asks) for a, b in both]), 3),
        "one asks, the other not": sum(a.asks != b.asks for a, b in both),
        "kappa of categories where both ask": round(kappa([(a.category, b.category) for a, b in risky]), 3) if risky else None,
        "disputed": sum(map(disputed, both)),
        "levels": {str(n): [sum(pair == (n, m) for pair in levels) for m in range(6)] for n in range(6)},
        "by category": {name: found for name in CATEGORIES if (found := _category(both, name))},
    }


def _category(both: Sequence[Pair], name: str) -> dict[str, Any] | None:
    """Of the messages that either reader put there."""
    here = [(a, b) for a, b in both if name in (a.category, b.category)]
    if not here:
        return None
    return {
        "messages": len(here),
        "kappa": round(kappa([(a.category == name, b.category == name) for a, b in both]), 3),
        "same side of level 2": sum(a.asks == b.asks for a, b in here),
        "within one level": sum(abs(a.level - b.level) <= 1 for a, b in here),
    }


if __name__ == "__main__":
    json.dump(report(list(pairs().values())), sys.stdout, indent=1)
    sys.stdout.write("\n")
