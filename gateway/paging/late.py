"""Nobody was reached: the patient is told the truth (script H3), and every console hears the loudest alarm there is."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from gateway.parts import Parts
from safety.protocol import on_page_failed
from store.acts import Content, tell_protocol
from store.care import Page, PageStatus
from store.talk import Conversation

log = logging.getLogger("afterglow.paging")


def sound_alarm(parts: Parts, session: Session, conversation: Conversation, page: Page, now: datetime) -> None:
    """Once for a page, whatever else fails later; it is over when a person has it."""
    if page.alarm_at is None:
        page.alarm_at = now
        log.error("page %s: nobody was reached, or nobody answered", page.id)
    if page.status == PageStatus.DUE and not page.late_told:
        page.late_told = True
        tell_protocol(session, conversation, on_page_failed, Content(parts.clinical, parts.wording), now)
