"""What the clock does for one patient at one moment: which module it offers, when it looks again, and why not the others."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from programme.contact import ALL_DAY, Day
from programme.content import Module
from programme.library import Programme
from programme.offers import Circumstances, nothing_because, offerable, refusal, week_is_full

LOOK_OFTEN = timedelta(minutes=30)
LOOK_SELDOM = timedelta(hours=2)
SPARE = timedelta(minutes=30)  # a window that closes so soon is not waited in


@dataclass(frozen=True, slots=True)
class Plan:
    """`module` may be offered now. `why` holds for all modules, `refusals` tells of each one why not now."""

    module: str | None
    why: str
    refusals: Mapping[str, str] = field(default_factory=dict)
    look_again: timedelta = LOOK_OFTEN


def plan_for(programme: Programme, hours: float | None, done: Collection[str], here: Circumstances, day: Day, now: datetime) -> Plan:
    """One look at one patient. The most fitting module goes now, or everything waits for its time of day."""
    refused = {m.id: why for m in programme.patient_modules if (why := refusal(programme, m, hours, done, here))}
    again = _look_again(day, now)
    if why := nothing_because(programme, hours, here):
        return Plan(None, why, refused, again)
    allowed = offerable(programme, hours, done, here)
    if not allowed:
        return Plan(None, week_is_full(programme, hours, here) or "no module is due", refused, again)
    first = programme.module(allowed[0])
    waits = waits_for(first, hours, here, day, now)
    behind = dict.fromkeys(allowed[1:], f"after {first.id}: one a day")
    if waits is None:
        return Plan(first.id, "", {**refused, **behind}, again)
    until, words = waits
    return Plan(None, f"{first.id} {words}", {**refused, **behind, first.id: words}, min(again, until - now))


def waits_for(module: Module, hours: float | None, here: Circumstances, day: Day, now: datetime) -> tuple[datetime, str] | None:
    """Until when the module waits for a good time of day, and how to say it; None: it goes now.

    The hour that is meant, the time the patient likes, or the module's own is waited for while the module's window lasts so long.
    """
    due = _due(module, hours, now)
    if due is not None and day.is_open(due):
        return due, f"waits for {_told(due, day, now)}"
    span = module.offer.between or day.likes
    if day.is_open(now) and day.is_best(now, span):
        return None
    ends = _window_ends(module, hours, here, now)
    best = day.next_open(now, span if span != ALL_DAY else None)
    if ends is None or best + SPARE <= ends:
        return best, f"waits for {_told(best, day, now)}" if day.is_open(now) else _quiet(best, day, now)
    if day.is_open(now):
        return None
    opens = day.next_open(now)
    words = _quiet(opens, day, now) if opens < ends else f"{_quiet(opens, day, now)}: its window closes before"
    return opens, words


def _due(module: Module, hours: float | None, now: datetime) -> datetime | None:
    """The hour after the dose that is meant, while it lies ahead. One in the quiet hours is not waited for."""
    meant = module.offer.due_hours
    return now + timedelta(hours=meant - hours) if meant is not None and hours is not None and hours < meant else None


def _window_ends(module: Module, hours: float | None, here: Circumstances, now: datetime) -> datetime | None:
    offer = module.offer
    if offer.before_dose_hours is not None and here.hours_to_next_dose is not None:
        return now + timedelta(hours=here.hours_to_next_dose - min(abs(edge) for edge in offer.before_dose_hours))
    if offer.to_hours is None or hours is None:
        return None
    return now + timedelta(hours=offer.to_hours - hours)


def _look_again(day: Day, now: datetime) -> timedelta:
    if day.is_open(now):
        return LOOK_OFTEN
    return min(LOOK_SELDOM, max(day.next_open(now) - now, timedelta(minutes=1)))


def _quiet(until: datetime, day: Day, now: datetime) -> str:
    return f"quiet hours until {_told(until, day, now)}"


def _told(at: datetime, day: Day, now: datetime) -> str:
    local = at.astimezone(ZoneInfo(day.zone))
    same = day.date_of(at) == day.date_of(now)
    return local.strftime("%H:%M" if same else "%a %H:%M")
