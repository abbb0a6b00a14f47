"""How an event begins, and how it gets graver."""

from __future__ import annotations

from dataclasses import fields

from safety.protocol.content import Band
from safety.protocol.draft import Draft
from safety.protocol.grading import Grade
from safety.protocol.hearing import hears
from safety.protocol.phase import Phase
from safety.protocol.state import ProtocolState

URGENT = ("E", "A", "V", "AC", "N", "P", "U")
"""Heard in the middle of another event, these get their own first words."""

KEPT = ("phase", "event", "level", "category", "heard_at", "spoke_at", "distress_at", "last_event_level",
        "last_event_closed_at", "released_at", "asked_directly_at", "lifted_by", "used", "last_said", "unsafe_to_text")  # fmt: skip
"""What outlives an event; everything else begins anew with the next."""


def fresh_event(draft: Draft, grade: Grade, *, level: int | None = None) -> None:
    """Forget the last event's questions and wordings; the level is this message's."""
    old, blank = draft.state, ProtocolState()
    anew = {f.name: getattr(blank, f.name) for f in fields(blank) if f.name not in KEPT}
    draft.set(**anew)
    draft.set(
        event=old.event + 1, level=grade.level if level is None else level, category=grade.category,
        categories=(grade.category,), opened_at=draft.now,
    )  # fmt: skip


def open_event(draft: Draft, grade: Grade, text: str) -> None:
    """A first risk, or one after the last event was closed."""
    fresh_event(draft, grade)
    _begin(draft, grade, text, rising=False)


def ask_clarifier(draft: Draft, grade: Grade) -> None:
    """Imagery beside a wish to be dead: which of the two is it? The event is open either way."""
    fresh_event(draft, grade)
    draft.set(phase=Phase.SAFETY_CHECK)
    draft.raise_flag("clarifier")
    draft.say("clarifier")


def reopen(draft: Draft, grade: Grade, text: str) -> None:
    """A rested event is heard again: something changed, so the questions may be asked again."""
    draft.set(asked=(), followed_up=(), stopped=False, settled_at=None)
    _hear_out(draft, grade)
    _begin(draft, grade, text, rising=False)


def rises(state: ProtocolState, grade: Grade) -> bool:
    """Graver than all before, or another kind of danger that cannot wait for the first one's questions."""
    if grade.level > state.level:
        return True
    new = grade.worded and grade.category not in state.categories
    return new and ((grade.category in URGENT and grade.level >= 3) or (grade.category == "S" and grade.level >= 2))


def rise(draft: Draft, grade: Grade, text: str = "") -> None:
    """An open event gets graver. A danger of another kind begins with its own first words."""
    known = grade.category in draft.state.categories
    _hear_out(draft, grade)
    _begin(draft, grade, text, rising=known)


def rise_quietly(draft: Draft, grade: Grade) -> None:
    """Graver by an answer that has its own words already: the level, who is called, and what is owed."""
    if not draft.state.open:
        draft.set(opened_at=draft.now)
    _hear_out(draft, grade)
    band = draft.protocol.band(grade.category, grade.level)
    call_person(draft, band, "raised")
    draft.later(*band.later)


def call_person(draft: Draft, band: Band, code: str) -> None:
    """Ask for a clinician. While one is being called, the questions go on beside the waiting."""
    pages = band.page or (draft.dosing and draft.state.open)
    draft.raise_flag(code, page=pages)
    waiting = draft.state.page != "none"
    draft.set(phase=Phase.HANDOFF_PENDING if waiting else Phase(band.phase))


def _begin(draft: Draft, grade: Grade, text: str, *, rising: bool) -> None:
    band = draft.protocol.band(grade.category, grade.level)
    owed = draft.state.pending
    draft.set(awaiting=None, pending=())
    call_person(draft, band, "raised" if rising else "risk")
    first, *rest = band.rise if rising and band.rise else band.say
    draft.say(first)
    for kind, scripts in band.cues.items():
        if hears(text, kind, draft.protocol):
            draft.say(*scripts)
    draft.say(*rest)
    draft.later(*band.later, *owed)


def _hear_out(draft: Draft, grade: Grade) -> None:
    state = draft.state
    category = grade.category if grade.level >= state.level else state.category
    seen = state.categories if grade.category in state.categories else (*state.categories, grade.category)
    draft.set(level=max(state.level, grade.level), category=category, categories=seen)
