"""What an answer to one of the protocol's questions leads to."""

from __future__ import annotations

from safety.protocol.content import Move, Step
from safety.protocol.draft import Draft
from safety.protocol.grading import Grade, lifted
from safety.protocol.hearing import read_answer
from safety.protocol.opening import rise, rise_quietly
from safety.protocol.phase import Phase

SETTLING = ("S", "H", "D", "T", "none")
"""Only these come to rest after a plain no: where somebody else is the danger, the patient's no is not enough."""
NO_ANSWER = "no_answer"
"""What a question leads to when it is refused, or unclear to the end: not knowing can be grave."""


def reading_of(draft: Draft, text: str, grade: Grade) -> tuple[Step, str] | None:
    """How this message answers the open question, if one is open. Risk in an unclear answer is no unclear answer."""
    step = draft.protocol.steps.get(draft.state.awaiting or "")
    if step is None:
        return None
    reading = read_answer(text, step, draft.protocol)
    alarming = next((answer for answer, move in step.on.items() if answer != step.safe and _is_alarm(move, grade)), None)
    if reading in ("unclear", "unsure", step.safe) and alarming is not None:
        reading = alarming
    draft.set(answers=(*draft.state.answers, (step.id, reading)))
    return step, reading


def _is_alarm(move: Move, grade: Grade) -> bool:
    return move.level is not None and grade.level >= move.level >= 2 and move.category in (None, grade.category)


def move_for(step: Step, reading: str) -> Move | None:
    """None when the reading says nothing that this question foresees."""
    if reading in step.on:
        return step.on[reading]
    return step.on.get("any") if reading not in ("unclear", "refused") else None


def follow(draft: Draft, step: Step, move: Move, text: str) -> None:
    """Say what the answer deserves, raise what it raises, and ask what comes next."""
    draft.set(awaiting=None)
    if move.unsafe_to_text is not None:
        draft.set(unsafe_to_text=move.unsafe_to_text)
    if move.settle and _may_settle(draft, move):
        _settle(draft, move)
        return
    if move.note:
        draft.raise_flag(move.note)
    draft.say(*move.say)
    _raise(draft, move, text)
    if move.next and draft.may_ask(move.next):
        draft.say(draft.protocol.steps[move.next].ask)


def not_answered(draft: Draft, step: Step, *, refused: bool) -> None:
    """One follow-up after an unclear answer, then no more; a refusal is respected at once. The team hears of it."""
    if not refused and step.again and step.id not in draft.state.followed_up and draft.may_ask(step.id):
        draft.set(followed_up=(*draft.state.followed_up, step.id), awaiting=None)
        draft.say(step.again)
        return
    draft.set(awaiting=None)
    if step.ladder:
        _stop_asking(draft, step, "refused" if refused else "unanswered")
        draft.say("rather_not" if refused else "stop_asking")
    else:
        draft.say("no_need_to_say")


def _stop_asking(draft: Draft, step: Step, code: str) -> None:
    """Where nothing was open yet, no answer is reason enough for a person to look; ordinary talk may go on."""
    draft.set(stopped=True)
    silent = step.on.get(NO_ANSWER)
    if silent and (silent.level or 0) > draft.state.level:
        rise_quietly(draft, Grade(silent.level or 0, "S"))
    if not draft.state.open:
        rise_quietly(draft, Grade(2, "S"))
        draft.set(phase=Phase.SUPPORT, settled_at=draft.now, pending=())
    draft.raise_flag(code)


def _raise(draft: Draft, move: Move, text: str) -> None:
    state = draft.state
    category = move.category or (state.category if state.category != "none" else "S")
    level = max(state.level, move.level or 0)
    if move.modifier:
        level = lifted(level, category, draft, (move.modifier,))
    if level > state.level and move.say:
        rise_quietly(draft, Grade(level, category))
    elif level > state.level:
        rise(draft, Grade(level, category), text)


def _may_settle(draft: Draft, move: Move) -> bool:
    """A plain no lets level 2 rest, if nobody was called. Level 3 and more never rest by machine (CRISIS.md §1.7)."""
    state = draft.state
    return state.level <= 2 and state.page == "none" and set(state.categories) <= set(SETTLING)


def _settle(draft: Draft, move: Move) -> None:
    draft.set(pending=(), stopped=False, asked_directly_at=draft.now)
    if draft.state.open:
        draft.set(phase=Phase.SUPPORT, settled_at=draft.now)
        draft.raise_flag("settled")
    draft.say(*move.settle)
