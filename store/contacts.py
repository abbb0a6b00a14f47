"""Where each clinician can be reached, and on which of those ways they want to be called."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import phonenumbers
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.attempts import CallChannel
from store.audit import record_act
from store.errors import StoreError
from store.on_call import Contact
from store.people import Clinician
from store.settings import Settings

_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+")


@dataclass(frozen=True, slots=True)
class Reach:
    """One way to one clinician."""

    clinician_id: str
    channel: CallChannel
    address: str


def ways_set_up(settings: Settings) -> tuple[str, ...]:
    """Texts only where they reach a phone: without an account nobody would read them, except in the demo clinic."""
    found = [CallChannel.EMAIL] if settings.paging.smtp else []
    if not settings.twilio.simulated or settings.demo:
        found.append(CallChannel.SMS)
    return (*found, CallChannel.WEBHOOK) if settings.paging.webhook else tuple(found)


def reach_of(session: Session, clinician_ids: Collection[str], available: Collection[str]) -> Sequence[Reach]:
    """Every way to each of them that they chose and that this clinic has set up, in the order asked for."""
    found = [way for clinician_id in clinician_ids for way in _ways(session, clinician_id)]
    return [way for way in found if way.channel in available]


def address_of(session: Session, clinician_id: str, channel: str) -> str | None:
    """Where to send now: an address that was changed since the call was planned counts."""
    return next((way.address for way in _ways(session, clinician_id) if way.channel == channel), None)


def everybody(session: Session) -> Sequence[str]:
    return session.scalars(select(Clinician.id).where(Clinician.active).order_by(Clinician.created_at, Clinician.id)).all()


def contact_of(session: Session, clinician_id: str) -> Contact:
    """What is set, or what counts while nothing is. Not yet in the session when it is new."""
    return session.get(Contact, clinician_id) or Contact(clinician_id=clinician_id, by_email=True, by_sms=False)


def change_contact(
    session: Session, clinician_id: str, now: datetime, *, email: str, phone: str, by_email: bool, by_sms: bool, region: str
) -> None:
    """Raises StoreError when an address cannot be one. Empty `email`: the account's."""
    number = _number(phone, region) if phone else None
    if by_sms and number is None:
        raise StoreError("Give a number for the text messages.")
    if email and not _EMAIL.fullmatch(email):
        raise StoreError("That does not look like an e-mail address.")
    contact = contact_of(session, clinician_id)
    contact.email, contact.phone, contact.by_email, contact.by_sms = email or None, number, by_email, by_sms
    contact.changed_at = now
    session.add(contact)
    record_act(session, clinician_id, None, "contact", now, f"email={int(by_email)} sms={int(by_sms)}")


def _ways(session: Session, clinician_id: str) -> list[Reach]:
    clinician = session.get(Clinician, clinician_id)
    if clinician is None or not clinician.active:
        return []
    contact = contact_of(session, clinician_id)
    ways = []
    if contact.by_email:
        ways.append(Reach(clinician_id, CallChannel.EMAIL, contact.email or clinician.email))
    if contact.by_sms and contact.phone:
        ways.append(Reach(clinician_id, CallChannel.SMS, contact.phone))
    return ways


def _number(phone: str, region: str) -> str:
    try:
        parsed = phonenumbers.parse(phone, region if len(region) == 2 else None)
    except phonenumbers.NumberParseException as odd:
        raise StoreError("That does not look like a phone number.") from odd
    if not phonenumbers.is_possible_number(parsed):
        raise StoreError("That does not look like a phone number.")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
