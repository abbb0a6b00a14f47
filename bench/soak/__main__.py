"""`make soak` (CRISES=50 SEED=7 HASTE=1): two gateways on a throw-away PostgreSQL, random faults, and one line of figures.

Ends with 1 when anything was lost, doubled, out of order or said over a person.
"""

from __future__ import annotations

import os
import sys

from bench.soak.judge import CLOCKS, Verdict
from bench.soak.run import PATIENCE, soak
from launch.postgres import throwaway_postgres

KILLS = (30, 60)
"""Seconds between two of them. A gateway needs a while to start; one that only starts does nothing that could go wrong."""

LIMITS = f"clocks_within={CLOCKS.seconds}s rest_within={PATIENCE:.0f}s"
"""What the figures were judged by: how far two clocks may differ, and how long the house has to come to rest."""


def main() -> int:
    crises, seed, haste = (os.environ.get(name, "") or default for name, default in (("CRISES", "1000"), ("SEED", "1"), ("HASTE", "1")))
    with throwaway_postgres() as url:
        verdict, house, seconds = soak(url, int(crises), seed, float(haste), KILLS)
    for fault in verdict.faults[:40]:
        print("  ".join(fault))
    seen = house.ledger.seen
    print(f"seed {seed}: " + ", ".join(f"{what} ×{times}" for what, times in sorted(seen.items())))
    print(line(verdict, int(crises), seconds))
    return 1 if verdict.faults else 0


def line(verdict: Verdict, crises: int, seconds: float) -> str:
    figures = " ".join(f"{name}={number}" for name, number in verdict.figures.items() if name != "undelivered_unflagged")
    flagged = verdict.undelivered - verdict.figures["undelivered_unflagged"]
    return f"crises={crises} {figures} undelivered_flagged={flagged}/{verdict.undelivered} seconds={seconds:.0f} {LIMITS}"


if __name__ == "__main__":
    sys.exit(main())
