"""How fast a person must be there (CRISIS.md §9.1, §3b), and the ways a clinician may close an event (§9.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from safety.protocol.content import protocol_of

if TYPE_CHECKING:
    from safety.content import Clinical


@dataclass(frozen=True, slots=True)
class Deadlines:
    """All in wall-clock time from the message on."""

    page_within: timedelta
    respond_within: timedelta
    escalate_after: tuple[timedelta, ...]
    """When the next on the ladder is called if nobody acknowledges."""
    again: timedelta
    """After the last of them: how often everybody is called, until somebody answers."""


EVERYBODY_AGAIN = 30.0
"""Minutes, where clinical/protocol.yml says nothing."""
URGENT = 3
"""From here on a category's own ladder counts."""


def deadlines(level: int, category: str, clinical: Clinical) -> Deadlines:
    """The shorter of what the level and the category ask for."""
    service = protocol_of(clinical).service
    by_level: Mapping[str, Any] = service["levels"][min(max(level, 1), 5)]
    by_category: Mapping[str, Any] | None = service["categories"].get(category) if level >= 2 else None
    rules = [one for one in (by_level, by_category) if one]
    respond = min(float(one["respond"]) for one in rules)
    ladders = [one["escalate"] for one in (rules if level >= URGENT else (by_level,)) if "escalate" in one]
    return Deadlines(
        timedelta(minutes=float(by_level["page"])),
        timedelta(minutes=respond),
        tuple(timedelta(minutes=float(min(after))) for after in zip(*ladders, strict=True)) if ladders else (),
        timedelta(minutes=float(by_level.get("again", EVERYBODY_AGAIN))),
    )


def page_accept_limit(clinical: Clinical) -> timedelta:
    """How long a page may stay unaccepted before the patient is told the truth (script H3, within 60 s)."""
    return timedelta(seconds=float(protocol_of(clinical).limits["page_accept_seconds"]))


def reach_limit(clinical: Clinical) -> timedelta:
    """How long whoever says "I've got it" has at least to be with the patient, however late they say it."""
    return timedelta(seconds=float(protocol_of(clinical).limits["reach_seconds"]))


def unanswered_limit(clinical: Clinical) -> timedelta:
    """How long a patient's last words may stay unanswered in a taken-over talk of which no page is watched."""
    return timedelta(minutes=float(protocol_of(clinical).limits["unanswered_minutes"]))


def dispositions(clinical: Clinical) -> Mapping[str, str]:
    """id → label, in the order clinicians read them."""
    return protocol_of(clinical).dispositions
