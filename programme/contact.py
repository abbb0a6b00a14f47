"""When a patient may be written to: the clinic's contact limits, and the hours of the patient's own day. No clock inside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

Span = tuple[time, time]
ALL_DAY: Span = (time(0), time(23, 59, 59))


class Contact(BaseModel):
    """PROGRAMME section 3, rules 3, 4 and 7, as clinicians set them in rules.yml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    a_day: int = 1
    first_week: int = 5
    later_weeks: int = 2
    weekly_after_unanswered: int = 2
    remind_after_hours: float = 20
    give_up_after_hours: float = 48
    rest_after_pause_hours: float = 24
    rest_while_talking_minutes: float = 30
    flagged_days: float = 14
    opens: time = time(9)
    closes: time = time(20)
    times: Mapping[str, Span] = Field(
        default_factory=lambda: {
            "morning": (time(9), time(12)),
            "midday": (time(11, 30), time(15)),
            "evening": (time(17), time(20)),
        }  # fmt: skip
    )


@dataclass(frozen=True, slots=True)
class Day:
    """One patient's day: when texts may come, and when they like them best. All in their own time zone."""

    zone: str
    opens: time = time(9)
    closes: time = time(20)
    likes: Span | None = None

    def date_of(self, at: datetime) -> str:
        return at.astimezone(ZoneInfo(self.zone)).date().isoformat()

    def days_between(self, earlier: datetime, later: datetime) -> int:
        """Midnights that lie between the two, where the patient lives: what people mean by "day 2"."""
        zone = ZoneInfo(self.zone)
        return (later.astimezone(zone).date() - earlier.astimezone(zone).date()).days

    def is_open(self, at: datetime) -> bool:
        return self._within(at, (self.opens, self.closes))

    def next_open(self, at: datetime, span: Span | None = None) -> datetime:
        """The first moment from `at` on at which texts may come; with `span`, only inside it.

        A span that lies wholly in the quiet hours is never open: then the quiet hours win and the span is left aside.
        """
        start, end = self._both(span) if span else (self.opens, self.closes)
        if start >= end:
            start, end = self.opens, self.closes
        if self._within(at, (start, end)):
            return at
        local = at.astimezone(ZoneInfo(self.zone))
        day = local.date() if local.time() < start else local.date() + timedelta(days=1)
        found = self._moment(datetime.combine(day, start))
        return found if found > at else self._moment(datetime.combine(day + timedelta(days=1), start))

    def closes_after(self, at: datetime) -> datetime:
        """When the quiet hours begin that follow an open moment."""
        local = at.astimezone(ZoneInfo(self.zone))
        return self._moment(datetime.combine(local.date(), self.closes))

    def is_best(self, at: datetime, span: Span | None) -> bool:
        wanted = self._both(span) if span else None
        return wanted is None or wanted[0] >= wanted[1] or self._within(at, wanted)

    def _both(self, span: Span) -> Span:
        return max(span[0], self.opens), min(span[1], self.closes)

    def _within(self, at: datetime, span: Span) -> bool:
        return span[0] <= at.astimezone(ZoneInfo(self.zone)).time() < span[1]

    def _moment(self, local: datetime) -> datetime:
        """A wall-clock time as an instant. One that the clocks skip in spring is taken as the moment after the gap."""
        return local.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)
