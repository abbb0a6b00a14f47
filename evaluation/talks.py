"""Talk over several messages, replayed turn by turn: is the alarm there when the risk is said, and never in a talk without?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from evaluation.examples import ASKS, Example
from evaluation.figures import Rate
from evaluation.hear import hear
from safety import Clinical


@dataclass(frozen=True, slots=True)
class Talk:
    """`alarm` is the turn of the first alarm, counted from 1; the last turn is the one that the label is about."""

    example: Example
    alarm: int | None

    @property
    def turns(self) -> int:
        return len(self.example.history) + 1


def replay(examples: Sequence[Example], clinical: Clinical) -> list[Talk]:
    return [_replay(example, clinical) for example in examples if example.history]


def _replay(example: Example, clinical: Clinical) -> Talk:
    said = (*example.history, example.text)
    for n, text in enumerate(said):
        prompt = example.prompt if n + 1 == len(said) else None
        if hear(replace(example, text=text, prompt=prompt, history=said[:n]), clinical).level >= ASKS:
            return Talk(example, n + 1)
    return Talk(example, None)


def in_time(talks: Sequence[Talk]) -> Rate:
    risky = [t for t in talks if t.example.risk]
    return Rate(sum(t.alarm is not None for t in risky), len(risky))


def needless(talks: Sequence[Talk]) -> Rate:
    calm = [t for t in talks if not t.example.risk]
    return Rate(sum(t.alarm is not None for t in calm), len(calm))


def summary(talks: Sequence[Talk]) -> dict[str, Any]:
    early = [t for t in talks if t.example.risk and t.alarm is not None and t.alarm < t.turns]
    return {"in time": in_time(talks).to_dict(), "needless": needless(talks).to_dict(), "before the last turn": len(early)}
