"""How an event begins, and how it gets graver."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from safety.protocol.content import Band
from safety.protocol.draft import Draft
from safety.protocol.grading import Grade
from safety.protocol.hearing import hears
from safety.protocol.state import ProtocolState
from safety.protocol.types import Phase

URGENT = ("E", "A", "V", "AC", "N", "P", "U")
"""Heard in the middle of another event, these get their own first words."""


def open_event(draft: Draft, grade: Grade, text: str) -> None:
    """A first risk, or one after the last event was closed."""
    old = draft.state
    draft.set(
        **_blank(), event=old.event + 1, level=grade.level, category=grade.category, categories=(grade.category,),
        lifted_by=old.lifted_by, opened_at=draft.now,
    )  # fmt: skip
    _begin(draft, grade, text, rising=False)


def reopen(draft: Draft, grade: Grade, text: str) -> None:
    """A rested event is heard again: something changed, so the questions may be asked again."""
    draft.set(asked=(), followed_up=(), stopped=False, settled_at=None)
    _note_grade(draft, grade)
    _begin(draft, grade, text, rising=False)


def rises(state: ProtocolState, grade: Grade) -> bool:
    """Graver than all before, or another kind of danger that cannot wait for the first one's questions."""
    if grade.level > state.level:
        return True
    new = grade.category not in state.categories
    return new and ((grade.category in URGENT and grade.level >= 3) or (grade.category == "S" and grade.level >= 2))


def rise(draft: Draft, grade: Grade, text: str = "") -> None:
    """An open event gets graver."""
    known = grade.category in draft.state.categories
    _note_grade(draft, grade)
    _begin(draft, grade, text, rising=known)


def ask_clarifier(draft: Draft, grade: Grade) -> None:
    """Imagery beside a wish to be dead: which of the two is it? The event is open either way."""
    _state_after_hearing(draft, grade)
    draft.set(phase=Phase.SAFETY_CHECK)
    draft.raise_flag("clarifier")
    draft.say("clarifier")
    draft.later("crisis_contact")


def to_phase(draft: Draft, band: Band) -> None:
    """A person is being called: then the check goes on beside the waiting."""
    pages = band.page or (draft.dosing and draft.state.open)
    if pages:
        draft.raise_flag("risk", page=True)
    waiting = pages or draft.state.page != "none"
    draft.set(phase=Phase.HANDOFF_PENDING if waiting else Phase(band.phase))


def _begin(draft: Draft, grade: Grade, text: str, *, rising: bool) -> None:
    band = draft.protocol.band(grade.category, grade.level)
    draft.set(awaiting=None)
    draft.raise_flag("raised" if rising else "risk")
    to_phase(draft, band)
    for kind, scripts in band.cues.items():
        if hears(text, kind, draft.protocol):
            draft.say(*scripts)
    draft.say(*(band.rise if rising and band.rise else band.say))
    draft.later(*band.later)


def _state_after_hearing(draft: Draft, grade: Grade) -> None:
    old = draft.state
    draft.set(
        **_blank(), event=old.event + 1, level=grade.level, category=grade.category, categories=(grade.category,),
        lifted_by=old.lifted_by, opened_at=draft.now,
    )  # fmt: skip


def _note_grade(draft: Draft, grade: Grade) -> None:
    state = draft.state
    category = grade.category if grade.level >= state.level else state.category
    seen = state.categories if grade.category in state.categories else (*state.categories, grade.category)
    draft.set(level=max(state.level, grade.level), category=category, categories=seen)


def _blank() -> dict[str, object]:
    """Whatever belongs to one event only."""
    fresh = ProtocolState()
    names = (
        "asked", "awaiting", "answers", "followed_up", "pending", "said", "used", "stopped", "page", "warned", "waits",
        "unsafe_to_text", "settled_at", "paged_at",
    )  # fmt: skip
    return {name: getattr(fresh, name) for name in names}


def rested_for(state: ProtocolState, draft: Draft) -> timedelta:
    """How long ago the open event came to rest."""
    assert state.settled_at is not None
    return draft.now - state.settled_at


def with_level(grade: Grade, level: int, category: str | None = None) -> Grade:
    return replace(grade, level=level, category=category or grade.category)
