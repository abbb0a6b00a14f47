"""The hours at which one patient may be written to: what a clinician set, else what the patient said, else the clinic's."""

from __future__ import annotations

from datetime import time
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from programme import Day, Programme
from store.course import Answer, Enrolment
from store.people import Patient

TIME_OF_DAY = ("M1", "S3")
CONSENT = ("M1", "S2")


def day_of(session: Session, patient: Patient, enrolment: Enrolment | None, programme: Programme) -> Day:
    contact = programme.shared.contact
    likes = (enrolment.check_in if enrolment else None) or _latest(session, patient.id, *TIME_OF_DAY)
    return Day(
        zone=known_zone(patient.timezone),
        opens=_time(enrolment.opens if enrolment else None, contact.opens),
        closes=_time(enrolment.closes if enrolment else None, contact.closes),
        likes=contact.times.get(str(likes)),
    )


def consent_of(session: Session, patient_id: str, enrolment: Enrolment | None) -> bool | None:
    """What the patient said last in M1 counts; before that, what was signed in the clinic."""
    said = _latest(session, patient_id, *CONSENT)
    if said is not None:
        return said == "yes"
    return True if enrolment is not None and enrolment.consent_at is not None else None


def known_zone(name: str) -> str:
    """A zone that this machine knows; a name it does not know must not stop the clock."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return "UTC"
    return name


def _time(written: str | None, default: time) -> time:
    return time.fromisoformat(written) if written else default


def _latest(session: Session, patient_id: str, module: str, step: str) -> object:
    """The value of the latest answer to one step; "skipped" and "unclear" are values too."""
    return session.scalar(_latest_answer(), {"patient": patient_id, "module": module, "step": step})


@cache
def _latest_answer() -> Select[Any]:
    mine = Answer.patient_id == bindparam("patient"), Answer.module == bindparam("module"), Answer.step == bindparam("step")
    return select(Answer.value).where(*mine).order_by(Answer.at.desc()).limit(1)
