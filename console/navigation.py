"""The places of the console, in the order of its menu. A new page adds one line here; menu, keys and pictures follow."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """`pages` are the template pages (`{% block page %}`) that belong to it; `main` ones stand in the bar, the others under More."""

    label: str
    path: str
    key: str
    pages: tuple[str, ...]
    main: bool = False


PLACES = (
    Place("Queue", "/console/", "q", ("queue",), main=True),
    Place("Patients", "/console/patients", "p", ("patients", "patient"), main=True),
    Place("Open questions", "/console/questions", "o", ("questions",)),
    Place("Past flags", "/console/flags", "f", ("flags",)),
    Place("Caring contacts", "/console/caring", "a", ("caring",)),
    Place("Review of labels", "/console/review", "e", ("review",)),
    Place("Thresholds", "/console/thresholds", "h", ("thresholds",)),
    Place("Numbers", "/console/numbers", "u", ("numbers",)),
    Place("On call", "/console/on-call", "l", ("on_call",)),
    Place("My alerts", "/console/me", "m", ("own",)),
    Place("Keys", "/console/keys", "?", ("keys",)),
)
