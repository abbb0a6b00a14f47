"""After the soak: the rows against what the patients sent and what the providers took. Every figure but the first should be 0."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import Session

from bench.soak.ledger import Ledger
from store import Store
from store.attempts import UNFINISHED, AttemptStatus, CallChannel, PageAttempt
from store.base import utc_now
from store.care import Flag, FlagKind, FlagStatus, Page
from store.contacts import everybody, reach_of
from store.ladder import ACTIVE
from store.on_call import EVERYONE, Role
from store.schedule import read_rota
from store.talk import Author, Conversation, DeliveryStatus, Message, Owner, TurnStatus

CLOCKS = timedelta(seconds=15)
"""A message bears the time it came in, an act the time it was pressed; both may have waited for the conversation since."""

WAYS = tuple(way for way in CallChannel if way != CallChannel.CONSOLE)
"""The soak's clinic has set up every way there is."""

Fault = tuple[str, str]
"""(figure, what exactly): ids only."""


@dataclass
class Verdict:
    crises: int
    faults: list[Fault] = field(default_factory=list)
    undelivered: int = 0
    """Crisis lines that could not be delivered; each must have become a flag."""

    FIGURES = (
        "lost_messages", "lost_flags", "doubled_flags", "lost_pages", "doubled_pages", "untrue_pages", "lost_texts", "doubled_texts",
        "out_of_order", "bot_over_human", "lost_replies", "undelivered_unflagged",
    )  # fmt: skip

    @property
    def figures(self) -> dict[str, int]:
        counted = Counter(figure for figure, _ in self.faults)
        return {figure: counted[figure] for figure in self.FIGURES}


def judge(store: Store, ledger: Ledger) -> Verdict:
    with store.read() as session:
        rows = _Rows(session)
        crises = [one for one in ledger.sent if one.crisis]
        verdict = Verdict(len(crises), [fault for look in LOOKS for fault in look(session, rows, ledger)])
        verdict.faults += _unflagged(session, rows, verdict)
        verdict.faults += _promises(session, rows)
        return verdict


class _Rows:
    """Read once."""

    def __init__(self, session: Session) -> None:
        self.messages = {one.id: one for one in session.scalars(select(Message))}
        self.by_external = {one.external_id: one for one in self.messages.values() if one.external_id}
        self.talks: dict[str, list[Message]] = defaultdict(list)
        for one in sorted(self.messages.values(), key=lambda one: one.seq):
            self.talks[one.conversation_id].append(one)
        self.risk: dict[str, list[Flag]] = defaultdict(list)
        for flag in session.scalars(select(Flag).where(Flag.kind == FlagKind.RISK).order_by(Flag.opened_at)):
            self.risk[flag.conversation_id].append(flag)
        self.attempts = {one.id: one for one in session.scalars(select(PageAttempt))}


def _messages(session: Session, rows: _Rows, ledger: Ledger) -> Iterator[Fault]:
    for sent in ledger.sent:
        row = rows.by_external.get(sent.external_id)
        if row is None or row.text != sent.text or row.conversation_id != sent.conversation_id:
            yield "lost_messages", sent.external_id
    known = {sent.external_id for sent in ledger.sent}
    for row in rows.messages.values():
        if row.author == Author.PATIENT and row.external_id not in known:
            yield "lost_messages", f"nobody sent {row.external_id}"


def _flags(session: Session, rows: _Rows, ledger: Ledger) -> Iterator[Fault]:
    """Every crisis line lies within one risk flag, and no two are open at once."""
    for sent in ledger.sent:
        row = rows.by_external.get(sent.external_id)
        if sent.crisis and row is not None and not any(_covers(flag, row.created_at) for flag in rows.risk[sent.conversation_id]):
            yield "lost_flags", row.id
    for flags in rows.risk.values():
        for earlier, later in pairwise(flags):
            if earlier.closed_at is None or earlier.closed_at > later.opened_at + CLOCKS:
                yield "doubled_flags", later.id


def _covers(flag: Flag, at: datetime) -> bool:
    return flag.opened_at <= at + CLOCKS and (flag.closed_at is None or flag.closed_at >= at)


def _pages(session: Session, rows: _Rows, ledger: Ledger) -> Iterator[Fault]:
    paged = set(session.scalars(select(Page.flag_id)))
    for flags in rows.risk.values():
        yield from (("lost_pages", f"flag {flag.id} has none") for flag in flags if flag.level >= 3 and flag.id not in paged)
    yield from (
        ("lost_pages", f"page {page.id} is still {page.status}") for page in session.scalars(select(Page).where(Page.status.in_(ACTIVE)))
    )
    climbing = select(Page.flag_id).where(Page.next_at.is_not(None)).group_by(Page.flag_id).having(func.count() > 1)
    yield from (("doubled_pages", f"flag {flag_id} climbs twice") for flag_id in session.scalars(climbing))
    for one in rows.attempts.values():
        if one.status in UNFINISHED:
            yield "lost_pages", f"call {one.id} is still {one.status}"


def _ladders(session: Session, rows: _Rows, ledger: Ledger) -> Iterator[Fault]:
    """Every page that lived long enough has called somebody; every rung it climbed, everybody on it by every way they chose."""
    climbed: dict[str, dict[int, list[PageAttempt]]] = defaultdict(lambda: defaultdict(list))
    for one in rows.attempts.values():
        if one.page_id is not None and one.role in (*Role, EVERYONE):
            climbed[one.page_id][one.step].append(one)
    later: dict[str, Page] = {}
    for page in session.scalars(select(Page).order_by(Page.due_at.desc())):
        flag = session.get_one(Flag, page.flag_id)
        ends = (page.acknowledged_at, flag.closed_at, later[flag.id].due_at if flag.id in later else None)
        lived = min(filter(None, ends), default=utc_now()) - page.due_at
        later[flag.id] = page
        steps = climbed[page.id]
        if lived > CLOCKS and not steps:
            yield "lost_pages", f"page {page.id} has called nobody in {lived.total_seconds():.0f} s"
        for step in range(min(steps, default=page.step), page.step):
            yield from _rung(session, page, step, steps[step])


def _rung(session: Session, page: Page, step: int, calls: Sequence[PageAttempt]) -> Iterator[Fault]:
    if not calls:
        yield "lost_pages", f"page {page.id} skipped rung {step}"
        return
    role, at = calls[0].role, calls[0].created_at
    people = everybody(session) if role == EVERYONE else read_rota(session, "UTC", at).on_call(role, page.level, at)
    wanted: set[tuple[str | None, str]] = {(reach.clinician_id, reach.channel) for reach in reach_of(session, people, WAYS)}
    wanted.add((None, CallChannel.WEBHOOK))
    for who, way in wanted - {(call.clinician_id, call.channel) for call in calls}:
        yield "lost_pages", f"page {page.id} did not call {who or 'the pager service'} by {way} on rung {step}"


def _calls(session: Session, rows: _Rows, ledger: Ledger) -> Iterator[Fault]:
    """Nobody's phone rang twice for one call, and what the row calls accepted was taken. A pager service knows a call by its key."""
    mails = Counter(mail.partition("@")[0].removeprefix("<") for mail, _ in ledger.mails)
    texts = Counter(taken.row for taken in ledger.taken if taken.row in rows.attempts)
    events = {key for key, _ in ledger.events}
    yield from (("doubled_pages", f"mail {key}") for key, times in mails.items() if times > 1)
    yield from (("doubled_pages", f"text {key}") for key, times in texts.items() if times > 1)
    for one in rows.attempts.values():
        went = {CallChannel.EMAIL: one.key in mails, CallChannel.SMS: one.id in texts, CallChannel.WEBHOOK: one.key in events}
        if one.status == AttemptStatus.ACCEPTED and not went.get(CallChannel(one.channel), True):
            yield "untrue_pages", f"call {one.id} by {one.channel}"


def _texts(session: Session, rows: _Rows, ledger: Ledger) -> Iterator[Fault]:
    """Taken once, in the order of the rows; and what is marked as sent was taken."""
    taken: dict[str, list[int]] = defaultdict(list)
    times = Counter(one.row for one in ledger.taken)
    for one in sorted(ledger.taken, key=lambda one: one.at):
        if one.row in rows.messages:
            taken[rows.messages[one.row].conversation_id].append(rows.messages[one.row].seq)
    yield from (("doubled_texts", row) for row, number in times.items() if number > 1 and row in rows.messages)
    for conversation, seqs in taken.items():
        if seqs != sorted(seqs):
            yield "out_of_order", f"texts of {conversation}: {seqs}"
    for row in rows.messages.values():
        if row.channel != "sms" or row.inbound:
            continue
        if row.delivery_status in (DeliveryStatus.DUE, DeliveryStatus.SENDING):
            yield "lost_texts", f"{row.id} is still {row.delivery_status}"
        elif row.delivery_status in (DeliveryStatus.SENT, DeliveryStatus.DELIVERED) and not times[row.id]:
            yield "lost_texts", f"{row.id} was never taken"


def _order(session: Session, rows: _Rows, ledger: Ledger) -> Iterator[Fault]:
    last = {one.id: one.last_seq for one in session.scalars(select(Conversation))}
    for conversation, talk in rows.talks.items():
        if [one.seq for one in talk] != list(range(1, last[conversation] + 1)):
            yield "out_of_order", f"rows of {conversation}"
    for shown in ledger.streams:
        if shown != list(range(1, len(shown) + 1)):
            yield "out_of_order", f"a browser was shown {shown}"


def _silence(session: Session, rows: _Rows, ledger: Ledger) -> Iterator[Fault]:
    """No line of the bot is written, and none is sent, while anybody but the bot owns the conversation."""
    owners: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for conversation, owner, after in session.execute(text("SELECT conversation_id, owner, after_seq FROM soak_owner ORDER BY id")):
        owners[conversation].append((after, owner))
    for row in rows.messages.values():
        if row.author == Author.BOT and _owner_at(owners[row.conversation_id], row.seq) != Owner.BOT:
            yield "bot_over_human", row.id
    taken = {one.row: one.at for one in ledger.taken}
    for message_id, owner, at in session.execute(text("SELECT message_id, owner, at FROM soak_claim")):
        if owner != Owner.BOT and taken.get(message_id, 0.0) > at.timestamp():
            yield "bot_over_human", f"{message_id} was sent"


def _owner_at(changes: Sequence[tuple[int, str]], seq: int) -> str:
    place = bisect_left([after for after, _ in changes], seq)
    return changes[place - 1][1] if place else Owner.BOT


def _replies(session: Session, rows: _Rows, ledger: Ledger) -> Iterator[Fault]:
    for once, conversation in ledger.replies:
        row = rows.by_external.get(f"console:{once}")
        if row is None or row.conversation_id != conversation:
            yield "lost_replies", once


def _unflagged(session: Session, rows: _Rows, verdict: Verdict) -> Iterator[Fault]:
    told: Mapping[str, datetime] = {
        flag.conversation_id: flag.raised_at
        for flag in session.scalars(select(Flag).where(Flag.kind == FlagKind.UNDELIVERED).order_by(Flag.raised_at))
    }
    for row in rows.messages.values():
        if row.crisis and row.delivery_status == DeliveryStatus.FAILED:
            verdict.undelivered += 1
            if row.conversation_id not in told or told[row.conversation_id] < row.created_at:
                yield "undelivered_unflagged", row.id


def _promises(session: Session, rows: _Rows) -> Iterator[Fault]:
    """A patient was told that the team is alerted: then a page of theirs was accepted by then."""
    accepted: dict[str, list[datetime]] = defaultdict(list)
    for page in session.scalars(select(Page).where(Page.accepted_at.is_not(None))):
        accepted[page.conversation_id].append(page.accepted_at)
    for row in rows.messages.values():
        if row.script == "page_accepted" and not any(at <= row.created_at for at in accepted[row.conversation_id]):
            yield "untrue_pages", f"{row.id} promised it"


LOOKS = (_messages, _flags, _pages, _ladders, _calls, _texts, _order, _silence, _replies)


def unfinished(session: Session) -> str:
    """What is still under way, in one line; empty when the house is quiet."""
    open_flags = select(func.count()).select_from(Flag).where(Flag.status != FlagStatus.CLOSED)
    away = select(func.count()).select_from(Conversation).where(Conversation.owner != Owner.BOT)
    texts = or_(Message.delivery_status == DeliveryStatus.DUE, Message.delivery_status == DeliveryStatus.SENDING)
    turns = or_(Message.turn_status == TurnStatus.DUE, Message.turn_status == TurnStatus.ASKING)
    counted: dict[str, Any] = {
        "flags": open_flags, "away": away, "texts": select(func.count()).select_from(Message).where(texts),
        "turns": select(func.count()).select_from(Message).where(turns),
        "calls": select(func.count()).select_from(PageAttempt).where(PageAttempt.status.in_(UNFINISHED)),
        "pages": select(func.count()).select_from(Page).where(Page.status.in_(ACTIVE)),
    }  # fmt: skip
    found = {name: session.scalar(statement) for name, statement in counted.items()}
    return " ".join(f"{name}={number}" for name, number in found.items() if number)
