"""What the answers still miss before patients may read them: a reviewer, a source, a date that has not passed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from programme.faq import Entry, Faq

SOON_DAYS = 60
COMMON = ("F08", "F20", "F24", "F25", "F26", "F32", "F36", "F37", "F38", "F41", "F42", "F50", "F51", "F52")
"""The commonest questions: these are to be answered in Spanish too."""


def missing(faq: Faq, today: date) -> Iterator[str]:
    """One sentence for each kind of gap, with the ids that have it."""
    gaps = (
        ("have no reviewer yet", [entry for entry in faq.entries.values() if entry.reviewed_by is None]),
        ("name no source", [entry for entry in faq.entries.values() if not entry.sources.strip(" -")]),
        ("are past their review date", [entry for entry in faq.entries.values() if due(entry) < today]),
        (
            f"are to be reviewed within {SOON_DAYS} days",
            [entry for entry in faq.entries.values() if 0 <= (due(entry) - today).days < SOON_DAYS],
        ),
        ("are common and have no Spanish", [faq.entries[one] for one in COMMON if one in faq.entries and not faq.entries[one].es]),
    )
    for words, entries in gaps:
        if entries:
            yield f"{len(entries)} of {len(faq.entries)} answers {words}: {_ids(entries)}."


def due(entry: Entry) -> date:
    return date.fromisoformat(entry.review_by)


def _ids(entries: list[Entry]) -> str:
    return "all" if len(entries) > 40 else ", ".join(entry.id for entry in entries)
