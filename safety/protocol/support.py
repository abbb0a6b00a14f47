"""Level 1: distress without a marker of risk. A person to talk to is offered; a module is not derailed by a sad answer.

The rule (docs/protocol.md): inside a module a first sad answer goes on to the module, with a note for the team. Outside one
the bot acknowledges it and asks how strong it is. The direct question comes at 8 or more, at the second such message
within seven days, and in the dip window; after a plain no it rests for a day. Whoever would not answer it is not asked
again in that event, and answered all the same.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from safety.protocol.answers import follow, move_for, not_answered, reading_of
from safety.protocol.draft import Draft
from safety.protocol.grading import Grade
from safety.protocol.hearing import hears, read_answer
from safety.protocol.opening import call_person, fresh_event
from safety.protocol.phase import Phase
from safety.protocol.types import Outcome

OWN_PATHS = ("D", "T", "H", "E", "U", "A", "AC", "V", "P", "N")
"""Spoken to at level 1 in their own words, inside a module too."""
AGAIN = "again"
"""The path of the direct question at level 1."""
SAFE_TEXT = "safe_text"


def answer(draft: Draft, heard: Grade, text: str) -> Outcome:
    """Nothing that only a person may close is open."""
    answered = reading_of(draft, text, heard)
    move = move_for(*answered) if answered else None
    if answered and move:
        follow(draft, answered[0], move, text)
        return _finish(draft)
    if answered and answered[0].ladder:
        not_answered(draft, answered[0], refused=answered[1] == "refused")
        return _finish(draft)
    draft.set(awaiting=None)
    if heard.level == 1 or heard.category == "H":
        return _distress(draft, heard, text)
    return _rest(draft)


def _distress(draft: Draft, heard: Grade, text: str) -> Outcome:
    before = _recent(draft)
    draft.set(distress_at=(*before, draft.now.isoformat())[-draft.limit("distress_kept") :])
    own = heard.category in OWN_PATHS and heard.category in draft.protocol.paths
    if own:
        return _begin(draft, heard, heard.category, text)
    if _asked_lately(draft):
        return _rest(draft, note=True)
    if before or draft.facts.dip_window or hears(text, "eight_or_more", draft.protocol):
        return _begin(draft, heard, AGAIN, text)
    return _rest(draft, note=True) if draft.facts.in_module else _begin(draft, heard, "S", text)


def _begin(draft: Draft, heard: Grade, path: str, text: str) -> Outcome:
    band = draft.protocol.band(path, 1)
    rested = draft.state.settled_at is not None
    if not rested:
        fresh_event(draft, heard, level=draft.state.level if draft.state.open else 1)
    call_person(draft, band, "distress")
    if rested:
        draft.set(phase=Phase.SUPPORT)
    draft.say(*band.say)
    draft.later(*(script for kind, scripts in band.cues.items() if hears(text, kind, draft.protocol) for script in scripts))
    if not draft.lines and path == AGAIN and draft.facts.in_module:
        return draft.finish(pass_on=True)
    if not draft.lines:
        draft.say("support_presence")
    return draft.finish()


def still_watched(draft: Draft, heard: Grade, text: str) -> None:
    """Nothing is open, and nobody has said that texting is safe: short, and nothing goes on, until a plain Y."""
    if heard.level == 1 or heard.category == "H":
        draft.set(level=max(draft.state.level, 1))
        draft.raise_flag("distress")
        draft.set(level=draft.state.level if draft.state.open else 0)
    if read_answer(text, draft.protocol.steps[SAFE_TEXT], draft.protocol) != "yes":
        draft.say("presence_quiet")
        return
    draft.set(unsafe_to_text=False, awaiting=None)
    draft.say("return_wait" if draft.state.phase is Phase.RETURN_PENDING else "support_presence")


def _finish(draft: Draft) -> Outcome:
    """After an answer: on to the next question, or back to ordinary talk."""
    if draft.state.pending and draft.state.awaiting is None:
        draft.say(draft.state.pending[0])
    if not draft.lines:
        draft.say("support_presence")
    if not draft.state.open and draft.state.awaiting is None:
        draft.set(phase=Phase.NORMAL, level=0, category="none", categories=(), pending=())
    return draft.finish()


def _rest(draft: Draft, *, note: bool = False) -> Outcome:
    """Rasa may answer."""
    if note:
        draft.set(level=max(draft.state.level, 1), category=draft.state.category if draft.state.open else "S")
        draft.raise_flag("distress")
    if not draft.state.open:
        draft.set(phase=Phase.NORMAL, level=0, category="none", categories=(), pending=())
    return draft.finish(pass_on=True)


def _recent(draft: Draft) -> tuple[str, ...]:
    since = draft.now - timedelta(days=draft.limit("distress_days"))
    return tuple(at for at in draft.state.distress_at if datetime.fromisoformat(at) > since)


def _asked_lately(draft: Draft) -> bool:
    asked = draft.state.asked_directly_at
    return asked is not None and draft.now - asked < timedelta(hours=draft.limit("asked_rests_hours"))
