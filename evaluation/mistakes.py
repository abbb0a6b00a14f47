"""The worst misses and alarms, with what each layer said: from there the next phrase or the next hundred messages are written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evaluation.hear import Heard
from safety import Finding

MOST = 10


def misses(heard: Sequence[Heard], most: int = MOST) -> list[dict[str, Any]]:
    """Gravest first; of equals, those that the trained layer was surest about: surely wrong comes before nearly right."""
    missed = [h for h in heard if h.example.risk and not h.alarmed and h.example.quotable]
    missed.sort(key=lambda h: (-(h.example.level or 2), h.chance if h.chance is not None else 1.0, h.example.id))
    return [_explained(h) for h in missed[:most]]


def alarmed(heard: Sequence[Heard], most: int = MOST) -> list[dict[str, Any]]:
    wrong = [h for h in heard if not h.example.risk and h.alarmed and h.example.quotable]
    wrong.sort(key=lambda h: (-(h.level - (h.example.level or 0)), -(h.chance or 0.0), h.example.id))
    return [_explained(h) for h in wrong[:most]]


def _explained(heard: Heard) -> dict[str, Any]:
    example, found = heard.example, heard.found
    return {
        "id": example.id, "set": example.origin, "text": example.text, "prompt": example.prompt, "history": list(example.history),
        "right": {"level": example.level, "category": example.category},
        "said": {"level": heard.level, "category": found.category, "unscreened": found.unscreened},
        "chance": None if heard.chance is None else round(heard.chance, 3),
        "counted": [_finding(f) for f in sorted(found.counted, key=lambda f: -f.level) if f.level],
        "set aside": [_finding(f) for f in found.findings if not f.counted],
    }  # fmt: skip


def _finding(found: Finding) -> dict[str, Any]:
    return {"id": found.phrase_id, "layer": found.layer, "level": found.level, "words": found.text, "cue": found.cue, "why": found.why}
