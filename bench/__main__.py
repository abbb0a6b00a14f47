"""`python -m bench [a b c d]`: measures, prints a table, writes bench/results/latest.json with machine and versions."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.compare import through_the_gateway
from bench.crisis import crisis_times
from bench.growth import long_conversations
from bench.house import house
from bench.machine import machine
from bench.screen import screen_speed
from bench.table import show

RESULTS = Path(__file__).parent / "results" / "latest.json"
PARTS: dict[str, Callable[[Any], Any]] = {
    "a": lambda stack: asyncio.run(through_the_gateway(stack)),
    "b": lambda _stack: screen_speed(),
    "c": lambda stack: crisis_times(stack),
    "d": lambda stack: long_conversations(stack),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", default=list(PARTS), help="a gateway against Rasa, b screen, c crisis, d growth")
    chosen = parser.parse_args().parts
    with tempfile.TemporaryDirectory(prefix="afterglow-bench-") as folder, house(Path(folder)) as stack:
        results = {name: PARTS[name](stack) for name in chosen}
    report = {"machine": machine(), **results}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    print(show(report))
    return 0


if __name__ == "__main__":
    sys.exit(main())
