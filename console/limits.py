"""How sure the trained layer must be: proposed by one clinician, measured over the stored messages, signed by two."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from console.parts import ConsoleParts
from console.render import render
from console.visitors import Posted, Posting, Visiting, parts_of
from safety.errors import ContentError
from store.audit import audited
from store.card import Said
from store.clinicians import check_password, email_of, names_of
from store.errors import StoreError
from store.kept_private import kept_private
from store.people import Patient
from store.replay import replay
from store.signals import QUEUE
from store.talk import AssessmentRow, Conversation, Message
from store.thresholds import (
    LEVELS,
    SECTIONS,
    ChangeStatus,
    Numbers,
    Proposal,
    ThresholdChange,
    list_changes,
    measured,
    numbers_of,
    propose,
    sign,
    with_numbers,
    withdraw,
)  # fmt: skip
from store.web_sessions import Visitor

log = logging.getLogger("afterglow.console")

router = APIRouter(prefix="/thresholds")


@dataclass(frozen=True, slots=True)
class Example:
    """A message that would be heard otherwise."""

    patient: Patient
    said: Said
    was: int
    would: int


@router.get("")
def show(request: Request, visitor: Visiting) -> Response:
    return _page(request, visitor)


@router.post("")
def press_propose(request: Request, posted: Posting) -> Response:
    parts = parts_of(request)
    try:
        proposal = Proposal(parts.numbers_in_file, numbers_of(parts.clinical.model), _numbers(posted), posted.text("reason")[:2000])
        _check(parts, proposal.proposed)
        with parts.store.write() as session:
            change = propose(session, posted.visitor.clinician_id, proposal, parts.now())
    except StoreError as refused:
        return _page(request, posted.visitor, str(refused), posted)
    measure(parts, change.id, proposal.proposed)
    return _back()


@router.post("/{change_id}/sign")
async def press_sign(request: Request, posted: Posting, change_id: str) -> Response:
    """A signature is given with the password: an open browser is no person."""
    return await to_thread.run_sync(_sign, request, posted, change_id)


def _sign(request: Request, posted: Posted, change_id: str) -> Response:
    parts, who = parts_of(request), posted.visitor.clinician_id
    with parts.store.read() as session:
        email = email_of(session, who)
    if check_password(parts.store, email, posted.form.get("password", "")[:1024], parts.now()) != who:
        return _page(request, posted.visitor, "That is not your password. Nothing was signed.")
    running = numbers_of(parts.clinical.model)
    return _try(request, posted, lambda session: sign(session, who, change_id, running, parts.now()))


@router.post("/{change_id}/withdraw")
def press_withdraw(request: Request, posted: Posting, change_id: str) -> Response:
    now = parts_of(request).now()
    return _try(request, posted, lambda session: withdraw(session, posted.visitor.clinician_id, change_id, now))


@router.post("/{change_id}/measure")
def press_measure(request: Request, posted: Posting, change_id: str) -> Response:
    """Once more: the process that measured may have ended over it."""
    parts = parts_of(request)
    with parts.store.read() as session:
        change = session.get(ThresholdChange, change_id)
    if change is not None and change.status == ChangeStatus.MEASURING:
        measure(parts, change.id, change.proposed)
    return _back()


def measure(parts: ConsoleParts, change_id: str, proposed: Numbers) -> threading.Thread:
    """In a thread of its own, with pauses: it takes about a minute, and patients are being answered meanwhile."""

    def run() -> None:
        try:
            effect = replay(parts.store, parts.clinical, with_numbers(parts.clinical, proposed), parts.now())
            with parts.store.write() as session:
                measured(session, change_id, effect)
        except Exception as broken:  # noqa: BLE001 - nobody waits for this thread; the page offers to measure again
            log.error("threshold change %s could not be measured: %s", change_id, type(broken).__name__)
            return
        parts.signals.announce(QUEUE)

    thread = threading.Thread(target=run, name=f"replay-{change_id}", daemon=True)
    thread.start()
    return thread


def _numbers(posted: Posted) -> dict[str, dict[str, float]]:
    """What the form says; an empty field means that this level is never given."""
    found: dict[str, dict[str, float]] = {section: {} for section in SECTIONS}
    for section in SECTIONS:
        for level in LEVELS:
            text = posted.text(f"{section}_{level}").replace(",", ".")
            if text:
                found[section][str(level)] = _number(text)
    return found


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError as odd:
        raise StoreError("Write numbers above 0 and up to 1, such as 0.85.") from odd
    if not 0 < value <= 1:
        raise StoreError("Write numbers above 0 and up to 1, such as 0.85.")
    return value


def _check(parts: ConsoleParts, numbers: Numbers) -> None:
    try:
        with_numbers(parts.clinical, numbers)
    except ContentError as broken:
        raise StoreError(str(broken)) from broken


def _try(request: Request, posted: Posted, do: Callable[[Session], object]) -> Response:
    try:
        with parts_of(request).store.write() as session:
            do(session)
    except StoreError as refused:
        return _page(request, posted.visitor, str(refused))
    return _back()


def _back() -> Response:
    return RedirectResponse("/console/thresholds", 303)


def _page(request: Request, visitor: Visitor, problem: str = "", posted: Posted | None = None) -> Response:
    parts = parts_of(request)
    with parts.store.read() as session:
        changes = list_changes(session)
        people = {one for change in changes for one in (change.proposed_by, change.first_by, change.second_by, change.withdrawn_by)}
        names = names_of(session, people)
    shown = next((change for change in changes if change.effect and change.status == ChangeStatus.PROPOSED), None)
    examples = _examples(parts, visitor, shown) if shown else {}
    running = numbers_of(parts.clinical.model)
    accepted = next((one for one in changes if one.status == ChangeStatus.ACCEPTED and one.file == parts.numbers_in_file), None)
    return render(
        request, "thresholds.html", status=422 if problem else 200, changes=changes, names=names, running=running,
        file=parts.numbers_in_file, sections=SECTIONS, levels=LEVELS, problem=problem, form=posted.form if posted else {},
        examples=examples, waits_for_start=accepted is not None and accepted.proposed != running,
    )  # fmt: skip


def _examples(parts: ConsoleParts, visitor: Visitor, change: ThresholdChange) -> Mapping[str, list[Example]]:
    """Patients' words, so the reading is on record."""

    def read(session: Session) -> dict[str, list[Example]]:
        return {way: [found for one in change.effect[way] if (found := _example(session, one))] for way in ("gained", "lost")}

    return audited(
        parts.store, visitor.clinician_id, "threshold_examples", parts.now(), read,
        lambda found: [one.patient.id for way in found.values() for one in way],
    )  # fmt: skip


def _example(session: Session, one: Mapping[str, Any]) -> Example | None:
    """None where the patient kept the words private."""
    message = session.get_one(Message, one["message"])
    patient = session.get_one(Patient, session.get_one(Conversation, message.conversation_id).patient_id)
    if message.id in kept_private(session, patient.id):
        return None
    return Example(patient, Said(message, session.get(AssessmentRow, message.id)), int(one["was"]), int(one["would"]))
