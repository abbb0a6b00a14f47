"""What happens beside the patient's messages: pages, time, STOP, and what clinicians do."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from safety.protocol.draft import Draft
from safety.protocol.messages import begin
from safety.protocol.phase import Phase
from safety.protocol.state import ProtocolState
from safety.protocol.types import Facts, Outcome

if TYPE_CHECKING:
    from safety.content import Clinical

IMMEDIATE = 5
WITH_BOT = (Phase.SAFETY_CHECK, Phase.HANDOFF_PENDING)


def on_stop(state: ProtocolState, *, facts: Facts, clinical: Clinical, now: datetime) -> Outcome:
    """STOP is honoured and the event stays open, and no longer rests: a clinician must ring. The confirmation is the gateway's line."""
    draft = begin(state, facts, clinical, now)
    if not state.open:
        return draft.finish()
    if state.phase is not Phase.HUMAN_ACTIVE:
        draft.set(phase=Phase.CLOSED_OPTOUT, awaiting=None, settled_at=None)
    draft.raise_flag("opted_out", page=True, phone=True)
    return draft.finish()


def on_start(state: ProtocolState, *, facts: Facts, clinical: Clinical, now: datetime) -> Outcome:
    """Texts are welcome again while the event is open: the bot is back with the patient."""
    draft = begin(state, facts, clinical, now)
    if state.phase is Phase.CLOSED_OPTOUT:
        draft.set(phase=Phase.HANDOFF_PENDING)
        draft.say("presence")
    return draft.finish()


def on_page_accepted(state: ProtocolState, *, facts: Facts, clinical: Clinical, now: datetime) -> Outcome:
    """Script H1: only now is it true that the alert was received. Once in an event, and once more after script H3."""
    draft = begin(state, facts, clinical, now)
    first = "page_accepted" not in state.said or state.page == "failed"
    draft.set(page="accepted")
    if first and state.open and state.phase in WITH_BOT and not state.unsafe_to_text:
        draft.say("page_accepted")
    return draft.finish()


def on_page_failed(state: ProtocolState, *, facts: Facts, clinical: Clinical, now: datetime) -> Outcome:
    """Script H3: nobody has taken the page, and the patient must not wait for them. The next on the ladder is woken."""
    draft = begin(state, facts, clinical, now)
    if draft.accepted or not state.open or state.phase not in (*WITH_BOT, Phase.CLOSED_OPTOUT):
        return draft.finish()
    told = state.warned
    draft.set(page="failed")
    draft.raise_flag("page_failed", page=True, phone=state.phase is Phase.CLOSED_OPTOUT)
    draft.set(page="failed", warned=True)
    if not told and not state.unsafe_to_text and state.phase in WITH_BOT:
        draft.say("page_failed")
    return draft.finish()


def on_not_reached(state: ProtocolState, *, facts: Facts, clinical: Clinical, now: datetime) -> Outcome:
    """Somebody had the alert and has not been with the patient in time: what was promised is taken back, the next one is asked.

    It counts as script H3 until somebody accepts again: the same truth is not told twice.
    """
    draft = begin(state, facts, clinical, now)
    if not state.open or state.page == "none" or state.phase not in (*WITH_BOT, Phase.CLOSED_OPTOUT):
        return draft.finish()
    told = state.warned and state.page != "accepted"
    draft.set(page="requested", paged_at=now, warned=True)
    if not told and not state.unsafe_to_text and state.phase in WITH_BOT:
        draft.say("not_reached")
    return draft.finish()


def on_wait(state: ProtocolState, *, facts: Facts, clinical: Clinical, now: datetime) -> Outcome:
    """Nobody has said anything for some minutes: script H2 in new words. A patient who stays silent needs a ring."""
    draft = begin(state, facts, clinical, now)
    if not state.open or state.phase not in WITH_BOT:
        return draft.finish()
    draft.set(waits=state.waits + 1)
    _note_silence(draft)
    if state.unsafe_to_text or draft.state.waits > draft.limit("waits_unanswered"):
        return draft.finish()
    if draft.state.waits == draft.limit("waits_unanswered"):
        draft.say("wait_last")
    else:
        _keep_company(draft)
    return draft.finish()


def on_human_idle(state: ProtocolState, *, facts: Facts, clinical: Clinical, now: datetime) -> Outcome:
    """The clinician has not answered for some minutes: "message received", once for each silence."""
    draft = begin(state, facts, clinical, now)
    if state.phase is Phase.HUMAN_ACTIVE and state.unanswered_at is not None and not state.idle_noticed:
        draft.set(idle_noticed=True)
        if not state.unsafe_to_text:
            draft.say("human_idle")
    return draft.finish()


def _keep_company(draft: Draft) -> None:
    """In immediate danger, every other line says again whom to call."""
    owed = next((s for s in draft.state.pending if not draft.protocol.scripts[s].asks), None)
    urgent = draft.state.level >= IMMEDIATE and draft.state.waits % 2 == 0
    draft.say("wait_now" if urgent else owed or "wait")


def _note_silence(draft: Draft) -> None:
    state = draft.state
    if state.waits == 1 and state.awaiting:
        draft.set(answers=(*state.answers, (state.awaiting, "silence")))
    if state.waits == draft.limit("silence_waits") and state.level >= draft.limit("silence_level"):
        draft.raise_flag("silent", page=True, phone=True)
