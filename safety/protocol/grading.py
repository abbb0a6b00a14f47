"""How grave a message is once the patient's day is weighed in: the modifiers of CRISIS.md §3, and who it is about."""

from __future__ import annotations

from dataclasses import dataclass

from safety.assessment import Assessment
from safety.protocol.content import Protocol
from safety.protocol.draft import Draft
from safety.protocol.hearing import hears
from safety.protocol.types import Facts

LIFTABLE = (2, 3)


@dataclass(frozen=True, slots=True)
class Grade:
    level: int
    category: str
    imagery: bool = False
    """Session imagery and risk overlap: ask which of the two it is (CRISIS.md §6.2)."""


def grade(assessment: Assessment, text: str, draft: Draft) -> Grade:
    """The screen's verdict, raised once for one step where modifiers apply."""
    level, category = assessment.level, assessment.category
    path = category if category in draft.protocol.paths else "S"
    if level in LIFTABLE:
        level = lifted(level, path, draft, modifiers(text, draft.facts, draft.protocol))
    return Grade(level, path if level or category == "H" else "none", _imagery(assessment, text, draft.protocol))


def lifted(level: int, category: str, draft: Draft, names: tuple[str, ...]) -> int:
    """One step up, once in an event; never from 0, 1 or 4."""
    rules = draft.protocol.modifiers
    counting = tuple(name for name in names if name in rules["raise"])
    if level not in LIFTABLE or not counting or draft.state.lifted_by or category not in rules["categories"]:
        return level
    draft.set(lifted_by=counting)
    return level + 1


def modifiers(text: str, facts: Facts, protocol: Protocol) -> tuple[str, ...]:
    """What the store knows, and what the message itself says: "alone tonight", "been drinking"."""
    heard = [str(name) for name, kind in protocol.modifiers["heard"].items() if hears(text, str(kind), protocol)]
    window = ("dip_window",) if facts.dip_window else ()
    return (*window, *facts.modifiers, *(name for name in heard if name not in facts.modifiers))


def _imagery(assessment: Assessment, text: str, protocol: Protocol) -> bool:
    """A wish to be dead beside talk of the session. A plan or a peaceful farewell is never asked about this way."""
    if assessment.level != 2 or assessment.category not in ("S", "none"):
        return False
    cued = any(f.cue is not None and f.cue.startswith(protocol.clarifier_cues) for f in assessment.findings)
    return cued or hears(text, "imagery", protocol)
