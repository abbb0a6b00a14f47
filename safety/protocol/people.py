"""What clinicians do: join, close with a disposition, give the conversation back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from safety.protocol.grading import Grade
from safety.protocol.messages import begin
from safety.protocol.opening import fresh_event
from safety.protocol.phase import Phase
from safety.protocol.state import ProtocolState
from safety.protocol.types import Facts, Outcome

if TYPE_CHECKING:
    from safety.content import Clinical


def on_human_joined(state: ProtocolState, *, facts: Facts, clinical: Clinical, now: datetime) -> Outcome:
    """A person has the conversation. From here on the bot is silent; no question of its own stays open.

    Whoever wrote before the person came still waits for an answer: `unanswered_at` stays.
    """
    draft = begin(state, facts, clinical, now)
    page = "accepted" if state.page != "none" else "none"
    waits_since = state.unanswered_at or state.heard_at
    draft.set(
        phase=Phase.HUMAN_ACTIVE, awaiting=None, pending=(), page=page, unanswered_at=waits_since, idle_noticed=False, waits=0
    )  # fmt: skip
    return draft.finish()


def on_closed(state: ProtocolState, *, facts: Facts, clinical: Clinical, now: datetime) -> Outcome:
    """A disposition is recorded: the level is a person's to lower. The bot stays back until it is released.

    An event that had come to rest, with which nobody had to deal, ends here.
    """
    draft = begin(state, facts, clinical, now)
    if not state.open and state.phase is not Phase.HUMAN_ACTIVE:
        return draft.finish()
    rested = state.settled_at is not None and state.phase is Phase.SUPPORT
    fresh_event(draft, Grade(0, "none"))
    draft.set(
        event=state.event, categories=(), opened_at=None, lifted_by=(), last_event_level=state.level,
        last_event_closed_at=now, phase=Phase.NORMAL if rested else Phase.RETURN_PENDING,
    )  # fmt: skip
    return draft.finish()


def on_released(state: ProtocolState, *, facts: Facts, clinical: Clinical, now: datetime) -> Outcome:
    """A clinician gives the conversation back. After an event: one gentle line, no tasks (CRISIS.md §9.5).

    An event without a disposition stays open: then the bot only keeps the patient company again. Whether texting is safe
    the patient says, never the end of an event.
    """
    draft = begin(state, facts, clinical, now)
    if state.open and state.settled_at is None:
        draft.set(phase=Phase.HANDOFF_PENDING)
        return draft.finish()
    gentle = state.phase is Phase.RETURN_PENDING and state.last_event_level >= 2 and not state.unsafe_to_text
    draft.set(phase=Phase.SUPPORT if state.open else Phase.NORMAL, released_at=now, unanswered_at=None)
    if gentle:
        draft.say("released")
    return draft.finish()
