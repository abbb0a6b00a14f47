"""Other open crisis detectors, in an environment of their own (evaluation/peers.lock): nothing of them comes near the product."""

from __future__ import annotations

import json
import shutil
import subprocess
import venv
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from evaluation.examples import Example

HERE = Path(__file__).resolve().parent
OWN, LOCK = HERE / ".venv", HERE / "peers.lock"
SECONDS = 180


@dataclass(frozen=True, slots=True)
class Peers:
    """Each peer's alarms, one for each example in their order; `absent` says why the others are not here."""

    alarms: dict[str, list[bool]] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)


def ask(examples: Sequence[Example]) -> Peers:
    try:
        return _ask(_environment(), examples)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        return Peers(absent={"all": f"could not be installed or run here ({type(error).__name__})"})


def _environment() -> Path:
    """Made from the lock when it is missing or older than the lock."""
    python, mark = OWN / "bin" / "python", OWN / "complete"
    if not mark.is_file() or mark.read_bytes() != LOCK.read_bytes():
        shutil.rmtree(OWN, ignore_errors=True)
        venv.create(OWN, with_pip=True)
        subprocess.run(  # noqa: S603 - our own lock, with hashes
            [python, "-m", "pip", "install", "-q", "--no-input", "--no-deps", "--require-hashes", "-r", LOCK],
            check=True, capture_output=True, timeout=SECONDS
        )  # fmt: skip
        mark.write_bytes(LOCK.read_bytes())
    return python


def _ask(python: Path, examples: Sequence[Example]) -> Peers:
    lines = "".join(json.dumps([*example.history, example.text]) + "\n" for example in examples)
    done = subprocess.run(  # noqa: S603 - our own runner
        [python, "-I", HERE / "peer_runner.py"], input=lines, capture_output=True, text=True, encoding="utf-8", check=True, timeout=SECONDS
    )  # fmt: skip
    head, *rows = map(json.loads, done.stdout.splitlines())
    if len(rows) != len(examples):
        raise ValueError("the peers did not answer every message")
    return Peers({name: [row[n] for row in rows] for n, name in enumerate(head["peers"])}, head["absent"])
