"""Which module is offered when: the gates, the limits and the hours of the day, over all clocks."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programme import Circumstances, Day, Offered, Programme, offerable, plan_for, wishable
from programme.contact import ALL_DAY

ZONES = [
    "America/Denver",
    "America/Phoenix",
    "Europe/Madrid",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Africa/Casablanca",
    "UTC",
]
moments = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))
hours_of_day = st.integers(0, 23).flatmap(
    lambda start: st.tuples(
        st.just(time(start)), st.integers(start + 1, 24).map(lambda end: time(end % 24, 0) if end < 24 else time(23, 59))
    )
)
days = st.builds(
    lambda zone, hours, likes: Day(zone, hours[0], hours[1], likes), st.sampled_from(ZONES), hours_of_day, st.none() | hours_of_day
)


def clocks_change(at: datetime, zone: str) -> bool:
    """An hour that the clocks skip or repeat lies here: then the opening is the moment after it."""
    around = [(at + timedelta(hours=hours)).astimezone(ZoneInfo(zone)).utcoffset() for hours in (-25, 25)]
    return around[0] != around[1]


@given(moments, days)
def test_the_next_open_moment_is_open_never_passed_and_within_two_days(at: datetime, day: Day) -> None:
    found = day.next_open(at)
    assert found >= at
    assert found - at <= timedelta(hours=49)
    assert day.is_open(found) or clocks_change(found, day.zone)


@given(moments, days, hours_of_day)
def test_a_liked_time_never_reaches_into_the_quiet_hours(at: datetime, day: Day, likes: tuple[time, time]) -> None:
    found = day.next_open(at, likes)
    assert day.is_open(found) or clocks_change(found, day.zone)
    if max(likes[0], day.opens) < min(likes[1], day.closes):
        assert day.is_best(found, likes) or clocks_change(found, day.zone)


@given(moments, st.sampled_from(ZONES), st.integers(0, 60))
def test_day_two_is_two_midnights_away_whatever_the_clocks_did(at: datetime, zone: str, hours: int) -> None:
    day, later = Day(zone), at + timedelta(hours=hours)
    passed = (later.astimezone(ZoneInfo(zone)).date() - at.astimezone(ZoneInfo(zone)).date()).days
    assert day.days_between(at, later) == passed
    assert (day.date_of(at) == day.date_of(later)) == (passed == 0)


@settings(max_examples=300)
@given(
    moments, st.sampled_from(ZONES), st.floats(0, 1000), st.none() | st.sampled_from([(time(9), time(12)), (time(17), time(20))]),
    st.integers(0, 3), st.integers(0, 6), st.integers(0, 3), st.none() | st.floats(0, 400), st.none() | st.integers(0, 10), st.booleans(),
)  # fmt: skip
def test_whatever_is_true_of_a_patient_the_clock_keeps_every_limit(
    programme: Programme, now: datetime, zone: str, hours: float, likes: object, today: int, week: int, silent: int,
    crisis: float | None, mood: int | None, ended: bool,
) -> None:  # fmt: skip
    day = Day(zone, likes=likes)  # type: ignore[arg-type]
    dose = now - timedelta(hours=hours)
    here = Circumstances(
        days_since_dose=day.days_between(dose, now), offered_today=today, offered_this_week=week, unanswered_in_a_row=silent,
        hours_since_offer=2.0 if today else 30.0 if week else None, hours_since_crisis=crisis, mood=mood, course_ended=ended,
    )  # fmt: skip
    plan = plan_for(programme, hours, ("M1",), here, day, now)
    assert plan.look_again > timedelta()
    if plan.module is None:
        assert plan.why
        return
    offer = programme.module(plan.module).offer
    assert day.is_open(now)
    assert today == 0
    assert silent < 2 or week == 0
    assert week < (2 if here.days_since_dose >= 7 else 5) or offer.priority == 1
    assert (offer.from_hours or 0) <= hours <= (offer.to_hours or 10**6)
    assert crisis is None or crisis >= offer.not_after_crisis_hours
    assert not (plan.module in {"M5", "M7"} and mood is not None and mood <= 2)
    assert plan.module != "X1"
    assert plan.module not in plan.refusals


@pytest.fixture
def noon() -> datetime:
    return datetime(2026, 11, 4, 19, 0, tzinfo=UTC)


DENVER = Day("America/Denver")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"enrolled": False}, "not enrolled"),
        ({"human_has_it": True}, "a person has"),
        ({"held": True}, "on hold"),
        ({"stopped": "medical red flag"}, "medical red flag"),
        ({"opted_out": True}, "STOP"),
        ({"safety_open": True}, "safety check"),
        ({"paused": True}, "PAUSE"),
        ({"talking": True}, "middle of a talk"),
        ({"hours_to_next_dose": 2.0}, "visit"),
        ({"offered_today": 1}, "one day"),
        ({"offered_this_week": 5}, "this week"),
        ({"unanswered_in_a_row": 2, "hours_since_offer": 100.0}, "once a week"),
    ],
)
def test_each_reason_for_silence_is_told_in_words(programme: Programme, noon: datetime, changed: dict[str, object], words: str) -> None:
    here = replace(Circumstances(days_since_dose=2), **changed)  # type: ignore[arg-type]
    plan = plan_for(programme, 47, ("M1",), here, DENVER, noon)
    assert plan.module is None
    assert words in plan.why
    assert plan_for(programme, 47, ("M1",), Circumstances(days_since_dose=2), DENVER, noon).module == "M5"


@pytest.mark.parametrize("changed", [{"human_has_it": True}, {"held": True}, {"stopped": "intent or plan"}])
def test_start_opens_no_clinical_gate(programme: Programme, changed: dict[str, object]) -> None:
    assert offerable(programme, 47, ("M1",), replace(Circumstances(asked_for=True), **changed)) == ()  # type: ignore[arg-type]


def test_start_is_not_held_by_the_clocks_limits(programme: Programme) -> None:
    here = Circumstances(asked_for=True, offered_today=1, offered_this_week=9, unanswered_in_a_row=4, hours_since_offer=1, paused=True)
    assert offerable(programme, 30, ("M1",), here)[0] == "M4"


def test_a_promised_module_comes_first_but_not_against_a_crisis(programme: Programme) -> None:
    here = Circumstances(days_since_dose=8, wished="M6")
    assert offerable(programme, 190, ("M1", "M6", "M10"), here)[0] == "M6"
    assert "M6" not in offerable(programme, 190, ("M1",), replace(here, hours_since_crisis=3))


def test_a_promise_comes_after_what_cannot_wait_and_first_when_it_is_asked_for(programme: Programme) -> None:
    here = Circumstances(days_since_dose=1, wished="M6")
    assert offerable(programme, 22, ("M1",), here)[:2] == ("M4", "M6")
    assert offerable(programme, 22, ("M1",), replace(here, asked_for=True))[0] == "M6"


def test_only_the_weekly_numbers_join_the_fade_check_of_the_same_day_and_a_promise_waits(programme: Programme) -> None:
    done, offered = ("M1", "M10"), {"M10": Offered(1, 0.2, 7)}
    here = Circumstances(days_since_dose=7, offered=offered, offered_today=1, hours_since_finished={"M10": 0.1}, wished="M6")
    assert offerable(programme, 172, done, here) == ("M11",)


def test_a_full_week_holds_back_all_but_what_cannot_wait(programme: Programme) -> None:
    """Doses ten days apart: the fade check and the numbers have taken the week's two places."""
    here = Circumstances(days_since_dose=8, hours_between_doses=240, hours_to_next_dose=40, offered_this_week=2)
    assert offerable(programme, 200, ("M1", "M10", "M11"), here) == ("M2",)
    assert offerable(programme, 20, ("M1",), replace(here, days_since_dose=1, hours_to_next_dose=220, offered_this_week=5)) == ("M4",)


@pytest.mark.parametrize("gap", [72, 96, 168])
def test_the_ride_and_the_medicines_are_asked_before_every_dose_however_close(programme: Programme, gap: int) -> None:
    here = Circumstances(days_since_dose=gap // 24 - 1, hours_between_doses=gap, hours_to_next_dose=24)
    assert offerable(programme, gap - 24, ("M1",), here)[0] in ("M2", "M10")
    assert "M2" in offerable(programme, gap - 24, ("M1",), replace(here, asked_for=True))


def test_where_doses_are_days_apart_the_weekly_numbers_are_counted_by_the_week(programme: Programme) -> None:
    here = Circumstances(days_since_dose=3, hours_between_doses=96, hours_to_next_dose=24, hours_since_first_dose=72)
    done = ("M1", "M2", "M5")
    assert offerable(programme, 72, done, here) == ()
    later = replace(here, hours_since_first_dose=240)
    assert offerable(programme, 72, done, later) == ("M11",)
    assert offerable(programme, 20, ("M1", "M4"), replace(later, days_since_dose=1)) == ()
    assert offerable(programme, 72, done, replace(later, hours_since_offered={"M11": 100})) == ()
    assert offerable(programme, 72, done, replace(later, hours_since_finished={"M11": 100})) == ()
    assert offerable(programme, 72, done, replace(later, hours_since_offered={"M11": 160}, hours_since_finished={"M11": 160})) == ("M11",)


def test_the_weeks_last_places_are_kept_for_what_clinicians_put_first(programme: Programme) -> None:
    done, here = ("M1", "M3", "M4", "M5"), Circumstances(days_since_dose=3, offered_this_week=3)
    assert offerable(programme, 73, done, here) == ()
    assert offerable(programme, 73, done, replace(here, offered_this_week=2)) == ("M6",)


def test_doses_a_week_apart_get_the_light_touch(programme: Programme) -> None:
    here = Circumstances(days_since_dose=2, hours_between_doses=168)
    assert offerable(programme, 45, ("M1",), here) == ("M5",)
    offered = {"M5": Offered(1, 20, 2, answered=False)}
    assert offerable(programme, 73, ("M1",), replace(here, days_since_dose=3, offered=offered)) == ()


def test_what_was_just_done_is_not_offered_again_and_calming_down_is(programme: Programme) -> None:
    now = Circumstances(asked_for=True, days_since_dose=9, hours_since_finished={"M10": 1.0, "X1": 1.0, "M6": 1.0})
    assert {"M10", "X1"}.isdisjoint(wishable(programme, 220, ("M1", "M6", "M10"), now))
    assert "M6" in wishable(programme, 220, ("M1", "M6", "M10"), now)
    later = replace(now, hours_since_finished={"M10": 60.0, "X1": 60.0})
    assert {"M10", "X1"} <= set(wishable(programme, 220, ("M1", "M10"), later))


def test_a_module_that_waits_for_its_time_lets_nothing_less_fitting_go_first(programme: Programme) -> None:
    early = datetime(2026, 11, 4, 15, 30, tzinfo=UTC)  # half past eight in Denver
    plan = plan_for(programme, 20, (), Circumstances(days_since_dose=1), DENVER, early)
    assert plan.module is None
    assert plan.refusals["M4"] == "quiet hours until 09:00"
    assert plan.look_again == timedelta(minutes=30)


def test_a_window_that_closes_before_the_liked_time_is_used_while_it_lasts(programme: Programme, noon: datetime) -> None:
    evening = Day("America/Denver", likes=(time(17), time(20)))
    assert plan_for(programme, 47, ("M1",), Circumstances(days_since_dose=2), evening, noon).module is None
    assert plan_for(programme, 81, ("M1",), Circumstances(days_since_dose=3), evening, noon).module == "M5"
    assert Day("UTC").next_open(noon, ALL_DAY) == noon


def test_the_evening_check_comes_early_rather_than_not_at_all(programme: Programme) -> None:
    """Its hour is four after the dose. Where that lies in the quiet hours, three will do."""
    ended = datetime(2026, 11, 4, 23, 30, tzinfo=UTC)  # half past four in Denver
    here = Circumstances(days_since_dose=0)
    found = plan_for(programme, 3, ("M1",), here, DENVER, ended + timedelta(hours=3))
    assert found.module == "M3"
    noon = datetime(2026, 11, 4, 19, 0, tzinfo=UTC)
    waits = plan_for(programme, 3, ("M1",), here, DENVER, noon + timedelta(hours=3))
    assert waits.module is None
    assert waits.refusals["M3"] == "waits for 16:00"
    late = plan_for(programme, 3, ("M1",), here, DENVER, datetime(2026, 11, 5, 3, 30, tzinfo=UTC))
    assert late.module is None
    assert "its window closes before" in late.refusals["M3"]


def test_who_reads_spanish_is_written_to_first_only_in_spanish(programme: Programme) -> None:
    here = Circumstances(days_since_dose=1, language="es")
    assert offerable(programme, 30, (), replace(here, consent=None)) == ("M1",)  # without it nothing else would ever begin
    assert offerable(programme, 20, ("M1",), here)[0] == "M4"
    assert offerable(programme, 170, ("M1",), replace(here, days_since_dose=7))[0] == "M10"
    assert "M7" not in offerable(programme, 100, ("M1",), replace(here, days_since_dose=4))
    assert "M7" in offerable(programme, 100, ("M1",), replace(here, days_since_dose=4, asked_for=True))
