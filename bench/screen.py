"""(b) The screen: microseconds a message, one core, no network."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from bench.messages import MESSAGES
from bench.numbers import percentile
from safety import assess, load_clinical
from training.rows import read

ROOT = Path(__file__).resolve().parent.parent
LENGTHS = {"about 5 words": None, "20 words": 20, "200 words": 200, "10000 words": 10_000}


def screen_speed() -> dict[str, Any]:
    began = time.perf_counter()
    clinical = load_clinical(ROOT / "clinical")
    assess("hello", clinical=clinical)  # a model, where there is one, is loaded with the first message
    load = time.perf_counter() - began
    words = _entry()
    texts = {name: list(MESSAGES) if size is None else [" ".join(words[:size])] for name, size in LENGTHS.items()}
    return {"load_seconds": round(load, 2), "microseconds": {name: _time(found, clinical) for name, found in texts.items()}}


def _entry() -> list[str]:
    """Ordinary talk, one message after the other: the same sentence again and again would be read only once."""
    return [word for row in read() if row.level == 0 and row.file.startswith("h_") for word in row.text.split()]


def _time(texts: list[str], clinical: Any) -> dict[str, float]:
    rounds = 5 if len(texts[0]) > 10_000 else max(1, 200 // len(texts))
    taken = []
    for _ in range(rounds):
        for text in texts:
            began = time.perf_counter()
            assess(text, clinical=clinical)
            taken.append((time.perf_counter() - began) * 1e6)
    return {"median": round(percentile(taken, 0.5)), "p99": round(percentile(taken, 0.99))}
