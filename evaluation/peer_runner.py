"""Runs in the peers' own environment: message lines in, one line of verdicts out for each. Imports nothing of ours."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version

Says = Callable[[Sequence[str]], bool]


def rrt_advocate() -> Says:
    """Reads a person's messages in their order; anything but GREEN is to be sent to support."""
    package = importlib.import_module("rrt_advocate")
    assessor = package.CrisisAssessor("evaluation")

    def says(messages: Sequence[str]) -> bool:
        detector = package.CrisisDetector()
        found = [assessor.assess_crisis(detector.detect_crisis_indicators(text)) for text in messages]
        return found[-1].crisis_level is not package.CrisisLevel.GREEN

    return says


def pantheon_guardrails() -> Says:
    protocol = importlib.import_module("pantheon_guardrails.crisis").CrisisProtocol()
    return lambda messages: bool(protocol.check(messages[-1], jurisdiction="US").triggered)


def cogno_aegis() -> Says:
    rules = importlib.import_module("cogno_aegis.safety").DEFAULT_CRISIS_RULES
    guard = importlib.import_module("cogno_aegis").InputGuard(crisis_rules=rules)
    return lambda messages: not guard.check_crisis(messages[-1]).ok


PEERS: dict[str, Callable[[], Says]] = {
    "rrt-advocate": rrt_advocate, "pantheon-guardrails": pantheon_guardrails, "cogno-aegis": cogno_aegis,
}  # fmt: skip


def main() -> None:
    peers, absent = {}, {}
    for name, make in PEERS.items():
        try:
            peers[f"{name} {version(name)}"] = make()
        except (ImportError, AttributeError, PackageNotFoundError) as error:
            absent[name] = f"{type(error).__name__}: {error}"
    _line({"peers": list(peers), "absent": absent})
    for line in sys.stdin:
        messages = json.loads(line)
        _line([says(messages) for says in peers.values()])


def _line(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")


if __name__ == "__main__":
    main()
