"""What is true of a patient now, as the programme's gates ask for it. Everything is read from rows, each time anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, select
from sqlalchemy.orm import Session

from programme import Circumstances, Day, Programme
from safety.protocol import Phase, ProtocolState
from store.care import Flag, FlagKind
from store.course import Enrolment, ModuleRun, RunStatus
from store.course_queries import Standing
from store.dispositions import FALSE_ALARM
from store.outcomes import protocol_state
from store.passages import nudge_due, nudge_is_today
from store.patient_day import consent_of, day_of
from store.people import Patient
from store.prompted import (
    Prompted,
    contacts_on,
    hours_since_offered,
    offered_since,
    offers_in_week,
    opened_by_patient,
    prompts_of,
    unanswered_in_a_row,
)
from store.talk import Conversation, Message, Owner, TurnStatus

type _Row = Row[*tuple[Any, ...]]

CRISIS_LEVEL = 3  # from here on the trauma modules rest (CRISIS.md §9.5)
OBSERVED_HOURS = 24.0  # a dose this long ago needs no discharge mark: nobody stays that long
SUPPORT_RESTS = timedelta(hours=24)
WHY_STOPPED = {
    "S": "intent or plan", "N": "self-injury", "V": "danger to others", "P": "signs of psychosis or mania",
    "E": "medical red flag", "U": "suspected misuse",
}  # fmt: skip


def circumstances(
    session: Session,
    conversation: Conversation,
    standing: Standing,
    now: datetime,
    programme: Programme,
    *,
    asked_for: bool = False,
    prompts: Sequence[Prompted] | None = None,
) -> Circumstances:
    """Unknown values stay None and open no gate. `asked_for`: the patient typed START."""
    patient_id = conversation.patient_id
    enrolment, risks = standing.enrolment, _risks(session, conversation.id)
    here = Circumstances(
        hours_to_next_dose=_hours(now, standing.next_dose_at),
        hours_between_doses=_gap(standing),
        hours_since_first_dose=_ago(now, standing.first_dose_at),
        discharged=_discharged(standing, now),
        course_ended=standing.dose is not None and standing.dose.last and standing.next_dose_at is None,
        enrolled=standing.enrolled,
        consent=consent_of(session, patient_id, enrolment),
        human_has_it=conversation.owner != Owner.BOT,
        held=standing.held,
        stopped=_stopped(risks, enrolment, programme),
        hours_since_crisis=_ago(now, max((risk.raised_at for risk in risks if risk.level >= CRISIS_LEVEL), default=None)),
        crisis_stands=_crisis_stands(risks, enrolment),
        hours_since_finished={module: (now - at).total_seconds() / 3600 for module, at in standing.finished_at.items()},
        mood=standing.latest.get("mood"),
        distress=standing.latest.get("distress"),
        wished=conversation.next_module,
        asked_for=asked_for,
    )
    if asked_for:
        return here
    patient = session.get_one(Patient, patient_id)
    day = day_of(session, patient, enrolment, programme)
    read = prompts_of(session, patient_id) if prompts is None else prompts
    return _for_the_clock(session, conversation, standing, patient, day, now, programme, here, read)


def _for_the_clock(
    session: Session, conversation: Conversation, standing: Standing, patient: Patient, day: Day, now: datetime,
    programme: Programme, here: Circumstances, prompts: Sequence[Prompted],
) -> Circumstances:  # fmt: skip
    """Contact limits and what else only the clock minds."""
    contact, dose = programme.shared.contact, standing.dose
    since = [one for one in prompts if dose is None or one.prompt.offered_at >= dose.ended_at]  # a new dose starts the count anew
    latest = since[0].prompt if since else None
    written = latest.reminded_at or latest.offered_at if latest else None
    return replace(
        here,
        days_since_dose=day.days_between(dose.ended_at, now) if dose else None,
        safety_open=_safety_open(protocol_state(conversation), now),
        paused=_paused(standing.run, timedelta(hours=contact.rest_after_pause_hours), now),
        opted_out=patient.sms_opted_out_at is not None,
        language=patient.language,
        talking=_talking(session, conversation, timedelta(minutes=contact.rest_while_talking_minutes), now, here),
        offered=offered_since(prompts, opened_by_patient(session, patient.id), dose, day, now),
        hours_since_offered=hours_since_offered(prompts, now),
        offered_today=contacts_on(since, day.date_of(now), day),
        offered_this_week=offers_in_week(since, dose, day, now),
        unanswered_in_a_row=unanswered_in_a_row(session, patient.id, since),
        hours_since_offer=_ago(now, written),
        nudge_today=nudge_is_today(nudge_due(session, programme, patient.id, conversation.id, dose.id if dose else None, day), day, now),
    )


def stopped_because(session: Session, conversation: Conversation, enrolment: Enrolment | None, programme: Programme) -> str:
    """The latest risk that stops the whole programme, unless a clinician has opened it again since (PROGRAMME rule 11)."""
    return _stopped(_risks(session, conversation.id), enrolment, programme)


def _stopped(risks: Sequence[_Row], enrolment: Enrolment | None, programme: Programme) -> str:
    since = _not_reopened(risks, enrolment)
    risk = next((risk for risk in since if risk.level >= programme.shared.stops.get(risk.category, 6)), None)
    return WHY_STOPPED.get(risk.category, "risk") if risk else ""


def closed_since_crisis(session: Session, conversation: Conversation, enrolment: Enrolment | None, programme: Programme) -> Sequence[str]:
    """The modules that stay closed since an event, until a clinician opens the programme again (CRISIS.md §9.5)."""
    return programme.shared.closed_after_crisis if _crisis_stands(_risks(session, conversation.id), enrolment) else ()


def _crisis_stands(risks: Sequence[_Row], enrolment: Enrolment | None) -> bool:
    """What a clinician closed as a false alarm was no event."""
    return any(risk.level >= CRISIS_LEVEL and risk.disposition != FALSE_ALARM for risk in _not_reopened(risks, enrolment))


def _not_reopened(risks: Sequence[_Row], enrolment: Enrolment | None) -> Sequence[_Row]:
    reopened = enrolment.reopened_at if enrolment else None
    return [risk for risk in risks if reopened is None or risk.raised_at > reopened]


def _risks(session: Session, conversation_id: str) -> Sequence[_Row]:
    """Newest first."""
    return session.execute(_risks_of(), {"conversation": conversation_id}).all()


@cache
def _risks_of() -> Select[*tuple[Any, ...]]:
    statement = select(Flag.level, Flag.category, Flag.raised_at, Flag.disposition).where(
        Flag.conversation_id == bindparam("conversation"), Flag.kind == FlagKind.RISK
    )
    return statement.order_by(Flag.raised_at.desc())


def _safety_open(state: ProtocolState, now: datetime) -> bool:
    """Support that nobody answers does not last for ever; a safety check does, until a person ends it."""
    if state.unsafe_to_text:
        return True
    if state.phase is Phase.SUPPORT:
        return state.spoke_at is None or now - state.spoke_at < SUPPORT_RESTS
    return state.phase is not Phase.NORMAL


def _paused(run: ModuleRun | None, rests: timedelta, now: datetime) -> bool:
    return run is not None and run.status == RunStatus.PAUSED and now - run.moved_at < rests


def _talking(session: Session, conversation: Conversation, rests: timedelta, now: datetime, here: Circumstances) -> bool:
    """Somebody wrote just now, or waits for an answer. A module that has just ended may be followed by what joins it."""
    waiting = session.scalar(
        select(Message.id)
        .where(Message.conversation_id == conversation.id, Message.turn_status.in_((TurnStatus.DUE, TurnStatus.ASKING)))
        .limit(1)
    )
    if waiting is not None:
        return True
    just_done = any(hours < 1 for hours in here.hours_since_finished.values())
    return conversation.last_inbound_at is not None and now - conversation.last_inbound_at < rests and not just_done


def _discharged(standing: Standing, now: datetime) -> bool:
    if standing.dose is None:
        return True
    long_ago = standing.hours_since_dose is not None and standing.hours_since_dose >= OBSERVED_HOURS
    return long_ago or (standing.dose.discharged_at is not None and standing.dose.discharged_at <= now)


def _gap(standing: Standing) -> float | None:
    """Hours between the last dose and the next planned one."""
    last, ahead = standing.dose, standing.next_dose_at
    return (ahead - last.ended_at).total_seconds() / 3600 if ahead and last else None


def _hours(now: datetime, ahead: datetime | None) -> float | None:
    return (ahead - now).total_seconds() / 3600 if ahead else None


def _ago(now: datetime, before: datetime | None) -> float | None:
    return (now - before).total_seconds() / 3600 if before else None
