"""Adding to a conversation: the one place that hands out sequence numbers."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select, update
from sqlalchemy.orm import Session

from store.base import new_id, utc_now
from store.errors import UnknownRecord
from store.signals import TEXTS, wake_after
from store.talk import Author, Conversation, DeliveryStatus, Message, TurnStatus

MOST_MEDIA = 10  # Twilio's own limit


@dataclass(frozen=True, slots=True)
class Saying:
    """One outbound line before it is a row. `choices` are (value, label) pairs the patient may press."""

    text: str
    author: Author
    choices: Sequence[tuple[str, str]] = ()
    script: str | None = None
    crisis: bool = False
    clinician_id: str | None = None


def lock_conversation(session: Session, conversation_id: str) -> Conversation:
    """The conversation, locked until the transaction ends: every writer begins here."""
    conversation: Conversation | None = session.scalar(_locked(), {"conversation": conversation_id})
    if conversation is None:
        raise UnknownRecord(f"There is no conversation {conversation_id}.")
    return conversation


@cache
def _locked() -> Select[Any]:
    statement = select(Conversation).where(Conversation.id == bindparam("conversation"))
    return statement.with_for_update().execution_options(populate_existing=True)


def add_inbound(
    session: Session,
    conversation: Conversation,
    *,
    text: str,
    channel: str,
    external_id: str | None,
    choice: str | None,
    at: datetime,
    media: Sequence[str] = (),
) -> Message:
    """Record what a patient said. The conversation must be locked.

    The row is written at once, so that others may name it; what it changes of the conversation joins what comes after.
    """
    message = Message(
        id=new_id(), conversation_id=conversation.id, seq=conversation.last_seq + 1, author=Author.PATIENT,
        channel=channel, external_id=external_id, text=text, choices=choice, created_at=at,
        media=",".join(media[:MOST_MEDIA]) or None, turn_status=TurnStatus.NONE,
    )  # fmt: skip
    session.add(message)
    session.flush()
    conversation.last_seq, conversation.last_channel, conversation.last_inbound_at = message.seq, channel, at
    return message


def add_outbound(
    session: Session,
    conversation: Conversation,
    saying: Saying,
    *,
    in_reply_to: str | None = None,
    channel: str | None = None,
    at: datetime | None = None,
) -> Message:
    """Queue one line for the patient: this row is the outbox. The conversation must be locked."""
    now = at or utc_now()
    to = channel or conversation.last_channel
    message = Message(
        id=new_id(), conversation_id=conversation.id, seq=_next_seq(conversation), author=saying.author,
        clinician_id=saying.clinician_id, channel=to, text=saying.text, choices=_with_ids(saying.choices),
        script=saying.script, in_reply_to=in_reply_to, crisis=saying.crisis, created_at=now,
        # a browser reads the rows themselves, so its lines are out with the commit; a text must be carried
        delivery_status=DeliveryStatus.SENT if to == "web" else DeliveryStatus.DUE,
        due_at=None if to == "web" else now,
    )  # fmt: skip
    session.add(message)
    if to != "web":
        wake_after(session, TEXTS)
    return message


def cancel_unsent_bot_lines(session: Session, conversation_id: str) -> None:
    """What the bot had queued when a person or the protocol took the floor is not sent any more."""
    session.execute(
        update(Message)
        .where(
            Message.conversation_id == conversation_id,
            Message.author == Author.BOT,
            Message.delivery_status == DeliveryStatus.DUE,
        )
        .values(delivery_status=DeliveryStatus.CANCELLED)
    )


def _next_seq(conversation: Conversation) -> int:
    conversation.last_seq += 1
    return conversation.last_seq


def _with_ids(choices: Sequence[tuple[str, str]]) -> list[dict[str, str]] | None:
    """Choices get opaque ids: a button can only be pressed where it was shown, and carries no intent."""
    return [{"id": secrets.token_urlsafe(9), "value": value, "label": label} for value, label in choices] or None
