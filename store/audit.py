"""Who read or changed what of a patient's record. Nobody is shown anything before the entry is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.database import Store
from store.people import AuditEntry

ONE_LOOK = timedelta(minutes=10)


def audited[T](
    store: Store,
    clinician_id: str,
    action: str,
    now: datetime,
    read: Callable[[Session], T],
    patients: Callable[[T], Iterable[str]],
) -> T:
    """The one way for a person to read patients' records: what `read` finds, once the reading itself is on record.

    `patients` names whose records the result shows. A page that refreshes itself is one look, not a hundred entries.
    """
    with store.read() as session:
        found = read(session)
        new = set(patients(found)) - _seen_lately(session, clinician_id, action, now)
    if new:
        with store.write() as session:
            session.add_all(
                AuditEntry(at=now, clinician_id=clinician_id, patient_id=patient_id, action=action) for patient_id in sorted(new)
            )
    return found


def record_act(
    session: Session, clinician_id: str | None, patient_id: str | None, action: str, now: datetime, detail: str = ""
) -> None:
    """A change by a person, in the same transaction as the change. `detail` holds ids and codes, never words."""
    session.add(AuditEntry(at=now, clinician_id=clinician_id, patient_id=patient_id, action=action, detail=detail[:200]))


def _seen_lately(session: Session, clinician_id: str, action: str, now: datetime) -> set[str]:
    statement = select(AuditEntry.patient_id).where(
        AuditEntry.clinician_id == clinician_id, AuditEntry.action == action, AuditEntry.at > now - ONE_LOOK
    )
    return {patient_id for patient_id in session.scalars(statement) if patient_id}
