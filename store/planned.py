"""The clock's decision for one patient at one moment, for whoever wants to read it rather than carry it out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from programme import Day, Plan, Programme, plan_for
from store.circumstances import circumstances
from store.course import Enrolment
from store.course_queries import Standing, read_standing
from store.patient_day import day_of
from store.patients import conversation_of
from store.people import Patient


@dataclass(frozen=True, slots=True)
class Planned:
    day: Day
    standing: Standing
    plan: Plan


def planned(session: Session, programme: Programme, patient: Patient, now: datetime) -> Planned:
    conversation = conversation_of(session, patient.id)
    enrolment = session.scalar(select(Enrolment).where(Enrolment.patient_id == patient.id))
    day, standing = day_of(session, patient, enrolment, programme), read_standing(session, patient.id, now)
    here = circumstances(session, conversation, standing, now, programme)
    return Planned(day, standing, plan_for(programme, standing.hours_since_dose, standing.done, here, day, now))
