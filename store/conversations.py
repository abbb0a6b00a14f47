"""Reading a conversation: what was said, what was asked last, what waits for Rasa.

Statements that every message asks are put together once: making one anew costs as much as asking it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session, aliased

from safety.assessment import Turn
from store.talk import Author, Conversation, Message, TurnStatus

HISTORY_TURNS = 12  # of the patient's own: as many as the screen was measured with (clinical/context.yml, slide_turns)
HISTORY_DAYS = timedelta(days=7)
LATELY = 24  # messages, either way


class Recorded(NamedTuple):
    """Where an inbound message stands in the record."""

    conversation_id: str
    id: str
    seq: int


def by_external_id(session: Session, channel: str, external_id: str) -> Recorded | None:
    row = session.execute(_by_external_id(), {"channel": channel, "external_id": external_id}).first()
    return Recorded(*row) if row else None


@cache
def _by_external_id() -> Select[*tuple[Any, ...]]:
    mine = Message.channel == bindparam("channel"), Message.external_id == bindparam("external_id")
    return select(Message.conversation_id, Message.id, Message.seq).where(*mine)


def messages_after(session: Session, conversation_id: str, seq: int, limit: int = 200) -> Sequence[Message]:
    """In order of their sequence numbers, gapless."""
    return session.scalars(_messages_after(), {"conversation": conversation_id, "seq": seq, "most": limit}).all()


@cache
def _messages_after() -> Select[Any]:
    after = select(Message).where(Message.conversation_id == bindparam("conversation"), Message.seq > bindparam("seq"))
    return after.order_by(Message.seq).limit(bindparam("most"))


def recent_turns(session: Session, conversation: Conversation, now: datetime, turns: int = HISTORY_TURNS) -> tuple[Turn, ...]:
    """What the screen reads as history: so many of the patient's own messages of the last week, oldest first, and what was said last."""
    return turns_before(session, conversation.id, conversation.last_seq + 1, now, turns)


def turns_before(session: Session, conversation_id: str, seq: int, now: datetime, turns: int = HISTORY_TURNS) -> tuple[Turn, ...]:
    """The same as it was before the message with this number. The house's own lines are many, and only the last is a question."""
    about = {"conversation": conversation_id, "seq": seq, "last": seq - 1, "at": now - HISTORY_DAYS, "most": turns + 1}
    rows = session.execute(_turns_before(), about).all()
    if rows and rows[0].author == Author.PATIENT:
        rows = rows[:turns]
    return tuple(Turn("patient" if author == Author.PATIENT else "assistant", text, at) for author, text, at in reversed(rows))


@cache
def _turns_before() -> Select[*tuple[Any, ...]]:
    statement = select(Message.author, Message.text, Message.created_at).where(
        Message.conversation_id == bindparam("conversation"),
        Message.seq < bindparam("seq"),
        or_(Message.author == Author.PATIENT, Message.seq == bindparam("last")),
        Message.created_at > bindparam("at"),
    )
    return statement.order_by(Message.seq.desc()).limit(bindparam("most"))


class Pressed(NamedTuple):
    """A button, and the message that showed it: what it answers."""

    value: str
    label: str
    seq: int
    asked: str


def find_choice(session: Session, conversation: Conversation, choice_id: str) -> Pressed | None:
    """The choice that was shown lately in this conversation under this id."""
    statement = select(Message.choices, Message.seq, Message.text).where(
        Message.conversation_id == conversation.id,
        Message.seq > conversation.last_seq - 40,
        Message.author != Author.PATIENT,
        Message.choices.is_not(None),
    )
    shown = session.execute(statement.order_by(Message.seq.desc())).all()
    found = ((choice, row) for row in shown for choice in row.choices or () if choice["id"] == choice_id)
    return next((Pressed(choice["value"], choice["label"], row.seq, row.text) for choice, row in found), None)


def asked_since(session: Session, conversation_id: str, seq: int) -> bool:
    """Whether buttons were shown after the message with this number: another question is open now."""
    later = select(Message.choices).where(
        Message.conversation_id == conversation_id, Message.seq > seq, Message.author != Author.PATIENT, Message.choices.is_not(None)
    )
    return any(session.scalars(later))


def numbered_choice(session: Session, message: Message) -> str | None:
    """The choice behind a bare "2" on a phone: what the bot's last lines there listed under that number."""
    number = message.text.strip(" .)")
    if message.channel != "sms" or not (number.isdecimal() and len(number) == 1):
        return None
    before = select(Message).where(
        Message.conversation_id == message.conversation_id, Message.seq < message.seq, Message.author != Author.PATIENT
    )
    last = session.scalar(before.order_by(Message.seq.desc()).limit(1))
    shown = last.choices if last is not None and last.author == Author.BOT and last.channel == "sms" else None
    place = int(number) - 1
    return str(shown[place]["value"]) if shown and 0 <= place < len(shown) else None


def said_lately(session: Session, conversation: Conversation, script: str) -> bool:
    """Whether this line is among the last few of the conversation."""
    said = select(Message.id).where(
        Message.conversation_id == conversation.id, Message.seq > conversation.last_seq - LATELY, Message.script == script
    )
    return session.scalar(said.limit(1)) is not None


def unfinished_turn_before(session: Session, message: Message) -> bool:
    """Whether an earlier message of this conversation still waits for Rasa: turns are taken strictly in order."""
    return session.scalar(_unfinished(), {"conversation": message.conversation_id, "seq": message.seq}) is not None


@cache
def _unfinished() -> Select[Any]:
    statement = select(Message.id).where(
        Message.conversation_id == bindparam("conversation"),
        Message.turn_status.in_((TurnStatus.DUE, TurnStatus.ASKING)),
        Message.seq < bindparam("seq"),
    )
    return statement.limit(1)


def turn_waits(session: Session, now: datetime, conversation_id: str | None = None) -> bool:
    """Whether there is anything to claim: a look that takes no lock, so that idle beats disturb no writer."""
    statement = _next_turn(one=conversation_id is not None, claim=False)
    return session.scalar(statement, {"now": now, "conversation": conversation_id}) is not None


def claim_turn(session: Session, worker: str, lease: timedelta, now: datetime, conversation_id: str | None = None) -> Message | None:
    """Take the next message that waits for Rasa: due, or left behind by a gateway that died with it."""
    statement = _next_turn(one=conversation_id is not None, claim=True)
    message: Message | None = session.scalar(statement, {"now": now, "conversation": conversation_id})
    if message is not None:
        take_turn(message, worker, lease, now)
    return message


@cache
def _next_turn(*, one: bool, claim: bool) -> Select[Any]:
    """Put together once: it is asked with every turn and every second. Takes `now`, and for `one` the `conversation`."""
    earlier = aliased(Message)
    waiting = or_(
        Message.turn_status == TurnStatus.DUE,
        and_(Message.turn_status == TurnStatus.ASKING, Message.claimed_until < bindparam("now")),
    )
    first = ~(
        select(earlier.id)
        .where(
            earlier.conversation_id == Message.conversation_id,
            earlier.turn_status.in_((TurnStatus.DUE, TurnStatus.ASKING)),
            earlier.seq < Message.seq,
        )
        .exists()
    )
    statement: Select[Any] = select(Message) if claim else select(Message.id)
    statement = statement.where(waiting, first).order_by(Message.created_at).limit(1)
    if one:
        statement = statement.where(Message.conversation_id == bindparam("conversation"))
    return statement.with_for_update(skip_locked=True) if claim else statement


def take_turn(message: Message, worker: str, lease: timedelta, now: datetime) -> None:
    message.turn_status = TurnStatus.ASKING
    message.turn_attempts += 1
    message.claimed_by = worker
    message.claimed_until = now + lease
