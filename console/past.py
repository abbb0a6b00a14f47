"""Past flags: filters, and a search that reads what the database cannot. What is typed travels in a form, never in an address."""

from __future__ import annotations

from datetime import datetime, timedelta

from fastapi import APIRouter, Request, Response

from console.dates import moment
from console.render import render
from console.visitors import Posted, Posting, Visiting, parts_of
from safety.protocol import dispositions
from store.audit import audited
from store.clinicians import list_clinicians
from store.errors import StoreError
from store.history import Wanted, find_flags
from store.web_sessions import Visitor

router = APIRouter(prefix="/flags")

LONGEST = 200


@router.get("")
def show(request: Request, visitor: Visiting) -> Response:
    return _page(request, visitor, Wanted(), Posted(visitor, {}))


@router.post("")
def find(request: Request, posted: Posting) -> Response:
    try:
        wanted = _wanted(posted, parts_of(request).settings.clinic.timezone)
    except StoreError as odd:
        return _page(request, posted.visitor, Wanted(), posted, str(odd))
    return _page(request, posted.visitor, wanted, posted)


def _wanted(posted: Posted, zone: str) -> Wanted:
    until = moment(posted.text("until"), zone)
    return Wanted(
        posted.text("name")[:LONGEST], posted.text("words")[:LONGEST], posted.number("level"), posted.text("category"),
        posted.text("disposition"), posted.text("clinician"), moment(posted.text("since"), zone), _whole_day(until),
    )  # fmt: skip


def _whole_day(until: datetime | None) -> datetime | None:
    """ "Until Tuesday" means with Tuesday."""
    return until + timedelta(days=1) if until else None


def _page(request: Request, visitor: Visitor, wanted: Wanted, posted: Posted, problem: str = "") -> Response:
    parts = parts_of(request)
    found = audited(
        parts.store, visitor.clinician_id, "past_flags", parts.now(), lambda session: find_flags(session, wanted),
        lambda result: [row.patient.id for row in result.rows],
    )  # fmt: skip
    with parts.store.read() as session:
        clinicians = list_clinicians(session)
    return render(
        request, "flags.html", status=422 if problem else 200, found=found, form=posted.form, problem=problem, reads=wanted.reads,
        dispositions=dispositions(parts.clinical), clinicians=clinicians,
    )  # fmt: skip
