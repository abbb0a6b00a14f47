"""One conversation on one screen."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, Request, Response

from console.glance import answers, modules, mood_line
from console.ladder import exchanges, offered
from console.render import render
from console.visitors import Visiting, parts_of
from console.welfare import welfare_check
from safety.protocol import Phase, dispositions
from store.acts import event_open
from store.audit import audited
from store.card import Card, read_card
from store.errors import UnknownRecord
from store.queue import is_phone_now
from store.talk import Owner
from store.web_sessions import Visitor

router = APIRouter()

CALM = {Phase.NORMAL, Phase.SUPPORT}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an act was not carried out, and what the clinician had written."""

    message: str
    status: int = 409
    draft: str = ""
    seen_seq: int | None = None
    form: Mapping[str, str] = field(default_factory=dict)


@router.get("/conversations/{conversation_id}")
def show(request: Request, visitor: Visiting, conversation_id: str, before: int | None = None) -> Response:
    return card_page(request, visitor, conversation_id, before=before)


def card_page(
    request: Request, visitor: Visitor, conversation_id: str, *, before: int | None = None, refusal: Refusal | None = None
) -> Response:
    """The card; after a refusal with what is new, and with the clinician's words kept."""
    parts = parts_of(request)
    now = parts.now()
    card = audited(
        parts.store, visitor.clinician_id, "card", now, lambda session: read_card(session, conversation_id, now, before),
        lambda found: [found.patient.id] if found else [],
    )  # fmt: skip
    if card is None:
        raise UnknownRecord("There is no such conversation.")
    return render(
        request, "card.html", status=refusal.status if refusal else 200, card=card, refusal=refusal, before=before,
        watch=conversation_id, **_view(request, visitor, card),
    )  # fmt: skip


def _view(request: Request, visitor: Visitor, card: Card) -> Mapping[str, Any]:
    parts = parts_of(request)
    owner = card.conversation.owner
    mine = owner == Owner.HUMAN and card.conversation.owner_clinician_id == visitor.clinician_id
    away = owner in {Owner.RETURNING, Owner.WAITING} or card.state.phase not in CALM
    with_nobody_else = mine or (owner != Owner.HUMAN and away)
    colleague = card.holder if card.holder != visitor.clinician_id else None
    return {
        "patient": card.patient,
        "mine": mine,
        "colleague": card.names.get(colleague, "A colleague") if colleague else "",
        "can_hand_back": with_nobody_else and not event_open(card.flags),
        "phone_now": any(is_phone_now(flag) for flag in card.flags),
        "exchanges": exchanges(card.event, card.state, parts.clinical),
        "offered": offered(card.event, parts.clinical),
        "welfare": welfare_check(parts.clinical.resources, card.patient.location or "", card.patient.locale),
        "modules": modules(card.course, parts.programme),
        "answers": answers(card.course.answers, parts.programme),
        "moods": mood_line(card.course.moods),
        "contacts": parts.wording.contacts(card.patient),
        "dispositions": dispositions(parts.clinical),
        "canned": [
            (one.label, parts.wording.fill(one.text, card.patient, clinician=visitor.name)) for one in request.app.state.canned
        ],
        "once": secrets.token_urlsafe(16),
    }
