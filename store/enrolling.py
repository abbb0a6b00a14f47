"""What a clinician sets for a patient: enrolment, doses, holds, and how the clock may write. Each change wakes the clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import available_timezones

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from store.audit import record_act
from store.course import Dose, Enrolment, EnrolmentStatus, ModuleRun
from store.errors import Conflict, StoreError, UnknownRecord
from store.looks import look_again
from store.notes import NoteKind, add_note
from store.patients import add_patient, by_phone, conversation_of, set_phone
from store.people import Patient
from store.prompts import Prompt

FARTHEST_AHEAD = timedelta(days=365)
FARTHEST_BACK = timedelta(days=365 * 3)
SAME_VISIT = timedelta(hours=1)
LONGEST_VISIT = timedelta(hours=24)
CHANNELS = ("web", "sms")
LANGUAGES = ("en", "es")


@dataclass(frozen=True, slots=True)
class Doing:
    """One clinician's act on one patient."""

    session: Session
    clinician_id: str
    patient_id: str
    now: datetime

    def done(self, action: str, detail: str = "") -> None:
        """On record, and the clock looks at once."""
        record_act(self.session, self.clinician_id, self.patient_id, action, self.now, detail)
        self.session.flush()
        look_again(self.session, self.patient_id, self.now)

    def enrolment(self) -> Enrolment:
        found = self.session.scalar(select(Enrolment).where(Enrolment.patient_id == self.patient_id))
        if found is None:
            raise StoreError("This patient is not enrolled in the programme.")
        return found


@dataclass(frozen=True, slots=True)
class Visit:
    """A dosing visit as a clinician enters it: hours are counted from `ended_at`."""

    ended_at: datetime
    discharged_at: datetime | None = None
    route: str = ""
    last: bool = False


@dataclass(frozen=True, slots=True)
class Manners:
    """Who the patient is to us, and how and when the clock may write."""

    name: str
    phone: str
    timezone: str
    region: str
    language: str
    channel: str = ""
    check_in: str = ""
    opens: str = ""
    closes: str = ""
    consent: bool = False
    call_if_silent: bool = True


# --- doses ---


def add_dose(doing: Doing, visit: Visit) -> Dose:
    """A dosing visit, past or planned. Raises StoreError when the times cannot be meant."""
    _check_visit(doing, visit, None)
    dose = Dose(
        patient_id=doing.patient_id, ended_at=visit.ended_at, discharged_at=visit.discharged_at, route=visit.route[:24],
        last=visit.last,
    )  # fmt: skip
    doing.session.add(dose)
    _number(doing)
    doing.done("add_dose", f"dose {dose.id}")
    return dose


def change_dose(doing: Doing, dose_id: str, visit: Visit) -> None:
    dose = _dose(doing, dose_id)
    _check_visit(doing, visit, dose)
    dose.ended_at, dose.discharged_at, dose.route, dose.last = visit.ended_at, visit.discharged_at, visit.route[:24], visit.last
    _number(doing)
    doing.done("change_dose", f"dose {dose.id}")


def remove_dose(doing: Doing, dose_id: str) -> None:
    """A visit that did not take place. What was said meanwhile stays in the record."""
    dose = _dose(doing, dose_id)
    for table in (ModuleRun, Prompt):
        doing.session.execute(update(table).where(table.dose_id == dose.id).values(dose_id=None))
    doing.session.delete(dose)
    _number(doing)
    doing.done("remove_dose", f"dose {dose_id}")


def _dose(doing: Doing, dose_id: str) -> Dose:
    dose = doing.session.get(Dose, dose_id)
    if dose is None or dose.patient_id != doing.patient_id:
        raise UnknownRecord("There is no such dose.")
    return dose


def _check_visit(doing: Doing, visit: Visit, dose: Dose | None) -> None:
    if not doing.now - FARTHEST_BACK <= visit.ended_at <= doing.now + FARTHEST_AHEAD:
        raise StoreError("That date is too far away to be meant.")
    if visit.discharged_at is not None:
        if not visit.ended_at <= visit.discharged_at <= visit.ended_at + LONGEST_VISIT:
            raise StoreError("The discharge must lie within a day after the end of the dose.")
        if visit.discharged_at > doing.now:
            raise StoreError("The discharge lies ahead. Enter it once it has happened: the evening check waits for it.")
    others = doing.session.scalars(select(Dose).where(Dose.patient_id == doing.patient_id))
    if any(other is not dose and abs(other.ended_at - visit.ended_at) < SAME_VISIT for other in others):
        raise Conflict("There is a dose at that time already.")


def _number(doing: Doing) -> None:
    """Doses count in the order of their dates, however they were entered."""
    doing.session.flush()
    for number, dose in enumerate(_doses(doing), start=1):
        dose.number = number


def _doses(doing: Doing) -> Sequence[Dose]:
    return doing.session.scalars(select(Dose).where(Dose.patient_id == doing.patient_id).order_by(Dose.ended_at)).all()


# --- enrolment ---


def enrol(doing: Doing) -> None:
    """The programme may begin, or begins again."""
    if doing.session.get(Patient, doing.patient_id) is None:
        raise UnknownRecord("There is no such patient.")
    found = doing.session.scalar(select(Enrolment).where(Enrolment.patient_id == doing.patient_id))
    if found is None:
        doing.session.add(Enrolment(patient_id=doing.patient_id, started_at=doing.now))
    elif found.status == EnrolmentStatus.ENDED:
        found.status, found.started_at, found.ended_at = EnrolmentStatus.ACTIVE, doing.now, None
    else:
        return
    doing.done("enrol")


def end_enrolment(doing: Doing) -> None:
    """Nothing is written first any more; questions and safety stay on."""
    enrolment = doing.enrolment()
    enrolment.status, enrolment.ended_at = EnrolmentStatus.ENDED, doing.now
    doing.done("end_enrolment")


def hold(doing: Doing, reason: str) -> None:
    """No programme until somebody ends the hold. Safety and questions stay on."""
    if not reason.strip():
        raise StoreError("Give a reason for the hold.")
    enrolment = doing.enrolment()
    enrolment.status, enrolment.hold_reason = EnrolmentStatus.HELD, reason.strip()
    add_note(
        doing.session, conversation_of(doing.session, doing.patient_id).id, doing.clinician_id, reason.strip(), doing.now, NoteKind.HOLD
    )
    doing.done("hold")


def pause(doing: Doing, until: datetime | None) -> None:
    """No exercise before that day."""
    if until is None or until <= doing.now:
        raise StoreError("Until when? The date must lie ahead.")
    doing.enrolment().paused_until = until
    doing.done("pause")


def end_hold(doing: Doing) -> None:
    enrolment = doing.enrolment()
    enrolment.status, enrolment.hold_reason, enrolment.paused_until = EnrolmentStatus.ACTIVE, None, None
    doing.done("end_hold")


def reopen(doing: Doing) -> None:
    """After a risk that stopped the programme: only a clinician opens it again (PROGRAMME rule 11)."""
    doing.enrolment().reopened_at = doing.now
    doing.done("reopen")


# --- the patient ---


def add_newcomer(session: Session, clinician_id: str, name: str, phone: str, zone: str, region: str, now: datetime) -> Patient:
    """A patient of the clinic; not enrolled yet."""
    if not name.strip():
        raise StoreError("What is the patient called?")
    number = _phone(session, phone, None)
    patient = add_patient(session, name=name.strip()[:120], phone=number)
    patient.timezone, patient.locale = zone, region
    record_act(session, clinician_id, patient.id, "add_patient", now)
    return patient


def set_manners(doing: Doing, manners: Manners, regions: Mapping[str, object], times: Mapping[str, object]) -> None:
    """Raises StoreError naming the first thing that cannot be meant."""
    _check_manners(manners, regions, times)
    patient = doing.session.get_one(Patient, doing.patient_id)
    set_phone(patient, _phone(doing.session, manners.phone, patient))
    patient.name = manners.name.strip()[:120] or patient.name
    patient.guest = patient.guest and not manners.name.strip()
    patient.timezone, patient.locale, patient.language = manners.timezone, manners.region, manners.language
    enrolment = doing.session.scalar(select(Enrolment).where(Enrolment.patient_id == doing.patient_id))
    if enrolment is not None:
        enrolment.channel, enrolment.check_in = manners.channel or None, manners.check_in or None
        enrolment.opens, enrolment.closes = manners.opens or None, manners.closes or None
        enrolment.consent_at = (enrolment.consent_at or doing.now) if manners.consent else None
        enrolment.call_if_silent = manners.call_if_silent
    doing.done("set_manners")


def _check_manners(manners: Manners, regions: Mapping[str, object], times: Mapping[str, object]) -> None:
    known = (
        (manners.timezone in available_timezones(), f"There is no time zone {manners.timezone!r}. Choose one such as America/Denver."),
        (manners.region in regions, "Choose one of the regions: they decide which numbers the patient is shown."),
        (manners.language in LANGUAGES, "Choose English or Spanish."),
        (manners.channel in ("", *CHANNELS), "Choose texts, the web page, or where the patient wrote last."),
        (manners.check_in in ("", *times), "Choose one of the times of day."),
    )
    for right, wrong in known:
        if not right:
            raise StoreError(wrong)
    if bool(manners.opens) != bool(manners.closes):
        raise StoreError("Give both hours, or neither.")
    if manners.opens and not _time(manners.opens) < _time(manners.closes):
        raise StoreError("The hours must begin before they end.")


def _time(written: str) -> time:
    try:
        return time.fromisoformat(written)
    except ValueError as odd:
        raise StoreError("Write hours such as 09:00.") from odd


def _phone(session: Session, written: str, patient: Patient | None) -> str | None:
    """E.164, from however it was typed."""
    digits = "".join(sign for sign in written if sign.isdigit())
    if not digits:
        return None
    number = f"+{digits}" if written.strip().startswith("+") else f"+1{digits}"
    if not 8 <= len(number) <= 16 or (number.startswith("+1") and len(number) != 12):
        raise StoreError("Write the phone number with its country, such as +1 555 010 0123.")
    other = by_phone(session, number)
    if other is not None and other is not patient:
        raise Conflict("Another patient has that phone number.")
    return number
