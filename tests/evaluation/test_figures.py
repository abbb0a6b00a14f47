"""The figures are the textbook's."""

from __future__ import annotations

import math

import pytest

from evaluation.examples import Example
from evaluation.figures import Rate, average_precision, calibration, calibration_error, confusion, precision_recall
from evaluation.hear import Heard
from safety import Assessment


def heard(level: int, said: int, **more: object) -> Heard:
    example = Example(f"{level}-{said}", "words", "test", level >= 2, level)
    return Heard(example, Assessment(level=said, category="S" if said else "none", **more), 0.001)  # type: ignore[arg-type]  # tests name fields


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"), [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605)]
)
def test_wilsons_interval_is_that_of_newcombes_table(hits: int, of: int, low: float, high: float) -> None:
    assert Rate(hits, of).interval == (pytest.approx(low, abs=2e-4), pytest.approx(high, abs=2e-4))


def test_nothing_counted_is_no_figure() -> None:
    assert math.isnan(Rate(0, 0).share)
    assert Rate(0, 0).interval == (0.0, 1.0)
    assert Rate(0, 0).to_dict()["share"] is None


def test_a_screen_that_ranks_all_risk_first_has_precision_one_to_the_end() -> None:
    points = precision_recall([(0.9, True), (0.8, True), (0.3, False), (0.1, False)])
    assert points == [(0.5, 1.0), (1.0, 1.0), (1.0, pytest.approx(2 / 3)), (1.0, 0.5)]
    assert average_precision(points) == 1


def test_equal_numbers_are_one_point_whatever_their_order() -> None:
    assert precision_recall([(0.5, True), (0.5, False)]) == precision_recall([(0.5, False), (0.5, True)]) == [(1.0, 0.5)]


def test_what_is_said_and_comes_true_as_often_has_no_error() -> None:
    even = calibration([(0.25, n == 0) for n in range(4)] + [(1.0, True)] * 3)
    assert even == [{"said": 0.25, "true": 0.25, "messages": 4}, {"said": 1.0, "true": 1.0, "messages": 3}]
    assert calibration_error(even) == 0
    assert calibration_error(calibration([(0.9, False)] * 5)) == pytest.approx(0.9)


def test_the_confusion_of_levels_counts_each_message_where_it_belongs() -> None:
    table = confusion([heard(5, 3), heard(5, 3), heard(0, 2)])
    assert table[5][3] == 2
    assert table[0][2] == 1
    assert sum(map(sum, table)) == 3


def test_what_could_not_be_screened_goes_to_a_person_and_counts_as_heard() -> None:
    assert heard(4, 0, unscreened="broken").alarmed
