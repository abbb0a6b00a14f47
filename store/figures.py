"""How the house does, over a span of time: how fast people came, how often it was wrong, what became of it. Never who."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.care import Flag, FlagKind, FlagStatus, Handoff, Page, PageStatus
from store.course import ModuleRun
from store.drills import test_conversations
from store.talk import Author, DeliveryStatus, Message

FALSE_ALARM = "false_alarm"
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Spread:
    """How long it took, in seconds. `count` are those where it happened, `missing` those where it has not."""

    count: int
    missing: int
    median: float | None
    p90: float | None
    worst: float | None


@dataclass(frozen=True, slots=True)
class Asked:
    """Once that a clinician was asked for: a flag may ask again, graver or because it was left alone. Each has its own clock."""

    conversation_id: str
    level: int
    at: datetime
    taken_at: datetime | None
    respond_by: datetime | None
    closed_at: datetime | None
    unreached: bool = False

    def late(self, until: datetime) -> bool:
        return self.unreached or (self.respond_by is not None and (self.taken_at or until) > self.respond_by)


@dataclass(frozen=True, slots=True)
class LevelFigures:
    level: int
    flags: int
    """How often a clinician was asked for at this level."""
    acknowledged: Spread
    human: Spread
    """Until a clinician joined the conversation, or closed the flag after a call."""
    late: int
    """Acknowledged after the service time, or not yet though it is over, or acknowledged and then nobody was with the patient in time."""


@dataclass(frozen=True, slots=True)
class Week:
    starts: datetime
    messages: int
    flags: int
    false_alarms: int
    undelivered: int

    @property
    def per_thousand(self) -> float:
        return 1000 * self.flags / self.messages if self.messages else 0.0


@dataclass(frozen=True, slots=True)
class ModuleFigures:
    module: str
    opened: int
    finished: int
    stopped: int

    @property
    def under_way(self) -> int:
        return self.opened - self.finished - self.stopped


@dataclass(frozen=True, slots=True)
class Figures:
    since: datetime
    until: datetime
    messages: int
    flags: int
    closed: int
    false_alarms: int
    levels: Sequence[LevelFigures]
    weeks: Sequence[Week]
    dispositions: Mapping[str, int]
    modules: Sequence[ModuleFigures]
    undelivered: Mapping[str, int]
    """Messages that did not reach their patient, by channel."""

    @property
    def per_thousand(self) -> float:
        return 1000 * self.flags / self.messages if self.messages else 0.0


def read_figures(session: Session, since: datetime, until: datetime) -> Figures:
    """Made-up patients of the daily test are in none of it, nor are the reminders clinicians set themselves."""
    flags = _flags(session, since, until)
    undelivered = _undelivered(session, since, until)
    weeks = [_week(session, starts, min(starts + WEEK, until), flags, undelivered) for starts in _weeks(since, until)]
    closed = [flag for flag in flags if flag.status == FlagStatus.CLOSED]
    return Figures(
        since, until, sum(week.messages for week in weeks), len(flags), len(closed),
        sum(flag.disposition == FALSE_ALARM for flag in closed), list(_levels(session, flags, until)), weeks,
        dict(Counter(flag.disposition or "" for flag in closed).most_common()), _modules(session, since, until),
        Counter(channel for channel, _ in undelivered),
    )  # fmt: skip


def spread(lengths: Iterable[timedelta | None]) -> Spread:
    every = list(lengths)
    known = sorted(length.total_seconds() for length in every if length is not None)
    if not known:
        return Spread(0, len(every), None, None, None)
    return Spread(len(known), len(every) - len(known), median(known), quantile(known, 0.9), known[-1])


def quantile(ordered: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of them do not exceed."""
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def _flags(session: Session, since: datetime, until: datetime) -> Sequence[Flag]:
    statement = select(Flag).where(
        Flag.opened_at >= since, Flag.opened_at < until, Flag.kind != FlagKind.FOLLOW_UP,
        Flag.conversation_id.not_in(test_conversations()),
    )  # fmt: skip
    return session.scalars(statement).all()


def _levels(session: Session, flags: Sequence[Flag], until: datetime) -> Iterator[LevelFigures]:
    passages = _passages(session, {flag.conversation_id for flag in flags})
    pages = _pages(session, {flag.id for flag in flags})
    by_level: dict[int, list[Asked]] = defaultdict(list)
    for one in (asked for flag in flags for asked in _asked(flag, pages[flag.id])):
        by_level[one.level].append(one)
    for level in sorted(by_level, reverse=True):
        group = by_level[level]
        yield LevelFigures(
            level, len(group), spread(one.taken_at - one.at if one.taken_at else None for one in group),
            spread(_until_human(one, passages[one.conversation_id]) for one in group), sum(one.late(until) for one in group),
        )  # fmt: skip


def _asked(flag: Flag, pages: Sequence[Page]) -> Iterator[Asked]:
    """Once for every page; for the flag itself where nobody was called."""
    ours, closed = flag.conversation_id, flag.closed_at
    if not pages:
        yield Asked(ours, flag.level, flag.opened_at, flag.acknowledged_at, flag.respond_by, closed)
    for place, page in enumerate(pages):
        at = page.asked_at or page.due_at
        yield Asked(
            ours, page.level or flag.level, at, _taken_at(flag, pages[place:], at), page.respond_by or flag.respond_by, closed,
            unreached=page.status == PageStatus.UNREACHED,
        )  # fmt: skip


def _taken_at(flag: Flag, pages: Sequence[Page], at: datetime) -> datetime | None:
    """Whoever took a graver page in its place has taken it too. A quiet one that was called off was taken with its flag."""
    moments = [*(page.acknowledged_at for page in pages), flag.acknowledged_at, flag.closed_at]
    return min((moment for moment in moments if moment is not None and moment >= at), default=None)


def _until_human(asked: Asked, passages: Sequence[Handoff]) -> timedelta | None:
    """Nothing at all when a clinician had the conversation already."""
    there = [
        max(passage.joined_at, asked.at)
        for passage in passages
        if passage.joined_at and (passage.returned_at is None or passage.returned_at > asked.at)
    ]
    moments = [*there, *([asked.closed_at] if asked.closed_at else [])]
    return min(moments) - asked.at if moments else None


def _pages(session: Session, flags: set[str]) -> Mapping[str, Sequence[Page]]:
    """Oldest first, by flag."""
    found: dict[str, list[Page]] = defaultdict(list)
    for page in session.scalars(select(Page).where(Page.flag_id.in_(flags)).order_by(Page.due_at, Page.id)):
        found[page.flag_id].append(page)
    return found


def _passages(session: Session, conversations: set[str]) -> Mapping[str, Sequence[Handoff]]:
    found: dict[str, list[Handoff]] = defaultdict(list)
    for passage in session.scalars(select(Handoff).where(Handoff.conversation_id.in_(conversations))):
        found[passage.conversation_id].append(passage)
    return found


def _weeks(since: datetime, until: datetime) -> Iterator[datetime]:
    while since < until:
        yield since
        since += WEEK


def _week(session: Session, starts: datetime, ends: datetime, flags: Sequence[Flag], undelivered: Sequence[tuple[str, datetime]]) -> Week:
    written = select(func.count()).select_from(Message).where(Message.author == Author.PATIENT)
    written = written.where(Message.created_at >= starts, Message.created_at < ends)
    real = Message.conversation_id.not_in(test_conversations())
    raised = [flag for flag in flags if starts <= flag.opened_at < ends]
    return Week(
        starts, session.scalar(written.where(real)) or 0, len(raised), sum(flag.disposition == FALSE_ALARM for flag in raised),
        sum(starts <= at < ends for _, at in undelivered),
    )  # fmt: skip


def _undelivered(session: Session, since: datetime, until: datetime) -> Sequence[tuple[str, datetime]]:
    statement = select(Message.channel, Message.created_at).where(
        Message.delivery_status == DeliveryStatus.FAILED, Message.created_at >= since, Message.created_at < until
    )
    return [(channel, at) for channel, at in session.execute(statement)]


def _modules(session: Session, since: datetime, until: datetime) -> Sequence[ModuleFigures]:
    statement = (
        select(ModuleRun.module, ModuleRun.status, func.count())
        .where(ModuleRun.opened_at >= since, ModuleRun.opened_at < until)
        .group_by(ModuleRun.module, ModuleRun.status)
    )
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for module, status, count in session.execute(statement):
        found[module][status] = count
    return [ModuleFigures(module, sum(by.values()), by["finished"], by["stopped"]) for module, by in sorted(found.items(), key=_in_order)]


def _in_order(item: tuple[str, Counter[str]]) -> tuple[str, int]:
    """M2 before M10."""
    name = item[0]
    digits = "".join(filter(str.isdigit, name))
    return name.rstrip("0123456789"), int(digits or 0)
