"""Two readers' labels: the figure is what it says, and what was decided stands in the corpus."""

from __future__ import annotations

import json

import pytest

from training.agreement import SECOND, Label, disputed, kappa, pairs, read, report, squared
from training.rows import CATEGORIES
from training.rows import read as corpus


def test_kappa_is_that_of_the_worked_example() -> None:
    """20 and 15 agreed, 5 and 10 not: seen 0.70, by chance 0.50."""
    both = [(True, True)] * 20 + [(True, False)] * 5 + [(False, True)] * 10 + [(False, False)] * 15
    assert kappa(both) == pytest.approx(0.4)


def test_readers_who_agree_get_one_and_readers_who_guess_get_nothing() -> None:
    assert kappa([(n % 3, n % 3) for n in range(30)]) == 1
    assert kappa([(a, b) for a in range(3) for b in range(3)]) == pytest.approx(0)
    assert kappa([(2, 2)] * 5) == 1, "nothing to tell apart"


def test_squared_weights_forgive_near_misses_and_not_far_ones() -> None:
    near, far = [(n, min(n + 1, 5)) for n in range(6)], [(n, 5 - n) for n in range(6)]
    assert kappa(near, squared) > 0.8 > 0 > kappa(far, squared)
    assert kappa(near) < 0.2


def test_what_is_decided_is_what_changes_who_is_asked_or_lies_two_levels_apart() -> None:
    labels = {level: Label(level, "S") for level in range(6)}
    assert [disputed((labels[a], labels[b])) for a, b in ((1, 2), (2, 4), (2, 3), (4, 5), (0, 1))] == [True, True, False, False, False]


def test_a_thousand_messages_were_read_twice_and_all_disputes_decided() -> None:
    both, decided = pairs(), read("decisions.jsonl")
    assert len(both) == 1000
    assert {name for name, pair in both.items() if disputed(pair)} <= decided.keys()
    assert all(label.category in CATEGORIES for pair in both.values() for label in pair)


def test_the_corpus_carries_what_was_decided() -> None:
    rows = {row.id: row for row in corpus()}
    wrong = {
        n: (rows[n].level, rows[n].category)
        for n, d in read("decisions.jsonl").items()
        if (rows[n].level, rows[n].category) != (d.level, d.category)
    }
    assert wrong == {}


def test_every_decision_says_why() -> None:
    lines = map(json.loads, (SECOND / "decisions.jsonl").read_text("utf-8").splitlines())
    assert all(len(line["why"]) > 20 for line in lines)


def test_the_report_counts_each_message_once() -> None:
    found = report(list(pairs().values()))
    assert sum(map(sum, found["levels"].values())) == found["messages"] == 1000
    assert found["same level"] <= found["within one level"] <= 1000
