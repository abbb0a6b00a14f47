"""Somebody said "I've got it", and nobody has been with the patient: the ladder goes on, and the patient is told the truth."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from gateway.parts import Parts
from safety.protocol import on_not_reached, page_accept_limit
from store.acts import Content, tell_protocol
from store.care import Flag
from store.ladder import go_on
from store.reaching import had_page, was_reached
from store.talk import Conversation

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
