"""What a clinician does with a conversation. Every act is a form; a refused one shows what is new and keeps their words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from console.cards import Refusal, card_page
from console.dates import moment
from console.visitors import Posted, Posting, parts_of
from store.acts import Act
from store.dispositions import Closing, close_flag, pause_programme
from store.errors import Conflict, StoreError, UnknownRecord
from store.messages import lock_conversation
from store.notes import add_note
from store.ownership import acknowledge, hand_back, record_call, reply, take_over
from store.people import Patient
from store.signals import QUEUE, conversation_topic

router = APIRouter(prefix="/conversations/{conversation_id}")

LONGEST_REPLY = 1500  # one text may hold 1600 characters
LONGEST_NOTE = 8000


@router.post("/acknowledge")
def press_acknowledge(request: Request, posted: Posting, conversation_id: str) -> Response:
    return _carry_out(request, posted, conversation_id, acknowledge)


@router.post("/take-over")
def press_take_over(request: Request, posted: Posting, conversation_id: str) -> Response:
    reason = posted.text("reason")[:LONGEST_NOTE]
    return _carry_out(request, posted, conversation_id, lambda session, act: take_over(session, act, reason))


@router.post("/reply")
def press_send(request: Request, posted: Posting, conversation_id: str) -> Response:
    text, once = posted.text("text"), posted.text("once") or None

    def send(session: Session, act: Act) -> None:
        if not text or len(text) > LONGEST_REPLY:
            raise StoreError(f"Write something, at most {LONGEST_REPLY} characters.")
        reply(session, act, text, once, despite=posted.text("despite") == "1")

    return _carry_out(request, posted, conversation_id, send)


@router.post("/call")
def press_called(request: Request, posted: Posting, conversation_id: str) -> Response:
    """The telephone is nobody's channel but the clinician's own: what came of it is theirs to say."""
    reached = posted.text("reached") == "1"
    return _carry_out(request, posted, conversation_id, lambda session, act: record_call(session, act, reached=reached))


@router.post("/hand-back")
def press_hand_back(request: Request, posted: Posting, conversation_id: str) -> Response:
    def give(session: Session, act: Act) -> None:
        hand_back(session, act)
        _pause(session, act, posted, _timezone(request))

    return _carry_out(request, posted, conversation_id, give)


@router.post("/flags/{flag_id}/close")
def press_close(request: Request, posted: Posting, conversation_id: str, flag_id: str) -> Response:
    def close(session: Session, act: Act) -> None:
        zone = _timezone(request)
        closing = Closing(
            posted.text("disposition"), posted.text("note")[:LONGEST_NOTE], moment(posted.text("follow_up"), zone),
            moment(posted.text("pause_until"), zone), bool(posted.text("caring")),
        )  # fmt: skip
        close_flag(session, act, flag_id, closing)

    return _carry_out(request, posted, conversation_id, close)


@router.post("/note")
def press_note(request: Request, posted: Posting, conversation_id: str) -> Response:
    text = posted.text("note")[:LONGEST_NOTE]

    def note(session: Session, act: Act) -> None:
        if not text:
            raise StoreError("An empty note helps nobody.")
        conversation = lock_conversation(session, act.conversation_id)
        add_note(session, conversation.id, act.clinician_id, text, act.now)
        act.on_record(session, conversation, "note")

    return _carry_out(request, posted, conversation_id, note)


@router.post("/medicines")
def press_medicines(request: Request, posted: Posting, conversation_id: str) -> Response:
    """What the team knows that the patient takes; the next one who is called needs it (CRISIS.md §9.2)."""
    text = posted.text("medicines")[:LONGEST_NOTE]

    def write(session: Session, act: Act) -> None:
        conversation = lock_conversation(session, act.conversation_id)
        patient = session.get_one(Patient, conversation.patient_id)
        patient.medicines, patient.medicines_at = text or None, act.now
        act.on_record(session, conversation, "medicines")

    return _carry_out(request, posted, conversation_id, write)


@router.post("/pause")
def press_pause(request: Request, posted: Posting, conversation_id: str) -> Response:
    """An empty date ends the pause."""

    def pause(session: Session, act: Act) -> None:
        conversation = lock_conversation(session, act.conversation_id)
        pause_programme(session, conversation.patient_id, _ahead(posted, act, _timezone(request)))
        act.on_record(session, conversation, "pause")

    return _carry_out(request, posted, conversation_id, pause)


def _carry_out(
    request: Request, posted: Posted, conversation_id: str, do: Callable[[Session, Act], object]
) -> Response:
    parts = parts_of(request)
    act = Act(
        posted.visitor.clinician_id, conversation_id, parts.now(), parts.content,
        owner_version=posted.number("owner_version"), last_seq=posted.number("last_seq"),
    )  # fmt: skip
    try:
        with parts.store.write() as session:
            do(session, act)
    except UnknownRecord:
        raise
    except StoreError as refused:
        return card_page(request, posted.visitor, conversation_id, refusal=_refusal(refused, posted))
    parts.signals.announce(conversation_topic(conversation_id), QUEUE)
    return RedirectResponse(f"/console/conversations/{conversation_id}", 303)


def _refusal(refused: StoreError, posted: Posted) -> Refusal:
    status = 409 if isinstance(refused, Conflict) else 422
    return Refusal(str(refused), status, posted.form.get("text", ""), posted.number("last_seq"), posted.form)


def _pause(session: Session, act: Act, posted: Posted, zone: str) -> None:
    until = _ahead(posted, act, zone)
    if until is not None:
        pause_programme(session, lock_conversation(session, act.conversation_id).patient_id, until)


def _ahead(posted: Posted, act: Act, zone: str) -> datetime | None:
    until = moment(posted.text("pause_until"), zone)
    if until is not None and until <= act.now:
        raise StoreError("The date must lie ahead.")
    return until


def _timezone(request: Request) -> str:
    return parts_of(request).settings.clinic.timezone
