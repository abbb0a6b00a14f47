"""Dates as a clinician types them: in the clinic's time."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from store.errors import StoreError


def moment(value: str, timezone: str) -> datetime | None:
    """A form's "2026-11-30T09:30" or "2026-11-30" (its midnight). Raises StoreError for anything else but nothing."""
    if not value:
        return None
    try:
        local = datetime.fromisoformat(value)
    except ValueError as odd:
        raise StoreError("That date could not be read. Use year-month-day.") from odd
    return local.replace(tzinfo=local.tzinfo or ZoneInfo(timezone)).astimezone(UTC)
