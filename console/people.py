"""The patients: who they are, where they stand, and what a clinician sets for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from console.dates import moment
from console.glance import answers, modules, mood_line
from console.render import render
from console.visitors import Posted, Posting, Visiting, parts_of
from console.watch import known_flags, read_watch
from store.audit import audited
from store.card import Course, read_course
from store.errors import StoreError, UnknownRecord
from store.patients import conversation_of
from store.people import Patient
from store.roster import add_dose, end_hold, enrol, hold, list_patients
from store.talk import Conversation
from store.web_sessions import Visitor

router = APIRouter(prefix="/patients")


@dataclass(frozen=True, slots=True)
class Record:
    patient: Patient
    conversation: Conversation
    course: Course


@router.get("")
def patients(request: Request, visitor: Visiting) -> Response:
    parts = parts_of(request)
    now = parts.now()
    found = audited(
        parts.store, visitor.clinician_id, "list", now, lambda session: list_patients(session, now),
        lambda listed: [one.patient.id for one in listed],
    )  # fmt: skip
    with parts.store.read() as session:
        watch = read_watch(session)
    return render(request, "patients.html", patients=found, waiting=watch.waiting, known=known_flags(watch))


@router.get("/{patient_id}")
def show(request: Request, visitor: Visiting, patient_id: str) -> Response:
    return _page(request, visitor, patient_id)


@router.post("/{patient_id}/doses")
def press_dose(request: Request, posted: Posting, patient_id: str) -> Response:
    def add(session: Session) -> None:
        ended_at = moment(posted.text("ended_at"), parts_of(request).settings.clinic.timezone)
        if ended_at is None:
            raise StoreError("When did the dosing visit end?")
        add_dose(session, posted.visitor.clinician_id, patient_id, ended_at, posted.text("route"), parts_of(request).now())

    return _carry_out(request, posted, patient_id, add)


@router.post("/{patient_id}/hold")
def press_hold(request: Request, posted: Posting, patient_id: str) -> Response:
    now, who = parts_of(request).now(), posted.visitor.clinician_id
    return _carry_out(request, posted, patient_id, lambda session: hold(session, who, patient_id, posted.text("reason"), now))


@router.post("/{patient_id}/end-hold")
def press_end_hold(request: Request, posted: Posting, patient_id: str) -> Response:
    now, who = parts_of(request).now(), posted.visitor.clinician_id
    return _carry_out(request, posted, patient_id, lambda session: end_hold(session, who, patient_id, now))


@router.post("/{patient_id}/enrol")
def press_enrol(request: Request, posted: Posting, patient_id: str) -> Response:
    now, who = parts_of(request).now(), posted.visitor.clinician_id
    return _carry_out(request, posted, patient_id, lambda session: enrol(session, who, patient_id, now))


def _carry_out(request: Request, posted: Posted, patient_id: str, do: Callable[[Session], object]) -> Response:
    try:
        with parts_of(request).store.write() as session:
            if session.get(Patient, patient_id) is None:
                raise UnknownRecord("There is no such patient.")
            do(session)
    except UnknownRecord:
        raise
    except StoreError as refused:
        return _page(request, posted.visitor, patient_id, problem=str(refused))
    return RedirectResponse(f"/console/patients/{patient_id}", 303)


def _page(request: Request, visitor: Visitor, patient_id: str, problem: str = "") -> Response:
    parts = parts_of(request)
    now = parts.now()

    def read(session: Session) -> Record:
        patient = session.get(Patient, patient_id)
        if patient is None:
            raise UnknownRecord("There is no such patient.")
        return Record(patient, conversation_of(session, patient_id), read_course(session, patient_id, now))

    record = audited(parts.store, visitor.clinician_id, "patient", now, read, lambda found: [found.patient.id])
    with parts.store.read() as session:
        watch = read_watch(session)
    return render(
        request, "patient.html", status=422 if problem else 200, record=record, patient=record.patient, problem=problem,
        modules=modules(record.course, parts.programme), answers=answers(record.course.answers, parts.programme),
        moods=mood_line(record.course.moods), waiting=watch.waiting, known=known_flags(watch),
    )  # fmt: skip
