"""Doses, holds, the enrolment and the manners of writing: what a clinician sets on a patient's page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from console.dates import moment
from console.people import newcomers_page, patient_page
from console.visitors import Posted, Posting, Visiting, parts_of
from store import enrolling
from store.enrolling import Doing, Manners, Visit
from store.errors import StoreError, UnknownRecord
from store.people import Patient
from store.signals import QUEUE

router = APIRouter(prefix="/patients")


@router.get("/new")
def show_newcomer(request: Request, visitor: Visiting) -> Response:
    return newcomers_page(request)


@router.post("/new")
def press_newcomer(request: Request, posted: Posting) -> Response:
    parts = parts_of(request)
    clinic, who = parts.settings.clinic, posted.visitor.clinician_id
    try:
        with parts.store.write() as session:
            patient = enrolling.add_newcomer(
                session, who, posted.text("name"), posted.text("phone"), clinic.timezone, clinic.locale, parts.now()
            )
            found = patient.id
    except StoreError as refused:
        return newcomers_page(request, str(refused), posted.form)
    return RedirectResponse(f"/console/patients/{found}", 303)


@router.post("/{patient_id}/doses")
def press_dose(request: Request, posted: Posting, patient_id: str) -> Response:
    return _carry_out(request, posted, patient_id, lambda doing: enrolling.add_dose(doing, _visit(request, posted)))


@router.post("/{patient_id}/doses/{dose_id}")
def press_change_dose(request: Request, posted: Posting, patient_id: str, dose_id: str) -> Response:
    return _carry_out(request, posted, patient_id, lambda doing: enrolling.change_dose(doing, dose_id, _visit(request, posted)))


@router.post("/{patient_id}/doses/{dose_id}/remove")
def press_remove_dose(request: Request, posted: Posting, patient_id: str, dose_id: str) -> Response:
    return _carry_out(request, posted, patient_id, lambda doing: enrolling.remove_dose(doing, dose_id))


@router.post("/{patient_id}/hold")
def press_hold(request: Request, posted: Posting, patient_id: str) -> Response:
    return _carry_out(request, posted, patient_id, lambda doing: enrolling.hold(doing, posted.text("reason")))


@router.post("/{patient_id}/pause")
def press_pause(request: Request, posted: Posting, patient_id: str) -> Response:
    return _carry_out(request, posted, patient_id, lambda doing: enrolling.pause(doing, _moment(request, posted, "until")))


@router.post("/{patient_id}/end-hold")
def press_end_hold(request: Request, posted: Posting, patient_id: str) -> Response:
    return _carry_out(request, posted, patient_id, enrolling.end_hold)


@router.post("/{patient_id}/reopen")
def press_reopen(request: Request, posted: Posting, patient_id: str) -> Response:
    return _carry_out(request, posted, patient_id, enrolling.reopen)


@router.post("/{patient_id}/enrol")
def press_enrol(request: Request, posted: Posting, patient_id: str) -> Response:
    return _carry_out(request, posted, patient_id, enrolling.enrol)


@router.post("/{patient_id}/end")
def press_end(request: Request, posted: Posting, patient_id: str) -> Response:
    return _carry_out(request, posted, patient_id, enrolling.end_enrolment)


@router.post("/{patient_id}/manners")
def press_manners(request: Request, posted: Posting, patient_id: str) -> Response:
    parts = parts_of(request)
    regions, times = parts.clinical.resources.get("locales", {}), parts.programme.shared.contact.times
    return _carry_out(request, posted, patient_id, lambda doing: enrolling.set_manners(doing, _manners(posted), regions, times))


def _visit(request: Request, posted: Posted) -> Visit:
    ended_at = _moment(request, posted, "ended_at")
    if ended_at is None:
        raise StoreError("When did the dosing visit end, or when will it?")
    discharged = _moment(request, posted, "discharged_at")
    return Visit(ended_at, discharged, posted.text("route"), bool(posted.text("last")))


def _manners(posted: Posted) -> Manners:
    words = {
        name: posted.text(name) for name in ("name", "phone", "timezone", "region", "language", "channel", "check_in", "opens", "closes")
    }
    return Manners(**words, consent=bool(posted.text("consent")), call_if_silent=bool(posted.text("call_if_silent")))


def _moment(request: Request, posted: Posted, name: str) -> datetime | None:
    """In the clinic's time. An hour that the clocks skip in spring is refused: it cannot have been on any clock."""
    zone = parts_of(request).settings.clinic.timezone
    at = moment(posted.text(name), zone)
    if at is not None and "T" in posted.text(name):
        shown = at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")
        if shown != posted.text(name)[:16]:
            raise StoreError(f"There was no {posted.text(name)[11:16]} that day: the clocks went forward.")
    return at


def _doing(request: Request, posted: Posted, patient_id: str, session: Session) -> Doing:
    if session.get(Patient, patient_id) is None:
        raise UnknownRecord("There is no such patient.")
    return Doing(session, posted.visitor.clinician_id, patient_id, parts_of(request).now())


def _carry_out(request: Request, posted: Posted, patient_id: str, do: Callable[[Doing], object]) -> Response:
    try:
        with parts_of(request).store.write() as session:
            do(_doing(request, posted, patient_id, session))
    except UnknownRecord:
        raise
    except StoreError as refused:
        return patient_page(request, posted.visitor, patient_id, problem=str(refused), kept=posted.form)
    parts_of(request).signals.announce(QUEUE)
    return RedirectResponse(f"/console/patients/{patient_id}", 303)
