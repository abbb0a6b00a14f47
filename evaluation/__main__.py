"""`python -m evaluation [--quick] [--no-peers]`: measures the safety screen, writes bench/results/evaluation.json and evaluation.html."""

from __future__ import annotations

import argparse
import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evaluation import examples, foreign, peers
from evaluation.examples import ROOT, Example
from evaluation.hear import hear_all
from evaluation.page import page
from evaluation.report import build
from evaluation.talks import replay
from safety import load_clinical
from safety.model.network import load

RESULTS = ROOT / "bench" / "results"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m evaluation", description="Measures the safety screen.")
    parser.add_argument("--quick", action="store_true", help="a tenth of the large sets, no peers")
    parser.add_argument("--no-peers", action="store_true", help="do not install or ask other detectors")
    parser.add_argument("--to", type=Path, default=RESULTS, help="folder of the report")
    options = parser.parse_args(arguments)
    report = measure(quick=options.quick, with_peers=not (options.quick or options.no_peers))
    report["nlu"] = _nlu(options.to / "nlu.json")
    options.to.mkdir(parents=True, exist_ok=True)
    (options.to / "evaluation.json").write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", "utf-8")
    (options.to / "evaluation.html").write_text(page(report), "utf-8")
    print(_said(report, options.to))
    return 0


def measure(*, quick: bool, with_peers: bool) -> dict[str, Any]:
    began = time.monotonic()
    clinical, network = load_clinical(ROOT / "clinical"), load()
    them = _examples(quick)
    heard = hear_all(them, clinical, network)
    others = peers.ask(them) if with_peers else peers.Peers(absent={"all": "not asked this time"})
    report = build(heard, replay(them, clinical), others, clinical.model)
    about = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"), "quick": quick, "content": clinical.version,
        "trained layer": network is not None, "examples": len(them), "strides": foreign.strides(quick=quick),
        "seconds": round(time.monotonic() - began),
    }  # fmt: skip
    return {**about, **report}


def _examples(quick: bool) -> list[Example]:
    own = examples.test_share()
    return [*(own[::5] if quick else own), *examples.exam(), *examples.cases(), *foreign.foreign(quick=quick)]


def _nlu(path: Path) -> dict[str, Any] | None:
    """What another measurement left there about the bot's understanding."""
    found = json.loads(path.read_text("utf-8")) if path.is_file() else None
    return found if isinstance(found, dict) else None


def _said(report: dict[str, Any], folder: Path) -> str:
    lines = []
    for target in report["targets"]:
        cells = [f"{name} {c['hits']}/{c['of']} {'met' if c['met'] else 'NOT MET'}" for name, c in target["found"].items() if c]
        lines.append(
            f"{target['target']} ({'≤' if target['at most'] else '≥'} {target['wanted']:g}): {'; '.join(cells) or 'nothing to measure'}"
        )
    return "\n".join([*lines, f"{report['examples']} messages, {report['seconds']} s. {folder / 'evaluation.html'}"])


if __name__ == "__main__":
    sys.exit(main())
