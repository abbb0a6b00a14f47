"""Sets that others wrote, read where they lie beside the project. Their text never enters it, nor any report."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from evaluation.examples import ROOT, Example

DATA = ROOT.parent / "shared" / "data"
# Every how many-th line is taken: all of the small sets, a part of the large and easy ones.
STRIDES = {"diasafety_risk": 1, "simplesafetytests": 1, "weval_cc0": 1, "goemotions_sample": 4, "clinc150_sample": 6, "humanebench": 1}
QUICK = 10


def foreign(folder: Path = DATA, *, quick: bool = False) -> list[Example]:
    return [example for name, stride in strides(quick=quick).items() for example in _file(folder / f"{name}.jsonl", stride)]


def strides(*, quick: bool) -> dict[str, int]:
    return {name: stride * QUICK if quick and name != "weval_cc0" else stride for name, stride in STRIDES.items()}


def _file(path: Path, stride: int) -> Iterator[Example]:
    """Ambiguous lines count neither as risk nor as harmless, so they are left out before counting."""
    if not path.is_file():
        return
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    clear = [line for line in lines if line["label"] in ("crisis", "not_crisis")]
    for line in clear[::stride]:
        tags = frozenset({"hard"} if line.get("hard_negative") else ())
        yield Example(
            str(line["id"]), str(line["text"]), path.stem, line["label"] == "crisis", history=tuple(line.get("history") or ()), tags=tags
        )  # fmt: skip
