"""The day that a patient chose: found, never in the quiet hours, never on another day."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programme import Day
from programme.nudges import NOT_AT_ONCE, days_ahead, moment

DENVER = "America/Denver"
WEDNESDAY = datetime(2026, 11, 4, 18, 0, tzinfo=UTC)  # 11:00 in Denver
MORNING, EVENING = (time(9), time(12)), (time(17), time(20))


@pytest.mark.parametrize(
    ("value", "words", "ahead"),
    [
        ("today", "", 0), ("tomorrow", "tmrw", 1), ("three_days", "", 3), ("named", "Saturday", 3), ("named", "on sat morning", 3),
        ("named", "tues?", 6), ("named", "wednesday", 7), ("named", "when I feel like it", None), ("unclear", "soon", None),
    ],
)  # fmt: skip
def test_a_day_is_counted_from_the_patients_own_today(value: str, words: str, ahead: int | None) -> None:
    assert days_ahead(value, words, WEDNESDAY, DENVER) == ahead


def test_late_in_the_evening_elsewhere_it_is_another_weekday() -> None:
    assert days_ahead("named", "thursday", WEDNESDAY, "Pacific/Apia") == 7  # there it is Thursday already


def test_today_is_later_today_or_not_at_all() -> None:
    day = Day(DENVER)
    found = moment(day, WEDNESDAY, 0, EVENING)
    assert found is not None
    assert found.due.astimezone(ZoneInfo(DENVER)).hour == 17
    morning = moment(day, WEDNESDAY, 0, MORNING)  # the morning is nearly over: any other hour of the day
    assert morning is not None
    assert morning.due == WEDNESDAY + NOT_AT_ONCE
    assert moment(day, datetime(2026, 11, 5, 1, 30, tzinfo=UTC), 0, EVENING) is None  # half past six: too late for today


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),
    st.sampled_from([DENVER, "Europe/Madrid", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu"]),
    st.integers(1, 7), st.sampled_from([MORNING, EVENING]),
)  # fmt: skip
def test_every_later_day_has_its_moment_in_its_own_open_hours(said_at: datetime, zone: str, ahead: int, span: tuple[time, time]) -> None:
    day = Day(zone)
    found = moment(day, said_at, ahead, span)
    assert found is not None
    assert day.days_between(said_at, found.due) == ahead
    assert day.is_open(found.due)
    assert day.is_best(found.due, span)
    assert found.due < found.until
    assert day.date_of(found.until) == day.date_of(found.due)
