"""The on-call schedule: who is on now, where nobody is, the weekly shifts and the exceptions to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from console import words
from console.dates import moment
from console.render import render
from console.visitors import Posted, Posting, Visiting, parts_of
from console.words import WEEKDAYS
from store.attempts import CallChannel
from store.contacts import Reach, reach_of, ways_set_up
from store.errors import StoreError, UnknownRecord
from store.on_call import Override, Role, Shift
from store.people import Clinician
from store.schedule import LEVELS, Rota, read_rota
from store.schedule_changes import add_override, add_shift, remove
from store.signals import QUEUE
from store.web_sessions import Visitor

router = APIRouter(prefix="/on-call")

NOBODY = "nobody"
TWO_WAYS_FROM = 5  # the level whose call has to go out on two channels (CRISIS.md §9.1)
NUMBERS_HOLD = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Standing:
    """Who stands on a rung now, for a range of levels. Nobody: `people` is empty."""

    role: str
    levels: tuple[int, int]
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Week:
    """The same hours on several days, entered as one."""

    shift: Shift
    days: str
    ids: str


@router.get("")
def show(request: Request, visitor: Visiting) -> Response:
    return _page(request, visitor)


@router.post("/shifts")
def press_shift(request: Request, posted: Posting) -> Response:
    def add(session: Session, now: datetime) -> None:
        days = [int(day) for day in posted.text("days").split(",") if day]
        starts, ends = _minutes(posted.text("starts")), _minutes(posted.text("ends"))
        who = posted.text("clinician")
        add_shift(
            session, posted.visitor.clinician_id, now, clinician_id=who, role=posted.text("role"), weekdays=days, starts=starts,
            ends=ends, levels=_levels(posted),
        )  # fmt: skip

    return _carry_out(request, posted, add)


@router.post("/overrides")
def press_override(request: Request, posted: Posting) -> Response:
    def add(session: Session, now: datetime) -> None:
        zone = parts_of(request).settings.clinic.timezone
        starts_at, ends_at = moment(posted.text("starts_at"), zone), moment(posted.text("ends_at"), zone)
        if starts_at is None or ends_at is None:
            raise StoreError("From when until when?")
        who = posted.text("clinician")
        add_override(
            session, posted.visitor.clinician_id, now, clinician_id=None if who == NOBODY else who, role=posted.text("role"),
            starts_at=starts_at, ends_at=ends_at, levels=_levels(posted),
        )  # fmt: skip

    return _carry_out(request, posted, add)


@router.post("/remove")
def press_remove(request: Request, posted: Posting) -> Response:
    def take_back(session: Session, now: datetime) -> None:
        for row_id in posted.text("ids").split():
            if posted.text("what") == "override":
                remove(session, posted.visitor.clinician_id, now, Override, row_id)
            else:
                remove(session, posted.visitor.clinician_id, now, Shift, row_id)

    return _carry_out(request, posted, take_back)


def _carry_out(request: Request, posted: Posted, do: Callable[[Session, datetime], None]) -> Response:
    parts = parts_of(request)
    try:
        with parts.store.write() as session:
            do(session, parts.now())
    except UnknownRecord:
        raise
    except StoreError as refused:
        return _page(request, posted.visitor, str(refused), posted.form)
    parts.signals.announce(QUEUE)
    return RedirectResponse("/console/on-call", 303)


def _page(request: Request, visitor: Visitor, problem: str = "", form: Mapping[str, str] | None = None) -> Response:
    parts = parts_of(request)
    now, zone = parts.now(), parts.settings.clinic.timezone
    with parts.store.read() as session:
        clinicians = session.scalars(select(Clinician).where(Clinician.active).order_by(Clinician.name)).all()
        rota = read_rota(session, zone, now)
        standing = _now(rota, now)
        on_now = {who for one in standing for who in one.people}
        set_up = ways_set_up(parts.settings)
        reaches = reach_of(session, sorted(on_now), set_up)
    return render(
        request, "on_call.html", status=422 if problem else 200, problem=problem, form=form or {}, clinicians=clinicians,
        names={one.id: one.name for one in clinicians}, standing=standing, gaps=rota.gaps(now), weeks=_weeks(rota.shifts),
        ways={who: _ways(who, reaches, set_up) for who in on_now}, checked=numbers_checked(parts.clinical.resources, now.date()),
        overrides=sorted(rota.overrides, key=lambda one: one.starts_at), roles=tuple(Role), levels=tuple(LEVELS),
        covered=rota.anybody(max(LEVELS), now), two_ways_from=TWO_WAYS_FROM,
    )  # fmt: skip


def _ways(who: str, reaches: Sequence[Reach], set_up: Sequence[str]) -> list[str]:
    """How this person is called, an open console aside: their own ways, and the pager service, which knows its own people."""
    shared = [CallChannel.WEBHOOK] if CallChannel.WEBHOOK in set_up else []
    return [words.WAYS[channel] for channel in (*(way.channel for way in reaches if way.clinician_id == who), *shared)]


def numbers_checked(resources: Mapping[str, Any], today: date) -> tuple[date | None, bool]:
    """When the crisis numbers were checked last (`reviewed_on` in clinical/resources.yml), and whether that is due (CRISIS.md §9.6)."""
    found = resources.get("reviewed_on")
    last = found.date() if isinstance(found, datetime) else found if isinstance(found, date) else None
    return last, last is None or today - last >= NUMBERS_HOLD


def _now(rota: Rota, now: datetime) -> list[Standing]:
    """Levels with the same people on a rung are one line."""
    found = []
    for role in Role:
        for people, levels in groupby(LEVELS, key=lambda level, role=role: rota.on_call(role, level, now)):  # type: ignore[misc]  # mypy cannot type a default that binds
            these = list(levels)
            found.append(Standing(role, (these[0], these[-1]), people))
    return found


def _weeks(shifts: Sequence[Shift]) -> list[Week]:
    def same(shift: Shift) -> tuple[Any, ...]:
        return (list(Role).index(Role(shift.role)), shift.starts, shift.ends, shift.level_from, shift.level_to, shift.clinician_id)

    grouped = [list(group) for _, group in groupby(sorted(shifts, key=lambda one: (same(one), one.weekday)), key=same)]
    return [Week(group[0], day_range([one.weekday for one in group]), " ".join(one.id for one in group)) for group in grouped]


def day_range(days: Sequence[int]) -> str:
    """ "Mon to Fri", "Sat, Sun", "every day"."""
    if len(set(days)) == len(WEEKDAYS):
        return "every day"
    if len(days) > 2 and all(after == before + 1 for before, after in pairwise(days)):
        return f"{WEEKDAYS[days[0]]} to {WEEKDAYS[days[-1]]}"
    return ", ".join(WEEKDAYS[day] for day in dict.fromkeys(days))


def _minutes(value: str) -> int:
    """A form's "17:30"; "24:00" is midnight too. -1 for what cannot be read: the schedule refuses it."""
    hours, _, minutes = value.partition(":")
    if not (hours.isdecimal() and minutes.isdecimal() and int(minutes) < 60):
        return -1
    return (int(hours) * 60 + int(minutes)) % (24 * 60) if int(hours) <= 24 else -1


def _levels(posted: Posted) -> tuple[int, int]:
    return posted.number("level_from") or min(LEVELS), posted.number("level_to") or max(LEVELS)
