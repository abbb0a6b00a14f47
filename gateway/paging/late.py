"""Nobody was reached: the patient is told the truth (script H3), and every console hears the loudest alarm there is."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway.parts import Parts
from safety.protocol import on_not_reached, on_page_failed, page_accept_limit
from store.acts import Content, tell_protocol
from store.attempts import UNFINISHED
from store.care import Page, PageStatus
from store.ladder import LOUD, attempts_of
from store.talk import Conversation
from store.timers import TimerKind, set_timer

log = logging.getLogger("afterglow.paging")


def sound_alarm(parts: Parts, session: Session, conversation: Conversation, page: Page, now: datetime) -> None:
    """Once for a page, whatever else fails later; it is over when a person has it."""
    if page.alarm_at is None:
        page.alarm_at = now
        log.error("page %s: nobody was reached, or nobody answered", page.id)
    if page.status == PageStatus.DUE and not page.late_told:
        page.late_told = True
        tell_protocol(session, conversation, on_page_failed, Content(parts.clinical, parts.wording), now)


def take_back(parts: Parts, session: Session, conversation: Conversation, now: datetime) -> None:
    """Every call that was taken could not be delivered after all: nobody has received the alert, and the patient is told so."""
    pages = _loud(session, conversation.id)
    lost = [page for place, page in enumerate(pages) if page.status == PageStatus.ACCEPTED and not _received(session, pages[place:])]
    for page in lost:
        log.error("page %s: its calls were taken and not delivered", page.id)
        page.status, page.accepted_at, page.accepted_by = PageStatus.DUE, None, None
        if page.next_at is not None:
            set_timer(session, conversation.id, TimerKind.PAGE_LATE, now + page_accept_limit(parts.clinical), subject=page.id)
    session.flush()
    if lost and lost[-1] is pages[-1]:
        tell_protocol(session, conversation, on_not_reached, Content(parts.clinical, parts.wording), now)


def _loud(session: Session, conversation_id: str) -> Sequence[Page]:
    statement = select(Page).where(Page.conversation_id == conversation_id, Page.status.in_(LOUD)).order_by(Page.due_at)
    return session.scalars(statement.execution_options(populate_existing=True)).all()


def _received(session: Session, pages: Sequence[Page]) -> bool:
    """Whoever received a later page has received this one; a call under way may still arrive."""
    calls = attempts_of(session, [page.id for page in pages])
    return any(one.status in UNFINISHED or (one.accepted_at is not None and one.failed_at is None) for one in calls)
