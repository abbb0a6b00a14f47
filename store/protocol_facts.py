"""What the crisis protocol may weigh when something happens in a conversation."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from safety.protocol import Facts
from store.care import PageStatus
from store.course import RunStatus
from store.course_queries import Standing
from store.flags import promised_pages
from store.patient_day import known_zone
from store.people import Patient
from store.talk import Conversation

A_WEEKDAY_IS_CLEAR = 6 * 24  # hours
LOW_MOOD = 2
MOOD_COUNTS = 48  # hours: how somebody was weeks ago is no reason to wake anybody tonight


def facts_for_protocol(session: Session, conversation: Conversation, patient: Patient, standing: Standing, channel: str) -> Facts:
    """What the protocol may weigh, without anybody's words."""
    pages = promised_pages(session, conversation.id)
    since = standing.hours_since_mood
    low = bool(standing.moods) and standing.moods[0] <= LOW_MOOD and since is not None and since <= MOOD_COUNTS
    return Facts(
        hours_since_dose=standing.hours_since_dose, dip_window=standing.dip_window,
        page_accepted=bool(pages) and pages[-1] != PageStatus.DUE,
        channel=channel, locale=patient.language, region=patient.locale, modifiers=("low_mood",) if low else (),
        in_module=standing.run is not None and standing.run.status == RunStatus.OPEN,
        opted_out=patient.sms_opted_out_at is not None, dose_day=_dose_day(standing, patient),
    )  # fmt: skip


def _dose_day(standing: Standing, patient: Patient) -> str | None:
    """ "Thursday", where the patient lives, while a weekday alone tells which one is meant."""
    if standing.dose is None or standing.hours_since_dose is None or standing.hours_since_dose >= A_WEEKDAY_IS_CLEAR:
        return None
    return standing.dose.ended_at.astimezone(ZoneInfo(known_zone(patient.timezone))).strftime("%A")
