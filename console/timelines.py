"""One patient's whole way with us: every channel, every flag, every module, in one order of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from console.dates import moment
from console.render import render
from console.visitors import Visiting, parts_of
from safety.protocol import dispositions
from store.audit import audited
from store.errors import UnknownRecord
from store.patients import conversation_of
from store.people import Patient
from store.talk import Conversation
from store.timeline import GROUPS, Timeline, read_timeline

router = APIRouter(prefix="/patients/{patient_id}/timeline")


@dataclass(frozen=True, slots=True)
class Way:
    patient: Patient
    conversation: Conversation
    timeline: Timeline


@router.get("")
def show(request: Request, visitor: Visiting, patient_id: str, only: str = "", before: str = "") -> Response:
    parts = parts_of(request)
    groups = (only,) if only in GROUPS else GROUPS
    until = _before(before, parts.settings.clinic.timezone)

    def read(session: Session) -> Way:
        patient = session.get(Patient, patient_id)
        if patient is None:
            raise UnknownRecord("There is no such patient.")
        conversation = conversation_of(session, patient_id)
        return Way(patient, conversation, read_timeline(session, conversation, groups, until))

    way = audited(parts.store, visitor.clinician_id, "timeline", parts.now(), read, lambda found: [found.patient.id])
    return render(
        request, "timeline.html", way=way, patient=way.patient, only=only if only in GROUPS else "", groups=GROUPS,
        dispositions=dispositions(parts.clinical), modules={module.id: module.name for module in parts.programme.patient_modules},
    )  # fmt: skip


def _before(value: str, zone: str) -> datetime | None:
    """A link of ours; in an address a plus is a space."""
    return moment(value.replace(" ", "+"), zone)
