"""Who is on call: weekly shifts in the clinic's time, with exceptions laid over them, and where nobody is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from store.on_call import HIGHEST, LOWEST, Override, Role, Shift
from store.people import Clinician

DAY_MINUTES = 24 * 60
LEVELS = range(LOWEST, HIGHEST + 1)
LOOK_AHEAD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Gap:
    """Nobody stands on this rung."""

    role: str
    level_from: int
    level_to: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Rota:
    """The whole schedule, small enough to be held at once. Only clinicians with an active account are in it."""

    shifts: Sequence[Shift]
    overrides: Sequence[Override]
    zone: ZoneInfo

    def on_call(self, role: str, level: int, at: datetime) -> tuple[str, ...]:
        """Ids of the clinicians on this rung. Exceptions replace the weekly shifts, the one entered last counting most."""
        level = min(max(level, LOWEST), HIGHEST)
        standing_in = [one for one in self.overrides if _meant(one, role, level) and one.starts_at <= at < one.ends_at]
        if standing_in:
            last = max(standing_in, key=lambda one: one.created_at)
            return (last.clinician_id,) if last.clinician_id else ()
        found = [one for one in self.shifts if _meant(one, role, level) and _runs(one, at.astimezone(self.zone))]
        return tuple(dict.fromkeys(one.clinician_id for one in sorted(found, key=lambda one: (one.created_at, one.id))))

    def anybody(self, level: int, at: datetime) -> bool:
        return any(self.on_call(role, level, at) for role in Role)

    def gaps(self, now: datetime, ahead: timedelta = LOOK_AHEAD) -> list[Gap]:
        """Where a rung stays empty from now on; neighbouring hours and levels are one gap."""
        times = sorted({now, *(at for at in self._changes(now, ahead) if now < at < now + ahead), now + ahead})
        found = [gap for role in Role for level in LEVELS for gap in self._gaps(role, level, times)]
        return sorted(_levels_joined(found), key=lambda gap: (gap.starts_at, list(Role).index(Role(gap.role)), gap.level_from))

    def _gaps(self, role: str, level: int, times: Sequence[datetime]) -> Iterator[Gap]:
        began: datetime | None = None
        for starts in times[:-1]:
            if not self.on_call(role, level, starts):
                began = began or starts
            elif began:
                yield Gap(role, level, level, began, starts)
                began = None
        if began:
            yield Gap(role, level, level, began, times[-1])

    def _changes(self, now: datetime, ahead: timedelta) -> Iterator[datetime]:
        """Every moment at which somebody's time begins or ends."""
        for override in self.overrides:
            yield from (override.starts_at, override.ends_at)
        first = now.astimezone(self.zone).date() - timedelta(days=1)
        for day in (first + timedelta(days=number) for number in range(ahead.days + 3)):
            for shift in self.shifts:
                if shift.weekday == day.weekday():
                    midnight = datetime.combine(day, time(), self.zone)
                    yield _moment(midnight, shift.starts)
                    yield _moment(midnight, shift.ends + (DAY_MINUTES if shift.ends <= shift.starts else 0))


def read_rota(session: Session, zone: str, since: datetime) -> Rota:
    """The schedule from `since` on: exceptions that ended before are left out."""
    active = select(Clinician.id).where(Clinician.active)
    shifts = session.scalars(select(Shift).where(Shift.clinician_id.in_(active))).all()
    nobody_or_active: ColumnElement[bool] = Override.clinician_id.is_(None) | Override.clinician_id.in_(active)
    overrides = session.scalars(select(Override).where(and_(Override.ends_at > since, nobody_or_active))).all()
    return Rota(shifts, overrides, ZoneInfo(zone))


def _meant(one: Shift | Override, role: str, level: int) -> bool:
    return one.role == role and one.level_from <= level <= one.level_to


def _runs(shift: Shift, local: datetime) -> bool:
    minute, today = local.hour * 60 + local.minute, shift.weekday == local.weekday()
    if shift.starts < shift.ends:
        return today and shift.starts <= minute < shift.ends
    yesterday = (shift.weekday + 1) % 7 == local.weekday()
    return (today and minute >= shift.starts) or (yesterday and minute < shift.ends)


def _moment(midnight: datetime, minutes: int) -> datetime:
    """By the clock on the wall, also on the days when that clock is changed."""
    return (midnight + timedelta(minutes=minutes)).astimezone(UTC)


def _levels_joined(gaps: Sequence[Gap]) -> Iterator[Gap]:
    """The same stretch empty for levels 2, 3 and 4 is one gap."""
    left = sorted(gaps, key=lambda gap: (gap.role, gap.starts_at, gap.ends_at, gap.level_from))
    for place, gap in enumerate(left):
        before = left[place - 1] if place else None
        if before and _adjoin(before, gap):
            continue
        upper = gap.level_to
        for after in left[place + 1 :]:
            if _adjoin(Gap(gap.role, upper, upper, gap.starts_at, gap.ends_at), after):
                upper = after.level_to
            else:
                break
        yield Gap(gap.role, gap.level_from, upper, gap.starts_at, gap.ends_at)


def _adjoin(lower: Gap, upper: Gap) -> bool:
    same = (lower.role, lower.starts_at, lower.ends_at) == (upper.role, upper.starts_at, upper.ends_at)
    return same and upper.level_from == lower.level_to + 1
