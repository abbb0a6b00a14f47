"""Where the protocol stands with a patient."""

from __future__ import annotations

from enum import StrEnum


class Phase(StrEnum):
    """Who speaks, and what may be said (CRISIS.md §2)."""

    NORMAL = "normal"
    SUPPORT = "support"
    SAFETY_CHECK = "safety_check"
    HANDOFF_PENDING = "handoff_pending"
    HUMAN_ACTIVE = "human_active"
    RETURN_PENDING = "return_pending"
    CLOSED_OPTOUT = "closed_optout"
