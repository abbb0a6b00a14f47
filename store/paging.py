"""Who has taken a page: accepted by an open console or a provider, acknowledged by a person. Two facts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from safety.protocol import on_page_accepted
from store.acts import Content, tell_protocol
from store.attempts import CallChannel, PageAttempt
from store.care import Page, PageStatus
from store.database import Store
from store.ladder import ACTIVE, LOUD, end_page, received_by
from store.messages import lock_conversation
from store.talk import Conversation, Owner


def pages_due(session: Session, clinician_id: str) -> Sequence[str]:
    """Conversations with a page that nobody has acknowledged and this clinician's console has not shown yet."""
    shown = aliased(PageAttempt)
    here = select(shown.id).where(shown.page_id == Page.id, shown.clinician_id == clinician_id, shown.channel == CallChannel.CONSOLE)
    return session.scalars(select(Page.conversation_id).where(Page.status.in_(LOUD), ~here.exists()).distinct()).all()


def accept_pages(store: Store, clinician_id: str, content: Content, now: datetime) -> Sequence[str]:
    """Accept every due page for this clinician's console; answers with the conversations that were told so."""
    with store.read() as session:
        waiting = pages_due(session, clinician_id)
    return [one for one in waiting if _accept(store, one, clinician_id, content, now)]


def _accept(store: Store, conversation_id: str, clinician_id: str, content: Content, now: datetime) -> bool:
    with store.write() as session:
        conversation = lock_conversation(session, conversation_id)
        return accept_due(session, conversation, clinician_id, content, now)


def accept_due(session: Session, conversation: Conversation, clinician_id: str, content: Content, now: datetime) -> bool:
    """True when a page was still due. The conversation must be locked: the first console wins, the patient is told once."""
    pages = _pages(session, conversation.id, LOUD)
    for page in pages:
        received_by(session, page, clinician_id, now)
    return accept(session, conversation, pages, clinician_id, content, now)


def accept_sent(
    session: Session, conversation: Conversation, page: Page, clinician_id: str | None, content: Content, now: datetime
) -> bool:
    """A provider took a call for this page; so whatever the patient was promised before it is true as well."""
    pages = [one for one in _pages(session, conversation.id, LOUD) if one.id == page.id or one.due_at <= page.due_at]
    return accept(session, conversation, pages, clinician_id, content, now) if page.status in LOUD else False


def accept(
    session: Session, conversation: Conversation, pages: Sequence[Page], clinician_id: str | None, content: Content,
    now: datetime,
) -> bool:  # fmt: skip
    due = [page for page in pages if page.status == PageStatus.DUE]
    for page in due:
        page.status, page.accepted_at, page.accepted_by = PageStatus.ACCEPTED, now, clinician_id
    if due and conversation.owner != Owner.HUMAN:
        session.flush()
        tell_protocol(session, conversation, on_page_accepted, content, now)
    return bool(due)


def acknowledge_pages(session: Session, conversation_id: str, clinician_id: str, now: datetime) -> None:
    """A person has it: nobody else needs to be woken."""
    for page in _pages(session, conversation_id, ACTIVE):
        end_page(session, page, now, clinician_id)


def _pages(session: Session, conversation_id: str, statuses: Sequence[str]) -> Sequence[Page]:
    statement = select(Page).where(Page.conversation_id == conversation_id, Page.status.in_(statuses)).order_by(Page.due_at)
    return session.scalars(statement.execution_options(populate_existing=True)).all()
