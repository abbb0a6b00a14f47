"""The committed network keeps what its card says, on messages that it has not learnt from."""

from __future__ import annotations

from pathlib import Path

import pytest

from safety import load_clinical
from safety.model.limits import thresholds
from safety.model.network import load
from training.measure import Scored, alarms, recall, score
from training.rows import read, share

ENOUGH = 700  # of some thousands, spread over all files; `make evaluate` reads every one


@pytest.fixture(scope="module")
def scored() -> list[Scored]:
    network = load()
    assert network is not None, "safety/model/data is missing: run `make safety-model`"
    rows = [row for row in read() if share(row) == "test"]
    return score(network, rows[:: len(rows) // ENOUGH])


@pytest.fixture(scope="module")
def limit() -> float:
    limits = thresholds(load_clinical(Path(__file__).parents[3] / "clinical").model)
    assert limits is not None
    return limits.alone[1]


def test_hidden_risk_is_heard_by_the_layer_alone(scored: list[Scored], limit: float) -> None:
    heard, of = recall(scored, 2, limit, 2)
    assert heard / of >= 0.6


def test_harmless_messages_stay_within_the_alarms_budget(scored: list[Scored], limit: float) -> None:
    alarmed, of = alarms(scored, 2, limit)
    assert alarmed / of <= 0.05
