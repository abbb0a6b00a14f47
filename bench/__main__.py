"""`python -m bench [a b c d]`: measures, prints a table, writes bench/results/latest.json with machine and versions.

`python -m bench q`: the console over a large record, by itself and into bench/results/queue.json (minutes, 5 GB of disk).
`python -m bench turn`: the full domain against a small one, by itself and into bench/results/turn.json (two trainings).
"""

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
from bench.queue import queue_and_card
from bench.screen import screen_speed
from bench.table import show
from bench.turn import small_and_full

RESULTS = Path(__file__).parent / "results" / "latest.json"
QUEUE = RESULTS.with_name("queue.json")
TURN = RESULTS.with_name("turn.json")
PARTS: dict[str, Callable[[Any], Any]] = {
    "a": lambda stack: asyncio.run(through_the_gateway(stack)),
    "b": lambda _stack: screen_speed(),
    "c": lambda stack: crisis_times(stack),
    "d": lambda stack: long_conversations(stack),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", default=list(PARTS), help="a gateway against Rasa, b screen, c crisis, d growth; q queue and card; turn"
    )
    chosen = parser.parse_args().parts
    if chosen == ["q"]:
        return _keep({"machine": machine(), "q": queue_and_card()}, QUEUE)
    if chosen == ["turn"]:
        return _keep({"machine": machine(), "turn": small_and_full()}, TURN)
    with tempfile.TemporaryDirectory(prefix="afterglow-bench-") as folder, house(Path(folder)) as stack:
        results = {name: PARTS[name](stack) for name in chosen}
    return _keep({"machine": machine(), **results}, RESULTS)


def _keep(report: dict[str, Any], path: Path) -> int:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    print(show(report))
    return 0


if __name__ == "__main__":
    sys.exit(main())
