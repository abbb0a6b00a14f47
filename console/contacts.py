"""Caring contacts: who is to hear from us, in whose name, and the words, ready to be changed (CRISIS.md §9.4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from console.dates import moment
from console.render import render
from console.visitors import Posted, Posting, Visiting, parts_of
from store.acts import Act
from store.audit import audited
from store.caring import CaringContact, add_contact, due_contacts, send_contact, skip_contact
from store.clinicians import names_of
from store.errors import StoreError, UnknownRecord
from store.signals import QUEUE, conversation_topic
from store.web_sessions import Visitor

router = APIRouter(prefix="/caring")

AHEAD = timedelta(days=7)
LONGEST = 600


@router.get("")
def show(request: Request, visitor: Visiting) -> Response:
    return _page(request, visitor)


@router.post("/{contact_id}/send")
def press_send(request: Request, posted: Posting, contact_id: str) -> Response:
    text = posted.text("text")

    def send(session: Session, act: Act) -> None:
        if not text or len(text) > LONGEST:
            raise StoreError(f"Write something short, at most {LONGEST} characters.")
        send_contact(session, act, contact_id, text)

    return _carry_out(request, posted, contact_id, send)


@router.post("/{contact_id}/skip")
def press_skip(request: Request, posted: Posting, contact_id: str) -> Response:
    return _carry_out(request, posted, contact_id, lambda session, act: skip_contact(session, act, contact_id))


@router.post("/add/{conversation_id}")
def press_add(request: Request, posted: Posting, conversation_id: str) -> Response:
    """One more, on a day of its own."""
    parts = parts_of(request)
    act = Act(posted.visitor.clinician_id, conversation_id, parts.now(), parts.content)
    try:
        due_at = moment(posted.text("due"), parts.settings.clinic.timezone)
        if due_at is None:
            raise StoreError("On which day?")
        with parts.store.write() as session:
            add_contact(session, act, posted.text("step"), due_at)
    except UnknownRecord:
        raise
    except StoreError as refused:
        return _page(request, posted.visitor, str(refused))
    return RedirectResponse(f"/console/conversations/{conversation_id}", 303)


def _carry_out(request: Request, posted: Posted, contact_id: str, do: Callable[[Session, Act], object]) -> Response:
    parts = parts_of(request)
    with parts.store.read() as session:
        contact = session.get(CaringContact, contact_id)
    if contact is None:
        raise UnknownRecord("There is no such contact.")
    act = Act(posted.visitor.clinician_id, contact.conversation_id, parts.now(), parts.content)
    try:
        with parts.store.write() as session:
            do(session, act)
    except StoreError as refused:
        return _page(request, posted.visitor, str(refused), posted, contact_id)
    parts.signals.announce(conversation_topic(contact.conversation_id), QUEUE)
    return RedirectResponse("/console/caring", 303)


def _page(request: Request, visitor: Visitor, problem: str = "", posted: Posted | None = None, contact_id: str = "") -> Response:
    parts = parts_of(request)
    now = parts.now()
    found = audited(
        parts.store, visitor.clinician_id, "caring", now, lambda session: due_contacts(session, now, AHEAD),
        lambda due: [one.patient.id for one in due],
    )  # fmt: skip
    with parts.store.read() as session:
        names = names_of(session, {one.contact.clinician_id for one in found})
    canned = request.app.state.caring
    lines = {
        one.contact.id: [(line.label, parts.wording.fill(line.text, one.patient, clinician=visitor.name)) for line in canned]
        for one in found
    }
    return render(
        request, "caring.html", status=422 if problem else 200, due=[one for one in found if one.contact.due_at <= now],
        ahead=[one for one in found if one.contact.due_at > now], names=names, lines=lines, problem=problem,
        kept={contact_id: posted.text("text")} if posted else {}, longest=LONGEST,
    )  # fmt: skip
