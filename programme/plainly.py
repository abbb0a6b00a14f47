"""A message that is nothing but the plain answer to the step that asked: a bare no, a number, one of its choices."""

from __future__ import annotations

import re

from programme.conditions import risk_of_answer
from programme.content import Step, Understanding
from programme.hearing import plain
from programme.library import Programme
from programme.turns import Place

_PARTS = re.compile(r"[,.;!]+")


def plain_answer(programme: Programme, place: Place, text: str, choice: str | None = None) -> bool:
    """Whether nothing else was said, and the answer itself is no risk. Then there are no words left to be worried by."""
    step = programme.step(place)
    parts = [heard for part in _PARTS.split(text) if (heard := plain(part))]
    if choice is None and not (parts and all(_is_answer(step, part, programme.shared.understand) for part in parts)):
        return False
    return risk_of_answer(programme, place, text, choice) is None


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
