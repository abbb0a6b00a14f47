"""Entering and taking back shifts and exceptions. Every change is on record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from store.audit import record_act
from store.base import new_id
from store.errors import StoreError, UnknownRecord
from store.on_call import HIGHEST, LOWEST, Override, Role, Shift
from store.people import Clinician
from store.schedule import DAY_MINUTES


def add_shift(
    session: Session, by: str, now: datetime, *, clinician_id: str, role: str, weekdays: Sequence[int], starts: int, ends: int,
    levels: tuple[int, int] = (LOWEST, HIGHEST),
) -> list[Shift]:  # fmt: skip
    """One row a weekday. Raises StoreError when something is missing or impossible."""
    _check(session, clinician_id, role, levels)
    if not weekdays or any(day not in range(7) for day in weekdays):
        raise StoreError("On which days of the week?")
    if starts not in range(DAY_MINUTES) or ends not in range(DAY_MINUTES):
        raise StoreError("Give both hours as HH:MM.")
    added = [
        Shift(
            id=new_id(), clinician_id=clinician_id, role=role, weekday=day, starts=starts, ends=ends, level_from=levels[0],
            level_to=levels[1], created_at=now,
        )
        for day in sorted(set(weekdays))
    ]  # fmt: skip
    session.add_all(added)
    record_act(session, by, None, "shift_add", now, f"{role} {clinician_id}")
    return added


def add_override(
    session: Session, by: str, now: datetime, *, clinician_id: str | None, role: str, starts_at: datetime, ends_at: datetime,
    levels: tuple[int, int] = (LOWEST, HIGHEST),
) -> Override:  # fmt: skip
    """`clinician_id` None: nobody, on purpose. Raises StoreError like `add_shift`."""
    _check(session, clinician_id, role, levels)
    if starts_at >= ends_at or ends_at <= now:
        raise StoreError("It must end after it begins, and not before now.")
    override = Override(
        id=new_id(), clinician_id=clinician_id, role=role, starts_at=starts_at, ends_at=ends_at, level_from=levels[0],
        level_to=levels[1], created_at=now,
    )  # fmt: skip
    session.add(override)
    record_act(session, by, None, "override_add", now, f"{role} {clinician_id or 'nobody'}")
    return override


def remove[Row: (Shift, Override)](session: Session, by: str, now: datetime, table: type[Row], row_id: str) -> None:
    row: Row | None = session.get(table, row_id)
    if row is None:
        raise UnknownRecord("A colleague has removed that already.")
    session.delete(row)
    record_act(session, by, None, f"{table.__name__.lower()}_remove", now, f"{row.role} {row.clinician_id}")


def _check(session: Session, clinician_id: str | None, role: str, levels: tuple[int, int]) -> None:
    if role not in tuple(Role):
        raise StoreError("Choose primary, backup or director.")
    if not LOWEST <= levels[0] <= levels[1] <= HIGHEST:
        raise StoreError(f"Levels go from {LOWEST} to {HIGHEST}, the lower one first.")
    if clinician_id is not None:
        clinician = session.get(Clinician, clinician_id)
        if clinician is None or not clinician.active:
            raise StoreError("Choose who is on call.")
