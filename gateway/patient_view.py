"""What a patient's own browser or phone is shown of the conversation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, exists, select
from sqlalchemy.orm import Session

from gateway.outgoing import phone_text
from safety.protocol import Phase
from store import Store
from store.conversations import messages_after
from store.outcomes import phase_of
from store.people import Clinician
from store.streams import StreamEvent
from store.talk import Author, Conversation, Message, TurnStatus

PAGE = 200
_CALM = {Phase.NORMAL, Phase.SUPPORT}


def web_reader(store: Store, conversation_id: str) -> Callable[[int], tuple[Sequence[StreamEvent], int]]:
    """Reads new messages, and the state whenever it changed since the last look."""
    last_state: dict[str, Any] = {}

    def read(after: int) -> tuple[Sequence[StreamEvent], int]:
        with store.read() as session:
            last_seq, state = _state(session, conversation_id)
            after = min(after, last_seq)
            rows = messages_after(session, conversation_id, after, PAGE) if after < last_seq else ()
            events = _message_events(session, conversation_id, rows)
        if state != last_state:
            last_state.clear()
            last_state.update(state)
            events.append(StreamEvent("state", state))
        return events, rows[-1].seq if rows else after

    return read


def _message_events(session: Session, conversation_id: str, rows: Sequence[Message]) -> list[StreamEvent]:
    if not rows:
        return []
    whole = len(rows) < PAGE  # then nothing was said after them
    answered_up_to = max((row.seq for row in rows if row.inbound), default=0) if whole else _last_inbound_seq(session, conversation_id)
    names = _clinician_names(session, rows)
    return [StreamEvent("message", _as_json(row, names, row.seq < answered_up_to), row.seq) for row in rows]


def _as_json(row: Message, names: dict[str, str], answered: bool) -> dict[str, Any]:
    client_id = row.external_id.partition(":")[2] if row.inbound and row.channel == "web" and row.external_id else None
    choices = [] if row.inbound else [{"id": c["id"], "label": c["label"]} for c in row.choices or ()]
    return {
        "seq": row.seq, "author": row.author, "name": names.get(row.clinician_id or ""), "text": row.text,
        "choices": choices, "at": row.created_at.isoformat(), "channel": row.channel, "client_id": client_id,
        "answered": answered, "media": row.media.split(",") if row.media else [],
    }  # fmt: skip


def _last_inbound_seq(session: Session, conversation_id: str) -> int:
    statement = select(Message.seq).where(Message.conversation_id == conversation_id, Message.author == Author.PATIENT)
    return session.scalar(statement.order_by(Message.seq.desc()).limit(1)) or 0


def _clinician_names(session: Session, rows: Sequence[Message]) -> dict[str, str]:
    ids = {row.clinician_id for row in rows if row.clinician_id}
    if not ids:
        return {}
    return {c.id: c.name for c in session.scalars(select(Clinician).where(Clinician.id.in_(ids)))}


def _state(session: Session, conversation_id: str) -> tuple[int, dict[str, Any]]:
    """How far the conversation has come, and what its page shows around it."""
    row = session.execute(_state_of(), {"conversation": conversation_id}).one()
    crisis = phase_of(row.protocol) not in _CALM
    return row.last_seq, {"owner": row.owner, "typing": row.owner == "bot" and row.thinking, "crisis": crisis}


@cache
def _state_of() -> Select[Any]:
    """Put together once: every open page asks it every second."""
    thinking = exists().where(
        Message.conversation_id == Conversation.id,
        Message.seq > Conversation.last_seq - 20,
        Message.turn_status.in_((TurnStatus.DUE, TurnStatus.ASKING)),
    )
    columns = select(Conversation.last_seq, Conversation.owner, Conversation.protocol, thinking.label("thinking"))
    return columns.where(Conversation.id == bindparam("conversation"))


def phone_reader(store: Store, conversation_id: str) -> Callable[[int], tuple[Sequence[StreamEvent], int]]:
    """What the simulator's phone shows: texts only. A text's later status comes as the same seq again."""
    shown: dict[int, str] = {}

    def read(after: int) -> tuple[Sequence[StreamEvent], int]:
        with store.read() as session:
            conversation = session.get_one(Conversation, conversation_id)
            rows = messages_after(session, conversation_id, max(0, conversation.last_seq - PAGE), PAGE)
            texts = [row for row in rows if row.channel == "sms"]
        fresh = [row for row in texts if _visible(row) and shown.get(row.seq) != _status(row)]
        shown.update({row.seq: _status(row) for row in fresh})
        return [StreamEvent("message", _as_phone_json(row), row.seq) for row in fresh], after

    return read


def _visible(row: Message) -> bool:
    return row.inbound or row.delivery_status in {"sent", "delivered", "failed"}


def _status(row: Message) -> str:
    return "received" if row.inbound else str(row.delivery_status)


def _as_phone_json(row: Message) -> dict[str, Any]:
    return {
        "seq": row.seq, "direction": "in" if row.inbound else "out", "body": phone_text(row),
        "at": row.created_at.isoformat(), "status": _status(row),
    }  # fmt: skip
