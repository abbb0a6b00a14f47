"""Pages on the channel "open console": accepted by a logged-in console, acknowledged by a person. Two facts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from safety.protocol import on_page_accepted
from store.acts import Content, tell_protocol
from store.care import Page, PageStatus
from store.database import Store
from store.messages import lock_conversation
from store.talk import Conversation, Owner


def pages_due(session: Session) -> Sequence[str]:
    """Conversations with a page that no console has accepted yet."""
    statement = select(Page.conversation_id).where(Page.status == PageStatus.DUE, Page.channel == "console").distinct()
    return session.scalars(statement).all()


def accept_pages(store: Store, clinician_id: str, content: Content, now: datetime) -> Sequence[str]:
    """Accept every due page for this clinician's console; answers with the conversations that were told so."""
    with store.read() as session:
        waiting = pages_due(session)
    return [one for one in waiting if _accept(store, one, clinician_id, content, now)]


def _accept(store: Store, conversation_id: str, clinician_id: str, content: Content, now: datetime) -> bool:
    with store.write() as session:
        conversation = lock_conversation(session, conversation_id)
        return accept_due(session, conversation, clinician_id, content, now)


def accept_due(session: Session, conversation: Conversation, clinician_id: str, content: Content, now: datetime) -> bool:
    """True when a page was still due. The conversation must be locked: the first console wins, the patient is told once."""
    pages = session.scalars(
        select(Page)
        .where(Page.conversation_id == conversation.id, Page.status == PageStatus.DUE, Page.channel == "console")
        .execution_options(populate_existing=True)
    ).all()
    for page in pages:
        page.status, page.accepted_at, page.accepted_by = PageStatus.ACCEPTED, now, clinician_id
    if pages and conversation.owner != Owner.HUMAN:
        session.flush()
        tell_protocol(session, conversation, on_page_accepted, content, now)
    return bool(pages)


def acknowledge_pages(session: Session, conversation_id: str, now: datetime) -> None:
    """A person has it: nobody else needs to be woken."""
    pages = session.scalars(select(Page).where(Page.conversation_id == conversation_id, Page.status == PageStatus.ACCEPTED))
    for page in pages:
        page.status, page.acknowledged_at = PageStatus.ACKNOWLEDGED, now
