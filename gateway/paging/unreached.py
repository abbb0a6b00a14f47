"""Somebody said "I've got it", and nobody has been with the patient: the ladder goes on, and the patient is told the truth."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway.parts import Parts
from safety.protocol import deadlines, on_not_reached, page_accept_limit, unanswered_limit
from store.acts import Content, open_flags, tell_protocol
from store.care import Flag, FlagKind, FlagStatus
from store.drills import is_test
from store.flags import Ask, raise_flag
from store.ladder import ACTIVE, go_on, pages_of, tell_quietly
from store.outcomes import TOLD
from store.ownership import wrote_last
from store.reaching import had_page, was_reached
from store.talk import Author, Conversation, Message, Owner
from store.timers import TimerKind, start_timer

log = logging.getLogger("afterglow.paging")

NOT_ANSWERED = "The talk was taken over, and the patient's last message has no answer."


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
    if is_test(session, conversation.id):
        return
    pages = [(flag, had_page(session, flag)) for flag in open_flags(session, conversation.id)]
    watched = [flag for flag, page in pages if page is not None and page.accepted_at is not None]
    for flag in watched:
        by = now + deadlines(flag.level, flag.category, parts.clinical).respond_within
        start_timer(session, conversation.id, TimerKind.HUMAN_SILENT, by, subject=flag.id)
    if not watched:
        start_timer(session, conversation.id, TimerKind.HUMAN_SILENT, now + unanswered_limit(parts.clinical))


def look_at_silence(parts: Parts, session: Session, conversation: Conversation, subject: str, now: datetime) -> None:
    """Taken over, and the patient's last words still have no answer: the next one is called. The bot stays silent."""
    if conversation.owner != Owner.HUMAN or not wrote_last(session, conversation):
        return
    flag = session.get(Flag, subject, populate_existing=True) if subject else None
    page = had_page(session, flag) if flag is not None else None
    if flag is not None and page is not None:
        log.error("page %s: taken over, and the patient is not answered", page.id)
        go_on(session, flag, page, page_accept_limit(parts.clinical), now)
    elif not any(pages_of(session, one, ACTIVE) for one in open_flags(session, conversation.id)):
        _ask_for_an_answer(parts, session, conversation, now)


def _ask_for_an_answer(parts: Parts, session: Session, conversation: Conversation, now: datetime) -> None:
    """No page is left that could go on: its flag was closed, or nobody was ever woken. Whoever is on call is told."""
    log.error("conversation %s: taken over, and the patient is not answered", conversation.id)
    times = deadlines(TOLD, "none", parts.clinical)
    ask = Ask(FlagKind.PERSON_REQUESTED, TOLD, "none", NOT_ANSWERED, _last_words(session, conversation), times.respond_within)
    flag = raise_flag(session, conversation, ask, now)
    if flag.status != FlagStatus.OPEN:
        flag.status, flag.respond_by = FlagStatus.OPEN, now + times.respond_within
    tell_quietly(session, flag, times.page_within, now, now + times.respond_within)


def _last_words(session: Session, conversation: Conversation) -> str | None:
    theirs = select(Message.id).where(Message.conversation_id == conversation.id, Message.author == Author.PATIENT)
    return session.scalar(theirs.order_by(Message.seq.desc()).limit(1))
