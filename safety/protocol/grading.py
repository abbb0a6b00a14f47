"""How grave a message is once the patient's day is weighed in: the modifiers of CRISIS.md §3 that the store knows."""

from __future__ import annotations

from dataclasses import dataclass

from safety.assessment import Assessment
from safety.protocol.draft import Draft
from safety.protocol.hearing import hears

LIFTABLE = (2, 3)
SAID = "M-"
"""Findings of modifiers that the screen heard in the message itself and has counted already."""


@dataclass(frozen=True, slots=True)
class Grade:
    level: int
    category: str
    imagery: bool = False
    """Session imagery and risk overlap: ask which of the two it is (CRISIS.md §6.2)."""
    worded: bool = True
    """False when only the trained layer or the talk before stands behind it: enough for a level, not for another kind."""


def grade(assessment: Assessment, text: str, draft: Draft) -> Grade:
    """The screen's verdict, raised once for one step where modifiers apply."""
    category = assessment.category if assessment.category in draft.protocol.paths else "S"
    said = tuple(f.phrase_id for f in assessment.counted if f.phrase_id.startswith(SAID))
    if said and not draft.state.lifted_by:
        draft.set(lifted_by=said)
    floor = int(draft.protocol.modifiers["at_least"].get(category, 0)) if assessment.level else 0
    level = lifted(max(assessment.level, floor), category, draft, known_modifiers(draft))
    return Grade(level, category if level or category == "H" else "none", _imagery(assessment, text, draft), _worded(assessment))


def lifted(level: int, category: str, draft: Draft, names: tuple[str, ...]) -> int:
    """One step up, once in an event; never from 0, 1 or 4."""
    rules = draft.protocol.modifiers
    counting = tuple(name for name in names if name in rules["raise"])
    if level not in LIFTABLE or not counting or draft.state.lifted_by or category not in rules["categories"]:
        return level
    draft.set(lifted_by=counting)
    return level + 1


def known_modifiers(draft: Draft) -> tuple[str, ...]:
    return (*(("dip_window",) if draft.facts.dip_window else ()), *draft.facts.modifiers)


def _worded(assessment: Assessment) -> bool:
    return not assessment.counted or any(f.layer in ("phrase", "question") for f in assessment.counted)


def _imagery(assessment: Assessment, text: str, draft: Draft) -> bool:
    """A wish to be dead beside talk of the session. A plan or a peaceful farewell is never asked about this way."""
    if assessment.level != 2 or assessment.category not in ("S", "none"):
        return False
    cued = any(f.cue is not None and f.cue.startswith(draft.protocol.clarifier_cues) for f in assessment.findings)
    return cued or hears(text, "imagery", draft.protocol)
