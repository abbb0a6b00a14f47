"""Who may open the console: accounts, and the lock on a door that is tried too often."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.base import new_id
from store.database import Store
from store.errors import Conflict, StoreError, UnknownRecord
from store.passwords import SHORTEST, hash_password, outdated, verify_password
from store.people import Clinician

FREE_TRIES = 5
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)


def add_clinician(session: Session, *, email: str, name: str, password: str) -> Clinician:
    """A new account; the first one is the admin's. Raises Conflict when the address is taken, StoreError when the password is too short."""
    if len(password) < SHORTEST:
        raise StoreError(f"A password needs at least {SHORTEST} characters.")
    if by_email(session, email) is not None:
        raise Conflict(f"There is a clinician with the address {_plain(email)} already.")
    first = session.scalar(select(Clinician.id).limit(1)) is None  # whoever opens the clinic's console looks after it
    clinician = Clinician(
        id=new_id(), email=_plain(email), name=name.strip(), password_hash=hash_password(password), admin=first
    )
    session.add(clinician)
    session.flush()
    return clinician


def by_email(session: Session, email: str) -> Clinician | None:
    return session.scalar(select(Clinician).where(Clinician.email == _plain(email)))


def email_of(session: Session, clinician_id: str) -> str:
    return session.get_one(Clinician, clinician_id).email


def set_admin(session: Session, email: str, admin: bool) -> Clinician:
    """May set the daily test and take labels out of the house."""
    clinician = by_email(session, email)
    if clinician is None:
        raise UnknownRecord(f"There is no clinician with the address {_plain(email)}.")
    clinician.admin = admin
    return clinician


def list_clinicians(session: Session) -> Sequence[Clinician]:
    return session.scalars(select(Clinician).order_by(Clinician.name)).all()


def names_of(session: Session, ids: Collection[str | None]) -> Mapping[str, str]:
    """The names behind these ids."""
    wanted = {one for one in ids if one}
    if not wanted:
        return {}
    return {one.id: one.name for one in session.scalars(select(Clinician).where(Clinician.id.in_(wanted)))}


def check_password(store: Store, email: str, password: str, now: datetime) -> str | None:
    """The clinician's id, or None for every reason there is not to let them in: the caller cannot tell which.

    From the fifth wrong password on the account waits, each time twice as long; a right password does not help before.
    The slow hashing happens between two short transactions, so that no patient's message waits for it.
    """
    with store.read() as session:
        known = by_email(session, email)
        stored = known.password_hash if known else None
    right = verify_password(stored, password)
    if known is None:
        return None
    renewed = hash_password(password) if right and stored and outdated(stored) else None
    with store.write() as session:
        clinician = session.get_one(Clinician, known.id, with_for_update=True)
        return clinician.id if _admitted(clinician, right, renewed, now) else None


def _admitted(clinician: Clinician, right: bool, renewed: str | None, now: datetime) -> bool:
    if not clinician.active or _locked(clinician, now):
        return False
    if not right:
        _count_failure(clinician, now)
        return False
    clinician.failed_logins, clinician.locked_until = 0, None
    clinician.password_hash = renewed or clinician.password_hash
    return True


def _locked(clinician: Clinician, now: datetime) -> bool:
    return clinician.locked_until is not None and clinician.locked_until > now


def _count_failure(clinician: Clinician, now: datetime) -> None:
    clinician.failed_logins += 1
    over = clinician.failed_logins - FREE_TRIES
    if over >= 0:
        clinician.locked_until = now + min(FIRST_WAIT * 2 ** min(over, 10), LONGEST_WAIT)


def _plain(email: str) -> str:
    return email.strip().lower()
