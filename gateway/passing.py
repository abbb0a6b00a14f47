"""Handing a kept message on to Rasa: asked at once, or in its turn."""

from __future__ import annotations

from datetime import timedelta

from gateway.asking import question_of
from gateway.bot import Question
from gateway.errors import BotFailure
from gateway.keeping import Kept
from store.conversations import take_turn, unfinished_turn_before
from store.course_queries import Standing
from store.talk import TurnStatus

TURN_LEASE = timedelta(seconds=30)


def pass_on(kept: Kept, standing: Standing) -> Question | None:
    """Ours at once when it is this conversation's turn; else it waits for the one before."""
    with kept.session.no_autoflush:  # nothing that is looked for here is being written
        question = None if unfinished_turn_before(kept.session, kept.message) else _question(kept, standing)
    if question is None:
        kept.message.turn_status = TurnStatus.DUE
    else:
        take_turn(kept.message, kept.parts.worker, TURN_LEASE, kept.at)
    return question


def _question(kept: Kept, standing: Standing) -> Question | None:
    """None when it cannot be put together: whoever takes the turn up later meets that again, and answers for it."""
    try:
        return question_of(kept.parts, kept.session, kept.conversation, kept.message, standing)
    except BotFailure:
        return None
