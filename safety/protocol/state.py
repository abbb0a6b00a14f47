"""The protocol's memory of one patient, small enough to sit in a JSON column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from safety.protocol.phase import Phase

_TUPLES = ("categories", "asked", "followed_up", "pending", "said", "last_said", "used", "lifted_by", "distress_at")
_TIMES = (
    "opened_at", "spoke_at", "heard_at", "paged_at", "settled_at", "unanswered_at", "asked_directly_at",
    "last_event_closed_at", "released_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ProtocolState:
    """Everything the protocol remembers. `ProtocolState()` is a patient about whom nothing is open."""

    phase: Phase = Phase.NORMAL
    event: int = 0
    """Counts events, so that the next one begins with other words."""
    level: int = 0
    """Highest level of the open event; only a person lowers it."""
    category: str = "none"
    categories: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    """Ladder questions put to the patient in this event, follow-ups included."""
    awaiting: str | None = None
    answers: tuple[tuple[str, str], ...] = ()
    """(step, reading) in order; a reading is yes, no, unsure, unclear, refused or silence."""
    followed_up: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    """Scripts still to be said in this event."""
    said: tuple[str, ...] = ()
    last_said: tuple[str, ...] = ()
    """Scripts of the last turn that said anything."""
    used: tuple[str, ...] = ()
    """Wordings used lately, oldest first: "crisis_contact/en/2"."""
    stopped: bool = False
    """The patient would not answer, or it is clear enough: no more questions of the ladder."""
    lifted_by: tuple[str, ...] = ()
    """What raised level 2 or 3 by one in this event (CRISIS.md §3, once)."""
    page: str = "none"
    """none, requested, accepted or failed."""
    paged_level: int = 0
    """How grave it was when the page was last asked for: a graver one has to be accepted anew."""
    warned: bool = False
    """H3 was said since the page was last asked for."""
    waits: int = 0
    """Waiting lines since the patient last wrote."""
    unsafe_to_text: bool = False
    """Somebody may be reading along: answer, but never write first. From the question on, until a plain Y, through every event."""
    idle_noticed: bool = False
    opened_at: datetime | None = None
    spoke_at: datetime | None = None
    heard_at: datetime | None = None
    paged_at: datetime | None = None
    settled_at: datetime | None = None
    unanswered_at: datetime | None = None
    asked_directly_at: datetime | None = None
    """The last time a direct question was answered with a plain no while nothing was open."""
    distress_at: tuple[str, ...] = ()
    """When level 1 was heard in the last seven days (ISO times)."""
    last_event_level: int = 0
    """How grave the last closed event was: trauma modules wait 72 hours after level 3 and more."""
    last_event_closed_at: datetime | None = None
    released_at: datetime | None = None

    @property
    def open(self) -> bool:
        """A safety event that only a person may close."""
        return self.level >= 2

    def to_dict(self) -> dict[str, Any]:
        """A JSON-able copy."""
        return {f.name: _plain(getattr(self, f.name)) for f in fields(self)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ProtocolState:
        """The state saved earlier; keys of another version are left aside, missing ones take their default."""
        known = {f.name for f in fields(cls)}
        return cls(**{key: _rich(key, value) for key, value in data.items() if key in known})


def _plain(value: Any) -> Any:
    if isinstance(value, Phase):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _rich(key: str, value: Any) -> Any:
    if key == "phase":
        return Phase(value)
    if key in _TUPLES:
        return tuple(value)
    if key == "answers":
        return tuple((str(step), str(reading)) for step, reading in value)
    if key in _TIMES and value is not None:
        return datetime.fromisoformat(value)
    return value
