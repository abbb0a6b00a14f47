"""After "I've got it": whether a clinician has been with the patient by the time to respond."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from safety.protocol import reach_limit
from store.acts import Act
from store.care import Flag, FlagStatus, Page, PageStatus
from store.contacted import last_contact
from store.drills import is_test
from store.ladder import pages_of
from store.talk import Conversation
from store.timers import TimerKind, set_timer


def watch(session: Session, conversation: Conversation, flags: Sequence[Flag], act: Act) -> None:
    """Set a timer for each of these flags that woke somebody. A made-up patient has nobody to be reached."""
    session.flush()
    if is_test(session, conversation.id):
        return
    for flag in flags:
        if flag.respond_by is not None and had_page(session, flag) is not None:
            by = max(flag.respond_by, act.now + reach_limit(act.content.clinical))
            set_timer(session, conversation.id, TimerKind.NOT_REACHED, by, subject=flag.id)


def had_page(session: Session, flag: Flag) -> Page | None:
    """The page that "I've got it" ended, while that still holds."""
    if flag.status != FlagStatus.ACKNOWLEDGED:
        return None
    return next(iter(pages_of(session, flag, (PageStatus.ACKNOWLEDGED,))), None)


def was_reached(session: Session, flag: Flag, page: Page) -> bool:
    """Since the page was raised somebody has been with the patient."""
    since = min(filter(None, (page.due_at, flag.acknowledged_at)))
    contact = last_contact(session, flag.conversation_id)
    return contact is not None and contact >= since
