""" "False alarm" and "should have been flagged": saying so, reading it again, and letting it out of the house without its people."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse
from sqlalchemy.orm import Session

from console.render import render
from console.visitors import Posted, Posting, Visiting, admins_only, parts_of
from safety.assessment import CATEGORIES
from store.acts import Act
from store.audit import audited, record_act
from store.card import Said
from store.corpus import corpus_lines
from store.errors import StoreError, UnknownRecord
from store.kept_private import kept_private
from store.labels import Opinion, add_label, count_open, decide, list_labels, names_on
from store.people import Patient
from store.review import LabelKind, LabelStatus
from store.talk import AssessmentRow, Author, Conversation, Message
from store.web_sessions import Visitor

router = APIRouter()

LONGEST_NOTE = 2000


@router.get("/conversations/{conversation_id}/messages/{message_id}/label")
def form(request: Request, visitor: Visiting, conversation_id: str, message_id: str) -> Response:
    return _form(request, visitor, conversation_id, message_id)


@router.post("/conversations/{conversation_id}/messages/{message_id}/label")
def press_label(request: Request, posted: Posting, conversation_id: str, message_id: str) -> Response:
    parts = parts_of(request)
    act = Act(posted.visitor.clinician_id, conversation_id, parts.now(), parts.content)
    try:
        opinion = _opinion(posted)
        with parts.store.write() as session:
            add_label(session, act, message_id, opinion)
    except UnknownRecord:
        raise
    except StoreError as refused:
        return _form(request, posted.visitor, conversation_id, message_id, str(refused), posted)
    return RedirectResponse(f"/console/conversations/{conversation_id}", 303)


def _opinion(posted: Posted) -> Opinion:
    kind = posted.text("kind")
    if kind not in set(LabelKind):
        raise StoreError("Was it a false alarm, or should it have been flagged?")
    missed = kind == LabelKind.MISSED
    return Opinion(
        LabelKind(kind), posted.form.get("words", ""), posted.number("start"), (posted.number("level") or 0) if missed else 0,
        posted.text("category") if missed else "none", posted.text("note")[:LONGEST_NOTE],
    )  # fmt: skip


def _form(
    request: Request, visitor: Visitor, conversation_id: str, message_id: str, problem: str = "", posted: Posted | None = None
) -> Response:
    parts = parts_of(request)

    def read(session: Session) -> tuple[Patient, Said]:
        message = session.get(Message, message_id)
        if message is None or message.conversation_id != conversation_id or message.author != Author.PATIENT:
            raise UnknownRecord("There is no such message.")
        conversation = session.get_one(Conversation, conversation_id)
        if message.id in kept_private(session, conversation.patient_id):
            raise UnknownRecord("The patient kept this message private.")
        return session.get_one(Patient, conversation.patient_id), Said(message, session.get(AssessmentRow, message_id))

    patient, said = audited(parts.store, visitor.clinician_id, "label", parts.now(), read, lambda found: [found[0].id])
    return render(
        request, "label.html", status=422 if problem else 200, patient=patient, said=said, problem=problem,
        form=posted.form if posted else {}, categories=CATEGORIES,
    )  # fmt: skip


@router.get("/review")
def review(request: Request, visitor: Visiting, status: str = LabelStatus.OPEN) -> Response:
    parts = parts_of(request)
    shown = status if status in set(LabelStatus) else LabelStatus.OPEN
    labels = audited(
        parts.store, visitor.clinician_id, "review", parts.now(), lambda session: list_labels(session, shown),
        lambda found: [one.patient.id for one in found],
    )  # fmt: skip
    with parts.store.read() as session:
        names, waiting = names_on(session, labels), count_open(session)
    return render(request, "review.html", labels=labels, which=shown, statuses=list(LabelStatus), names=names, unread=waiting)


@router.post("/review/{label_id}")
def press_decide(request: Request, posted: Posting, label_id: str) -> Response:
    parts = parts_of(request)
    status = posted.text("status")
    if status not in set(LabelStatus):
        raise UnknownRecord("There is no such decision.")
    with parts.store.write() as session:
        decide(session, posted.visitor.clinician_id, label_id, LabelStatus(status), posted.text("hide")[:LONGEST_NOTE], parts.now())
    return RedirectResponse("/console/review", 303)


@router.get("/review/corpus.jsonl")
def download(request: Request, visitor: Visiting) -> Response:
    """Admins only, and on record before the first line leaves."""
    admins_only(visitor)
    parts = parts_of(request)
    with parts.store.write() as session:
        record_act(session, visitor.clinician_id, None, "export_labels", parts.now())
    with parts.store.read() as session:
        lines = list(corpus_lines(session))
    headers = {"Content-Disposition": 'attachment; filename="labels.jsonl"'}
    return StreamingResponse(iter(lines), media_type="application/x-ndjson", headers=headers)
