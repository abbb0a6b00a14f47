"""A clinician's own alerts: on which ways they are called, and a test that shows whether those work."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from console.render import render
from console.visitors import Posting, Visiting, parts_of
from store.attempts import CallChannel
from store.contacts import change_contact, contact_of, reach_of, ways_set_up
from store.errors import StoreError
from store.ladder import ask_test, tests_of
from store.people import Clinician
from store.signals import QUEUE
from store.web_sessions import Visitor

router = APIRouter(prefix="/me")

SHOWN = timedelta(days=1)


@router.get("")
def show(request: Request, visitor: Visiting) -> Response:
    return _page(request, visitor)


@router.post("")
def press_save(request: Request, posted: Posting) -> Response:
    parts = parts_of(request)
    try:
        with parts.store.write() as session:
            change_contact(
                session, posted.visitor.clinician_id, parts.now(), email=posted.text("email")[:254], phone=posted.text("phone")[:40],
                by_email=posted.text("by_email") == "1", by_sms=posted.text("by_sms") == "1", region=parts.settings.clinic.locale,
            )  # fmt: skip
    except StoreError as refused:
        return _page(request, posted.visitor, str(refused), posted.form)
    return RedirectResponse("/console/me", 303)


@router.post("/test")
def press_test(request: Request, posted: Posting) -> Response:
    """A call like any other, to this clinician only, that says it is a test."""
    parts = parts_of(request)
    try:
        with parts.store.write() as session:
            ask_test(session, posted.visitor.clinician_id, ways_set_up(parts.settings), parts.now())
    except StoreError as refused:
        return _page(request, posted.visitor, str(refused))
    parts.signals.announce(QUEUE)
    return RedirectResponse("/console/me", 303)


def _page(request: Request, visitor: Visitor, problem: str = "", form: Mapping[str, str] | None = None) -> Response:
    parts = parts_of(request)
    with parts.store.read() as session:
        contact = contact_of(session, visitor.clinician_id)
        account = session.get_one(Clinician, visitor.clinician_id)
        set_up = ways_set_up(parts.settings)
        reaches = reach_of(session, [visitor.clinician_id], set_up)
        tests = tests_of(session, visitor.clinician_id, parts.now() - SHOWN)
    ways = {way.channel for way in reaches} | set(set_up).intersection({CallChannel.WEBHOOK})
    kept: dict[str, Any] = dict(form) if form is not None else {
        "email": contact.email or "", "phone": contact.phone or "", "by_email": contact.by_email, "by_sms": contact.by_sms,
    }  # fmt: skip
    return render(
        request, "own.html", status=422 if problem else 200, problem=problem, kept=kept, account=account, tests=tests,
        available=set_up, ways=len(ways),
    )  # fmt: skip
