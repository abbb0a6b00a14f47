"""Who is on call: weekly shifts by the clinic's clock, exceptions over them, and gaps that are seen before they hurt."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from store.contacts import change_contact, reach_of
from store.errors import StoreError
from store.ladder import ask_test
from store.on_call import Override, Role, Shift
from store.people import AuditEntry, Clinician
from store.schedule import Gap, Rota, read_rota
from store.schedule_changes import add_override, add_shift, remove
from tests.gateway.pager_house import Mailbox, PagerHouse, mail_server, open_pager, ways

ZONE = ZoneInfo("America/New_York")
BEFORE = datetime(2026, 1, 1, tzinfo=UTC)


def shift(who: str, days: tuple[int, ...], starts: int, ends: int, role: str = "primary", levels: tuple[int, int] = (2, 5)) -> list[Shift]:
    return [
        Shift(id=f"{who}{day}", clinician_id=who, role=role, weekday=day, starts=starts * 60, ends=ends * 60, level_from=levels[0],
              level_to=levels[1], created_at=BEFORE)
        for day in days
    ]  # fmt: skip


def override(who: str | None, starts: datetime, ends: datetime, *, entered: int = 0) -> Override:
    return Override(clinician_id=who, role="primary", starts_at=starts, ends_at=ends, level_from=2, level_to=5,
                    created_at=BEFORE + timedelta(minutes=entered))  # fmt: skip


def local(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


WEEK = tuple(range(7))
OFFICE = [*shift("dana", (0, 1, 2, 3, 4), 8, 18), *shift("omar", WEEK, 18, 8)]


@pytest.mark.parametrize(
    ("at", "who"),
    [
        (local(23, 8), ("dana",)), (local(23, 17, 59), ("dana",)), (local(23, 18), ("omar",)), (local(24, 7, 59), ("omar",)),
        (local(28, 7, 59), ("omar",)), (local(28, 12), ()), (local(30, 3), ("omar",)),
    ],
)  # fmt: skip
def test_a_shift_over_midnight_belongs_to_the_day_it_began(at: datetime, who: tuple[str, ...]) -> None:
    assert Rota(OFFICE, (), ZONE).on_call("primary", 4, at.astimezone(UTC)) == who


def test_the_same_hour_twice_is_the_whole_day() -> None:
    rota = Rota(shift("dana", (6,), 0, 0), (), ZONE)
    assert rota.on_call("primary", 3, local(29, 0)) == ("dana",)
    assert rota.on_call("primary", 3, local(29, 23, 59)) == ("dana",)
    assert rota.on_call("primary", 3, local(30, 0)) == ()


@pytest.mark.parametrize("day", [datetime(2026, 3, 8, tzinfo=ZONE), datetime(2026, 11, 1, tzinfo=ZONE)])
def test_when_the_clocks_are_changed_nobody_is_missing(day: datetime) -> None:
    """23 and 25 hours long: every minute of them has somebody."""
    rota = Rota([*shift("dana", WEEK, 8, 20), *shift("omar", WEEK, 20, 8)], (), ZONE)
    start = day.astimezone(UTC)
    assert all(rota.on_call("primary", 5, start + timedelta(minutes=5 * step)) for step in range(26 * 12))
    assert [gap for gap in rota.gaps(start) if gap.role == "primary"] == []


def test_levels_have_people_of_their_own() -> None:
    rota = Rota([*shift("dana", WEEK, 0, 0, levels=(4, 5)), *shift("omar", WEEK, 0, 0, levels=(2, 3))], (), ZONE)
    assert [rota.on_call("primary", level, local(25, 12)) for level in (1, 2, 3, 4, 5)] == [("omar",)] * 3 + [("dana",)] * 2


def test_an_exception_replaces_the_week_and_the_last_one_entered_counts() -> None:
    nobody = override(None, local(23, 9), local(23, 12))
    eve = override("eve", local(23, 10), local(23, 11), entered=5)
    rota = Rota(OFFICE, (nobody, eve), ZONE)
    assert [rota.on_call("primary", 4, local(23, hour)) for hour in (8, 9, 10, 11, 12)] == [("dana",), (), ("eve",), (), ("dana",)]


def test_gaps_are_found_to_the_minute_and_joined() -> None:
    now = local(23, 12).astimezone(UTC)
    gaps = [gap for gap in Rota(OFFICE, (override(None, local(24, 10), local(24, 11, 30)),), ZONE).gaps(now) if gap.role == "primary"]
    assert gaps == [
        Gap("primary", 2, 5, local(24, 10), local(24, 11, 30)), Gap("primary", 2, 5, local(28, 8), local(28, 18)),
        Gap("primary", 2, 5, local(29, 8), local(29, 18)),
    ]  # fmt: skip


def test_a_gap_of_some_levels_says_which() -> None:
    now = local(23, 12).astimezone(UTC)
    gaps = Rota([*shift("dana", WEEK, 0, 0, levels=(4, 5))], (), ZONE).gaps(now)
    assert (gaps[0].role, gaps[0].level_from, gaps[0].level_to, gaps[0].ends_at - gaps[0].starts_at) == ("primary", 2, 3, timedelta(days=7))


@pytest.fixture(scope="module")
def mail() -> Iterator[Mailbox]:
    with mail_server() as box:
        yield box


@pytest.fixture
def clinic(tmp_path: Path, mail: Mailbox) -> PagerHouse:
    mail.mails.clear()
    return open_pager(tmp_path, schedule=False, **ways(mail, None))


def test_every_change_of_the_schedule_is_on_record(clinic: PagerHouse) -> None:
    ana, now = clinic.people["ana"], clinic.clock()
    with clinic.store.write() as session:
        [added] = add_shift(session, ana, now, clinician_id=ana, role=Role.PRIMARY, weekdays=[0], starts=0, ends=0)
        remove(session, ana, now, Shift, added.id)
        add_override(session, ana, now, clinician_id=None, role="backup", starts_at=now, ends_at=now + timedelta(hours=1))
    assert [entry.action for entry in clinic.rows(AuditEntry)] == ["shift_add", "shift_remove", "override_add"]


@pytest.mark.parametrize(
    "wrong",
    [{"role": "friend"}, {"weekdays": []}, {"weekdays": [7]}, {"starts": -1}, {"ends": 1440}, {"levels": (5, 2)}, {"clinician_id": "?"}],
)
def test_an_impossible_shift_is_refused(clinic: PagerHouse, wrong: dict) -> None:
    good = {"clinician_id": clinic.people["ana"], "role": "primary", "weekdays": [0], "starts": 0, "ends": 60}
    with pytest.raises(StoreError), clinic.store.write() as session:
        add_shift(session, clinic.people["ana"], clinic.clock(), **{**good, **wrong})


def test_who_has_left_the_clinic_is_on_call_no_more(clinic: PagerHouse) -> None:
    ana, now = clinic.people["ana"], clinic.clock()
    with clinic.store.write() as session:
        add_shift(session, ana, now, clinician_id=ana, role="primary", weekdays=range(7), starts=0, ends=0)
        session.get_one(Clinician, ana).active = False
    with clinic.store.read() as session:
        assert not read_rota(session, "America/New_York", now).anybody(5, now)
        assert reach_of(session, [ana], ["email"]) == []


def test_addresses_are_the_clinicians_own_choice(clinic: PagerHouse) -> None:
    ana = clinic.people["ana"]

    def ways_to(**choice: object) -> list[tuple[str, str]]:
        with clinic.store.write() as session:
            given = {"email": "", "phone": "", "by_email": True, "by_sms": False, **choice}
            change_contact(session, ana, clinic.clock(), region="US", **given)
        with clinic.store.read() as session:
            return [(way.channel, way.address) for way in reach_of(session, [ana], ["email", "sms"])]

    assert ways_to() == [("email", "ana@clinic.example")]
    assert ways_to(email="ana@home.example", phone="(555) 010-0142", by_sms=True)[1:] == [("sms", "+15550100142")]
    assert ways_to(by_email=False) == []
    for wrong in ({"email": "nobody"}, {"phone": "call me"}, {"by_sms": True}):
        with pytest.raises(StoreError):
            ways_to(**wrong)


def test_a_test_alert_says_that_it_is_one_and_reaches_only_who_asked(clinic: PagerHouse, mail: Mailbox) -> None:
    with clinic.store.write() as session:
        ask_test(session, clinic.people["ben"], ["email"], clinic.clock())
    clinic.beat()
    [(address, letter)] = mail.mails
    assert (address, letter["Subject"]) == ("ben@clinic.example", "Test alert: no patient needs you")
    [test] = clinic.attempts()
    assert (test.status, test.page_id) == ("accepted", None)
    with pytest.raises(StoreError), clinic.store.write() as session:
        ask_test(session, clinic.people["ben"], ["email"], clinic.clock())
