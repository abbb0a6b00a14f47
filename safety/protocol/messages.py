"""A patient's message, whatever is open at the moment."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from safety.assessment import Assessment
from safety.protocol import support
from safety.protocol.answers import follow, move_for, not_answered, reading_of
from safety.protocol.content import Aside, Move, Step, protocol_of
from safety.protocol.draft import Draft
from safety.protocol.grading import Grade, grade
from safety.protocol.hearing import hears, plain
from safety.protocol.opening import ask_clarifier, open_event, reopen, rise, rises
from safety.protocol.phase import Phase
from safety.protocol.resources import known_lines
from safety.protocol.state import ProtocolState
from safety.protocol.types import Facts, Outcome

if TYPE_CHECKING:
    from safety.content import Clinical

SHORT_ANSWER = 3
"""Words."""


def begin(state: ProtocolState, facts: Facts, clinical: Clinical, now: datetime) -> Draft:
    resources = known_lines(clinical.resources, facts.region, facts.locale)
    return Draft(state, facts, protocol_of(clinical), resources, now)


def on_message(state: ProtocolState, assessment: Assessment, text: str, *, facts: Facts, clinical: Clinical, now: datetime) -> Outcome:
    """Answer one message of the patient. `pass_on` is True when nothing is open and Rasa may have it."""
    draft = begin(state, facts, clinical, now)
    draft.set(heard_at=now, unanswered_at=now, waits=0, idle_noticed=False)
    heard = grade(assessment, text, draft)
    if draft.state.phase is Phase.HUMAN_ACTIVE:
        return _overhear(draft, heard)
    if draft.state.phase is Phase.CLOSED_OPTOUT:
        if facts.opted_out and facts.channel == "sms":
            return _unreachable(draft, heard)
        draft.set(phase=Phase.HANDOFF_PENDING)
    return _answer(draft, heard, text, unread=assessment.unscreened is not None)


def _answer(draft: Draft, heard: Grade, text: str, *, unread: bool) -> Outcome:
    state = draft.state
    if state.open and state.settled_at is None:
        _in_event(draft, heard, text)
    elif heard.level >= 2:
        _risk(draft, heard, text)
    elif unread:
        draft.say("unread")
    elif state.unsafe_to_text:
        support.still_watched(draft, heard, text)
    elif state.phase is Phase.RETURN_PENDING:
        draft.say("return_wait")
    else:
        return support.answer(draft, heard, text)
    return draft.finish()


def _risk(draft: Draft, heard: Grade, text: str) -> None:
    if draft.state.settled_at is not None:
        reopen(draft, heard, text)
    elif heard.imagery and heard.level == 2 and not draft.dosing:
        ask_clarifier(draft, heard)
    else:
        open_event(draft, heard, text)


def _in_event(draft: Draft, heard: Grade, text: str) -> None:
    """Every message is answered; modules and questions wait."""
    answered = reading_of(draft, text, heard)
    move = move_for(*answered) if answered else None
    if rises(draft.state, heard) and not (answered and move and _answers_it(draft, answered[1], move, heard, text)):
        rise(draft, heard, text)
    elif answered and move and not (_hardly_answers(answered[1], move) and _aside(draft, text)):
        follow(draft, answered[0], move, text)
    else:
        _beside_the_question(draft, heard, text, answered)
    carry_on(draft)


def _hardly_answers(reading: str, move: Move) -> bool:
    """Free or unclear words may just as well be a question beside the point. Silence on safety is never beside it."""
    return reading in ("any", "unclear") and move.unsafe_to_text is None


def _answers_it(draft: Draft, reading: str, move: Move, heard: Grade, text: str) -> bool:
    """The risk in it is the answer's own, or the answer is too short and plain to be anything else."""
    if (move.level or 0) >= heard.level:
        return True
    short = len(plain(text).split()) <= SHORT_ANSWER and reading not in ("unclear", "any")
    return short and heard.level <= draft.state.level


def _beside_the_question(draft: Draft, heard: Grade, text: str, answered: tuple[Step, str] | None) -> None:
    if heard.level >= 2:
        draft.raise_flag("repeated")
    aside = _aside(draft, text)
    if answered and answered[1] == "refused" and (aside is None or answered[0].ladder):
        not_answered(draft, answered[0], refused=True)
    elif aside:
        _say_aside(draft, aside, answered[0] if answered else None)
    elif answered:
        not_answered(draft, answered[0], refused=False)


def _aside(draft: Draft, text: str) -> Aside | None:
    said = plain(text)
    for aside in draft.protocol.asides:
        phrases = draft.protocol.hearing[aside.hears]
        if said in {plain(p) for p in phrases} if aside.whole else hears(text, aside.hears, draft.protocol):
            return aside
    return None


def _say_aside(draft: Draft, aside: Aside, step: Step | None) -> None:
    """An honest answer first; the question that was open is put once more beside it."""
    draft.say(aside.say)
    if aside.flag:
        draft.raise_flag(aside.flag)
    again = step.again if step and step.id not in draft.state.followed_up else None
    if step and again and draft.may_ask(step.id) and draft.room > 0:
        draft.set(followed_up=(*draft.state.followed_up, step.id))
        draft.say(again)


def carry_on(draft: Draft) -> None:
    """A word for what was just said, then what the event still owes; never nothing at all."""
    if draft.state.settled_at is not None:
        return
    if not draft.lines:
        draft.say("presence_quiet" if draft.state.unsafe_to_text else "presence")
    if not draft.state.unsafe_to_text:
        _flush(draft)


def _flush(draft: Draft) -> None:
    """Owed lines in their order, few a turn, so that nothing reads like a leaflet; a question waits for its turn."""
    for script_id in draft.state.pending:
        asks = draft.protocol.scripts[script_id].asks
        if len(draft.lines) >= draft.limit("lines_with_owed") or (asks and (draft.questions or draft.state.awaiting)):
            return
        draft.owed(script_id)


def _overhear(draft: Draft, heard: Grade) -> Outcome:
    """A person has the conversation: the bot is silent, and still points at what is graver."""
    if heard.level > draft.state.level and heard.level >= 2:
        _note(draft, heard)
        draft.raise_flag("raised", page=heard.level >= draft.limit("page_beside_human"))
    return draft.finish()


def _unreachable(draft: Draft, heard: Grade) -> Outcome:
    """No text can be answered after STOP: a person must ring."""
    if heard.level > draft.state.level:
        _note(draft, heard)
    draft.raise_flag("opted_out", page=True, phone=True)
    return draft.finish()


def _note(draft: Draft, heard: Grade) -> None:
    state = draft.state
    seen = state.categories if heard.category in state.categories else (*state.categories, heard.category)
    draft.set(level=heard.level, category=heard.category, categories=seen, opened_at=state.opened_at or draft.now)
