"""The queue, on one page that keeps itself up to date."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from console.render import render
from console.visitors import Posting, Visiting, parts_of
from safety.protocol import page_accept_limit
from store.audit import audited
from store.caring import count_due
from store.ladder import alarmed, not_reached
from store.on_call import HIGHEST
from store.queue import Queue, read_queue
from store.schedule import read_rota

router = APIRouter()


@router.get("/")
def queue(request: Request, visitor: Visiting) -> Response:
    parts = parts_of(request)
    now = parts.now()
    found = audited(
        parts.store, visitor.clinician_id, "queue", now, lambda session: read_queue(session, now), _shown
    )  # fmt: skip
    with parts.store.read() as session:
        caring = count_due(session, now)
        covered = read_rota(session, parts.settings.clinic.timezone, now).anybody(HIGHEST, now)
        alone, left = alarmed(session), not_reached(session)
    late_after = int(page_accept_limit(parts.clinical).total_seconds())
    return render(request, "queue.html", queue=found, caring=caring, covered=covered, late_after=late_after, alone=alone, left=left)


@router.get("/next")
def following(visitor: Visiting, request: Request, after: str = "") -> Response:
    """The gravest whom nobody has, but for the one just looked at; the queue when there is none."""
    parts = parts_of(request)
    now = parts.now()
    found = audited(parts.store, visitor.clinician_id, "queue", now, lambda session: read_queue(session, now), _shown)
    waits = (entry.conversation.id for entry in found.entries if entry.waiting and entry.conversation.id != after)
    one = next(waits, None)
    return RedirectResponse(f"/console/conversations/{one}" if one else "/console/", 303)


@router.post("/active")
def active(posted: Posting) -> Response:
    """The person is typing or reading: their idle time has begun anew."""
    return Response(status_code=204)


@router.get("/keys")
def keys(request: Request, visitor: Visiting) -> Response:
    return render(request, "keys.html")


def _shown(queue: Queue) -> list[str]:
    return [entry.patient.id for entry in (*queue.entries, *queue.returning)]
