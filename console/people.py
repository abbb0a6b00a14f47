"""The patients: who they are and where they stand. What a clinician sets for them is in enrolment.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from console.glance import answers, modules, mood_line
from console.outlook import Outlook, outlook
from console.render import render
from console.visitors import Visiting, parts_of
from store.audit import audited
from store.card import Course, read_course
from store.errors import UnknownRecord
from store.patients import conversation_of
from store.people import Patient
from store.roster import list_patients
from store.talk import Conversation
from store.web_sessions import Visitor

router = APIRouter(prefix="/patients")


@dataclass(frozen=True, slots=True)
class Record:
    patient: Patient
    conversation: Conversation
    course: Course
    outlook: Outlook


@router.get("")
def patients(request: Request, visitor: Visiting) -> Response:
    parts = parts_of(request)
    now = parts.now()
    found = audited(
        parts.store, visitor.clinician_id, "list", now, lambda session: list_patients(session, now),
        lambda listed: [one.patient.id for one in listed],
    )  # fmt: skip
    return render(request, "patients.html", patients=found)


@router.get("/{patient_id}")
def show(request: Request, visitor: Visiting, patient_id: str) -> Response:
    return patient_page(request, visitor, patient_id)


def newcomers_page(request: Request, problem: str = "", kept: Mapping[str, str] | None = None) -> Response:
    return render(request, "newcomer.html", status=422 if problem else 200, problem=problem, kept=kept or {})


def patient_page(request: Request, visitor: Visitor, patient_id: str, problem: str = "", kept: Mapping[str, str] | None = None) -> Response:
    """`kept` is what was typed into a form that was refused."""
    parts = parts_of(request)
    now = parts.now()

    def read(session: Session) -> Record:
        patient = session.get(Patient, patient_id)
        if patient is None:
            raise UnknownRecord("There is no such patient.")
        course = read_course(session, patient_id, now)
        ahead = outlook(session, parts.programme, patient, course, parts.settings.clinic.timezone, now)
        return Record(patient, conversation_of(session, patient_id), course, ahead)

    record = audited(parts.store, visitor.clinician_id, "patient", now, read, lambda found: [found.patient.id])
    return render(
        request, "patient.html", status=422 if problem else 200, record=record, patient=record.patient, problem=problem,
        kept=kept or {}, modules=modules(record.course, parts.programme), answers=answers(record.course.answers, parts.programme),
        moods=mood_line(record.course.moods),
        regions=sorted(parts.clinical.resources.get("locales", {})), times=list(parts.programme.shared.contact.times),
        contact=parts.programme.shared.contact,
    )  # fmt: skip
