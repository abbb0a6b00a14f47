"""Sending help to a patient's door: what a clinician has to know to do it from elsewhere (CRISIS.md §9.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Welfare:
    """Steps in order; `county` names the place whose own instructions these are, empty for the general ones."""

    steps: Sequence[str]
    county: str = ""


def welfare_check(resources: Mapping[str, Any], location: str, locale: str) -> Welfare:
    """The instructions of the place the patient lives in, if clinical/resources.yml has any; else those of the country."""
    known: Mapping[str, Any] = resources.get("welfare_check") or {}
    for place, steps in (known.get("places") or {}).items():
        if str(place).lower() in location.lower():
            return Welfare(tuple(map(str, steps)), str(place))
    general: Mapping[str, Any] = known.get("general") or {}
    return Welfare(tuple(map(str, general.get(locale) or general.get("unknown") or ())))
