"""A message that is nothing but the plain answer to the step that asked: a bare no, a number, one of its choices."""

from __future__ import annotations

import re

from programme.conditions import answered, branches_of, holds, risk_of_answer
from programme.content import Step, Understanding
from programme.hearing import plain
from programme.library import Programme
from programme.turns import Place, Reply

MARKER = 2  # from this level on a note to the team is a sign of risk
_PARTS = re.compile(r"[,.;!]+")


def plain_answer(programme: Programme, place: Place, text: str, choice: str | None = None) -> bool:
    """Whether nothing else was said, and the answer itself is no risk and no marker of it. Then no words are left to be worried by."""
    step = programme.step(place)
    words = programme.shared.understand
    parts = [heard for part in _PARTS.split(text) if (heard := plain(part))]
    if choice is None and not (parts and all(_is_answer(step, part, words) or _declines(step, part, words) for part in parts)):
        return False
    return risk_of_answer(programme, place, text, choice) is None and not _is_marker(programme, step, place, Reply(text, choice))


def _is_marker(programme: Programme, step: Step, place: Place, reply: Reply) -> bool:
    """ "Hopeless? – Nearly every day": the module tells the team the same day, so it is no reason to hear less."""
    meaning = answered(programme, step, place, reply, place.facts)
    told = [branch for branch in branches_of(programme, step) if branch.notify and branch.notify.level >= MARKER]
    return any(holds(programme, branch.when, meaning, place.facts) for branch in told)


def _declines(step: Step, heard: str, words: Understanding) -> bool:
    """ "I'd rather not": nobody has to write. To a safety question it is no plain answer."""
    return not step.safety and heard in {plain(phrase) for phrase in words.declines}


def _is_answer(step: Step, heard: str, words: Understanding) -> bool:
    match step.answer:
        case "yes_no":
            return heard in {plain(phrase) for phrase in (*words.yes, *words.no)}
        case "ready":
            return heard in {plain(phrase) for phrase in (*words.ready, *words.nods)}
        case "scale":
            return bool(re.fullmatch(r"\d{1,3}", heard)) or heard in words.numbers
        case "choice" | "choices":
            known = {phrase for option in step.choices for phrase in (option.label, option.value, option.es or "", *option.also)}
            return heard in {plain(phrase) for phrase in known if phrase} or bool(re.fullmatch(r"\d", heard))
        case _:
            return False
