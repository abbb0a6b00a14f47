"""Somebody said "I've got it", and nobody has been with the patient: the ladder goes on, and the patient is told the truth."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from gateway.parts import Parts
from safety.protocol import deadlines, on_not_reached, page_accept_limit
from store.acts import Content, open_flags, tell_protocol
from store.care import Flag
from store.drills import is_test
from store.ladder import go_on
from store.ownership import awaited
from store.reaching import had_page, was_reached
from store.talk import Conversation, Owner
from store.timers import TimerKind, start_timer

log = logging.getLogger("afterglow.paging")


def look_after(parts: Parts, session: Session, conversation: Conversation, subject: str, now: datetime) -> None:
    """At the time by which the patient should have heard from a person. A flag that was closed or raised again looks after itself."""
    flag = session.get(Flag, subject, populate_existing=True)
    page = had_page(session, flag) if flag is not None else None
    if flag is None or page is None or was_reached(session, flag, page):
        return
    log.error("page %s: acknowledged, but the patient was not reached", page.id)
    go_on(session, flag, page, page_accept_limit(parts.clinical), now)
    tell_protocol(session, conversation, on_not_reached, Content(parts.clinical, parts.wording), now)


def watch_silence(parts: Parts, session: Session, conversation: Conversation, now: datetime) -> None:
    """Whoever took the conversation over is idle and the patient waits: they have the time to respond, from now on."""
    for flag in open_flags(session, conversation.id):
        page = had_page(session, flag)
        if page is not None and page.accepted_at is not None and not is_test(session, conversation.id):
            by = now + deadlines(flag.level, flag.category, parts.clinical).respond_within
            start_timer(session, conversation.id, TimerKind.HUMAN_SILENT, by, subject=flag.id)


def look_at_silence(parts: Parts, session: Session, conversation: Conversation, subject: str, now: datetime) -> None:
    """Taken over, and the patient's last words still have no answer: the next one is called. The bot stays silent."""
    flag = session.get(Flag, subject, populate_existing=True)
    page = had_page(session, flag) if flag is not None else None
    if flag is None or page is None or conversation.owner != Owner.HUMAN or not awaited(session, conversation):
        return
    log.error("page %s: taken over, and the patient is not answered", page.id)
    go_on(session, flag, page, page_accept_limit(parts.clinical), now)
