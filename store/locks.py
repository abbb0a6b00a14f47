"""Taking a conversation only when nobody else has it: for beats, that have other work to do instead of waiting."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.talk import Conversation


def lock_if_free(session: Session, conversation_id: str) -> Conversation | None:
    """The conversation, locked until the transaction ends; None while another transaction holds it.

    Everybody locks the conversation before any of its timers, pages or messages: no two can wait for each other.
    """
    statement = select(Conversation).where(Conversation.id == conversation_id).with_for_update(skip_locked=True)
    return session.scalar(statement.execution_options(populate_existing=True))
