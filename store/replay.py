"""What other thresholds would have done: the screen read over the stored messages twice, with the numbers in force and with the
proposed ones. Nothing of it is written to anybody's record."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from safety import Turn, assess
from safety.content import Clinical
from store.conversations import HISTORY_TURNS, turns_before
from store.database import Store
from store.drills import test_conversations
from store.talk import AssessmentRow, Author, Message

NEWEST, HEARD = 600, 300  # patients' messages read again: the latest ones, and the latest that were heard as something
EXAMPLES = 8
BREATH = 0.01  # seconds between two messages: the screen shares its process with patients who are writing now
HEARD_DAYS = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Said:
    message_id: str
    text: str
    prompt: str | None
    history: tuple[Turn, ...]


def replay(store: Store, before: Clinical, after: Clinical, now: datetime, breath: float = BREATH) -> dict[str, Any]:
    """Counts by level, what rose and what fell, and a few examples by their message's id. Slow: not for a request."""
    with store.read() as session:
        wanted = _wanted(session, now)
    moves: Counter[tuple[int, int]] = Counter()
    examples: dict[str, list[dict[str, Any]]] = {"gained": [], "lost": []}
    for message_id in wanted:
        with store.read() as session:
            said = _said(session, message_id, before.context.number("slide_turns", HISTORY_TURNS))
        was, would = _level(said, before), _level(said, after)
        moves[was, would] += 1
        if was != would:
            _remember(examples["gained" if would > was else "lost"], message_id, was, would)
        time.sleep(breath)
    return {"messages": len(wanted), "moves": [[*move, count] for move, count in sorted(moves.items())], **examples}


def _level(said: Said, clinical: Clinical) -> int:
    return assess(said.text, prompt=said.prompt, history=said.history, clinical=clinical).level


def _remember(kept: list[dict[str, Any]], message_id: str, was: int, would: int) -> None:
    """The gravest moves stay."""
    kept.append({"message": message_id, "was": was, "would": would})
    kept.sort(key=lambda one: -max(one["was"], one["would"]))
    del kept[EXAMPLES:]


def _wanted(session: Session, now: datetime) -> Sequence[str]:
    real = Message.conversation_id.not_in(test_conversations())
    newest = select(Message.id).where(Message.author == Author.PATIENT, real).order_by(Message.created_at.desc()).limit(NEWEST)
    heard = (
        select(Message.id)
        .join(AssessmentRow, AssessmentRow.message_id == Message.id)
        .where(Message.author == Author.PATIENT, AssessmentRow.level >= 1, Message.created_at > now - HEARD_DAYS, real)
        .order_by(Message.created_at.desc())
        .limit(HEARD)
    )
    return list(dict.fromkeys((*session.scalars(newest), *session.scalars(heard))))


def _said(session: Session, message_id: str, slide_turns: int) -> Said:
    """The message as the screen met it: with the question and the talk before it."""
    message = session.get_one(Message, message_id)
    turns = turns_before(session, message.conversation_id, message.seq, message.created_at, slide_turns)
    prompt = turns[-1].text if turns and turns[-1].author == "assistant" else None
    return Said(message.id, message.text, prompt, turns)
