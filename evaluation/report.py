"""Everything the report says, as plain data."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evaluation import figures, groups, mistakes, talks
from evaluation.examples import ASKS, Example
from evaluation.figures import alarms, at_least, recall
from evaluation.hear import Heard
from evaluation.peers import Peers
from evaluation.talks import Talk
from evaluation.targets import against_targets
from safety.assessment import CATEGORIES

OURS = ("test", "exam")  # by the same hand as the training, yet never trained on
SCREENS: Mapping[str, Callable[[Heard], bool]] = {
    "Afterglow": lambda h: h.alarmed,
    "its phrases alone": lambda h: h.by_phrases >= ASKS,
    "its trained layer alone": lambda h: h.by_model >= ASKS,
    "keyword list": lambda h: h.by_keywords,
}


def build(heard: Sequence[Heard], replayed: Sequence[Talk], peers: Peers, limits: Mapping[str, Any]) -> dict[str, Any]:
    ours = [h for h in heard if h.example.origin in OURS]
    saying = {**SCREENS, **{name: _saying(heard, said) for name, said in peers.alarms.items()}}
    return {
        "sets": {name: _set(part, saying) for name, part in _by_origin(heard).items()},
        "targets": against_targets(_target_sets(heard, replayed)),
        "by category": {name: recall([h for h in ours if h.example.category == name]).to_dict() for name in CATEGORIES},
        "by level": {str(n): recall([h for h in ours if h.example.level == n]).to_dict() for n in range(ASKS, 6)},
        "by file": _by_file(ours),
        "groups": {"ours": groups.by_group(ours), "all": groups.by_group(heard)},
        "talks": {name: talks.summary([t for t in replayed if t.example.origin == name]) for name in _origins(t.example for t in replayed)},
        "confusion": figures.confusion(ours),
        "curves": _curves(ours, saying),
        "misses": mistakes.misses(ours),
        "alarms": mistakes.alarmed(ours),
        "milliseconds": _speed(heard),
        "limits": dict(limits),
        "peers absent": peers.absent,
    }


def _saying(heard: Sequence[Heard], said: Sequence[bool]) -> Callable[[Heard], bool]:
    answers = {(h.example.origin, h.example.id): one for h, one in zip(heard, said, strict=True)}
    return lambda h: answers[h.example.origin, h.example.id]


def _origins(examples: Any) -> list[str]:
    return list(dict.fromkeys(example.origin for example in examples))


def _by_origin(heard: Sequence[Heard]) -> dict[str, list[Heard]]:
    return {name: [h for h in heard if h.example.origin == name] for name in _origins(h.example for h in heard)}


def _set(part: Sequence[Heard], saying: Mapping[str, Callable[[Heard], bool]]) -> dict[str, Any]:
    screens = {name: {"heard": recall(part, said).to_dict(), "alarms": alarms(part, said).to_dict()} for name, said in saying.items()}
    calm = alarms(part)
    return {
        "messages": len(part), "screens": screens, "pages": alarms(part, at_least(3)).to_dict(),
        "alarms per 1,000": round(1000 * calm.share, 2) if calm.of else None,
    }  # fmt: skip


def _target_sets(heard: Sequence[Heard], replayed: Sequence[Talk]) -> dict[str, tuple[list[Heard], list[Talk]]]:
    """Sets by others decide, ours are the rehearsal; so they stand beside each other and are never added up."""
    wanted: dict[str, Callable[[Example], bool]] = {
        "exam": lambda e: e.origin == "exam", "test share": lambda e: e.origin == "test",
        "clinicians' cases": lambda e: e.origin == "cases", "by others": lambda e: not e.ours,
    }  # fmt: skip
    found = {n: ([h for h in heard if ok(h.example)], [t for t in replayed if ok(t.example)]) for n, ok in wanted.items()}
    return {name: both for name, both in found.items() if both[0]}


def _by_file(ours: Sequence[Heard]) -> dict[str, Any]:
    names = sorted({h.example.file for h in ours})
    parts = {name: [h for h in ours if h.example.file == name] for name in names}
    return {name: {"heard": recall(part).to_dict(), "alarms": alarms(part).to_dict()} for name, part in parts.items()}


def _curves(ours: Sequence[Heard], saying: Mapping[str, Callable[[Heard], bool]]) -> dict[str, Any]:
    scored = [(h.chance, h.example.risk) for h in ours if h.chance is not None]
    points, steps = figures.precision_recall(scored), figures.calibration(scored)
    marks = {name: _point(ours, said) for name, said in saying.items()}
    return {
        "precision and recall": _thinned(points),
        "average precision": round(figures.average_precision(points), 4),
        "marks": {name: mark for name, mark in marks.items() if mark},
        "calibration": steps,
        "calibration error": round(figures.calibration_error(steps), 4),
    }


def _point(ours: Sequence[Heard], said: Callable[[Heard], bool]) -> list[float] | None:
    """(recall, precision) of a screen without a dial."""
    heard, calm = recall(ours, said), alarms(ours, said)
    if not heard.hits + calm.hits or not heard.of:
        return None
    return [round(heard.share, 4), round(heard.hits / (heard.hits + calm.hits), 4)]


def _thinned(points: Sequence[tuple[float, float]], most: int = 200) -> list[list[float]]:
    step = max(1, len(points) // most)
    return [[round(x, 4), round(y, 4)] for x, y in [*points[::step], *points[-1:]]]


def _speed(heard: Sequence[Heard]) -> dict[str, float]:
    taken = sorted(1000 * h.seconds for h in heard)
    return {
        "median": round(statistics.median(taken), 2),
        "99 of 100 under": round(taken[int(0.99 * (len(taken) - 1))], 2),
        "worst": round(taken[-1], 2),
    }
