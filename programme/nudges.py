"""The day that a patient chose for a plan, and the moment for a line on that day. No clock, no store."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from programme.contact import Day, Span

AHEAD = {"today": 0, "tomorrow": 1, "two_days": 2, "three_days": 3}
NAMED = "named"  # another day, by its name
NOT_AT_ONCE = timedelta(hours=2)  # "today" is later today
_DAYS = [name.casefold() for name in calendar.day_name]
_SHORTEST = 3  # "wed"


@dataclass(frozen=True, slots=True)
class Moment:
    """From when on the line may go, and when the day is over for it."""

    due: datetime
    until: datetime


def days_ahead(value: object, words: str, said_at: datetime, zone: str) -> int | None:
    """How many midnights lie before the chosen day; None where no day was named. "Monday" said on a Monday is in a week."""
    if value != NAMED:
        return AHEAD.get(str(value))
    today = said_at.astimezone(ZoneInfo(zone)).weekday()
    for word in re.findall(r"[a-z]+", words.casefold()):
        found = [number for number, name in enumerate(_DAYS) if len(word) >= _SHORTEST and name.startswith(word)]
        if found:
            return (found[0] - today - 1) % 7 + 1
    return None


def moment(day: Day, said_at: datetime, ahead: int, span: Span | None) -> Moment | None:
    """The time of day that was chosen, else any open hour of that day; None when the day has no open hour left."""
    zone = ZoneInfo(day.zone)
    date = said_at.astimezone(zone).date() + timedelta(days=ahead)
    begins = max(datetime.combine(date, time(0), zone), said_at + NOT_AT_ONCE)
    for wanted in (span, None):
        due = day.next_open(begins, wanted)
        if day.date_of(due) == date.isoformat():
            return Moment(due, day.closes_after(due))
    return None
