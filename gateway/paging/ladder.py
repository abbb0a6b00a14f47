"""Calling the next rung: who stands on it now, on which ways, and when the one after it is called.

Nobody on call, or nobody there with a way to be reached: the rung above at once, in the end everybody. It is said on the card.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway.paging.late import sound_alarm
from gateway.parts import Parts
from safety.protocol import Deadlines, deadlines
from store.attempts import CallChannel, PageAttempt
from store.base import new_id
from store.care import Flag, FlagStatus, Page
from store.contacts import Reach, everybody, reach_of
from store.ladder import LOUD, attempts_of, rung_ended
from store.locks import lock_if_free
from store.on_call import EVERYONE, Role
from store.schedule import read_rota
from store.talk import Conversation

log = logging.getLogger("afterglow.paging")

LOOK = 16
ROLES = tuple(Role)


@dataclass(frozen=True, slots=True)
class Rung:
    """Who is called now. `empty`: the rungs below it on which nobody could be."""

    role: str
    reaches: Sequence[Reach]
    empty: tuple[str, ...]


def climb(parts: Parts, ways: Collection[str]) -> str | None:
    """Call the next rung of one page that is due; answers with its conversation, or None when there is none."""
    now = parts.now()
    for page_id, conversation_id in _due(parts, now):
        try:
            if _climb(parts, page_id, conversation_id, ways, now):
                return conversation_id
        except Exception as broken:  # noqa: BLE001 - whatever breaks there, the next page must not wait; the next beat tries again
            log.error("page %s could not climb: %s", page_id, type(broken).__name__)
    return None


def rung_failed(parts: Parts, session: Session, conversation: Conversation, page: Page, now: datetime) -> None:
    """After a call came to nothing: when it was the rung's last hope, the next one is called at once."""
    calls = [one for one in attempts_of(session, [page.id]) if one.step == page.step - 1 and one.role in (*ROLES, EVERYONE)]
    if page.next_at is None or not rung_ended(calls):
        return
    if calls[0].role == EVERYONE:
        sound_alarm(parts, session, conversation, page, now)
    else:
        page.next_at = min(page.next_at, now)


def _due(parts: Parts, now: datetime) -> Sequence[tuple[str, str]]:
    """A look that takes no lock."""
    statement = select(Page.id, Page.conversation_id).where(Page.next_at <= now).order_by(Page.level.desc(), Page.next_at)
    with parts.store.read() as session:
        return [(page_id, conversation_id) for page_id, conversation_id in session.execute(statement.limit(LOOK))]


def _climb(parts: Parts, page_id: str, conversation_id: str, ways: Collection[str], now: datetime) -> bool:
    with parts.store.write() as session:
        conversation = lock_if_free(session, conversation_id)
        page = session.get(Page, page_id, populate_existing=True) if conversation else None
        if conversation is None or page is None or page.next_at is None or page.next_at > now:
            return False  # another gateway is there, or was
        flag = session.get_one(Flag, page.flag_id, populate_existing=True)
        if flag.status != FlagStatus.OPEN:
            page.next_at = None
            return True
        _call(parts, session, conversation, page, deadlines(page.level, flag.category, parts.clinical), ways, now)
        return True


def _call(
    parts: Parts, session: Session, conversation: Conversation, page: Page, times: Deadlines, ways: Collection[str], now: datetime
) -> None:  # fmt: skip
    rungs = 1 + len(times.escalate_after)
    rung = _rung(session, page, rungs, ways, parts.settings.clinic.timezone, now)
    session.add_all(_calls(page, rung, ways, now))
    page.empty = " ".join(dict.fromkeys((*page.empty.split(), *rung.empty)))
    last = page.step >= rungs
    page.step, page.called_at = page.step + 1, now
    page.next_at = now + times.again if page.step > rungs else _planned(session, page, times)
    session.flush()
    log.info("page %s: called %s (%d ways)%s", page.id, rung.role, len(rung.reaches), ", nobody on call" if rung.empty else "")
    if last and page.status in LOUD:
        sound_alarm(parts, session, conversation, page, now)


def _planned(session: Session, page: Page, times: Deadlines) -> datetime:
    """Counted from the page itself: a gateway that was away makes up for it. Everybody comes once the last rung had its time."""
    after = times.escalate_after
    began = page.due_at - _skipped(session, page, times)
    if page.step <= len(after):
        return began + after[page.step - 1]
    return began + (after[-1] if after else timedelta()) + times.again


def _skipped(session: Session, page: Page, times: Deadlines) -> timedelta:
    """A page that went on where another had stopped does not wait for the rungs below it once more."""
    called = [one.step for one in attempts_of(session, [page.id]) if one.role in (*ROLES, EVERYONE)]
    first = min(min(called, default=0), len(times.escalate_after))
    return times.escalate_after[first - 1] if first else timedelta()


def _rung(session: Session, page: Page, rungs: int, ways: Collection[str], zone: str, now: datetime) -> Rung:
    empty: list[str] = []
    if page.step < rungs:
        rota = read_rota(session, zone, now)
        for role in ROLES[page.step :]:
            if reaches := reach_of(session, rota.on_call(role, page.level, now), ways):
                return Rung(role, reaches, tuple(empty))
            empty.append(role)
    return Rung(EVERYONE, reach_of(session, everybody(session), ways), tuple(empty))


def _calls(page: Page, rung: Rung, ways: Collection[str], now: datetime) -> Iterator[PageAttempt]:
    for reach in rung.reaches:
        yield _attempt(page, rung.role, reach.channel, reach.clinician_id, now)
    if CallChannel.WEBHOOK in ways:
        yield _attempt(page, rung.role, CallChannel.WEBHOOK, None, now)


def _attempt(page: Page, role: str, channel: str, clinician_id: str | None, now: datetime) -> PageAttempt:
    key = f"{page.id}.{page.step}.{channel}.{clinician_id or 'clinic'}"
    return PageAttempt(
        id=new_id(), key=key, page_id=page.id, clinician_id=clinician_id, channel=channel, role=role, step=page.step,
        created_at=now, due_at=now,
    )  # fmt: skip
