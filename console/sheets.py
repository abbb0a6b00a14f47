"""The summary before a visit: one page for a clinician, on the screen, on paper and as a PDF. Every read is on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response

from console import words
from console.ladder import Exchange, exchanges
from console.render import render
from console.sheet_charts import drawn
from console.sheet_pdf import as_pdf
from console.visitors import Visiting, parts_of
from programme.summary import Summary, summarise
from programme.summary_ask import ask_next
from programme.summary_content import SummaryContent
from safety.content import Clinical
from safety.protocol import ProtocolState, dispositions
from store.audit import audited
from store.summaries import Sheet, read_sheet
from store.web_sessions import Visitor

router = APIRouter(prefix="/patients/{patient_id}/summary")

SPANS = (("14", "14 days"), ("28", "28 days"), ("90", "3 months"), ("all", "everything"))
USUAL = "28"
BEGINNING = timedelta(days=3650)
ASKED_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Ready:
    """A summary with the rows behind it and what to ask."""

    sheet: Sheet
    summary: Summary
    ask: tuple[str, ...]


@router.get("")
def show(request: Request, visitor: Visiting, patient_id: str, span: str = USUAL) -> Response:
    ready = _ready(request, visitor, patient_id, span, "summary")
    return render(request, "summary.html", **_values(request, ready, span))


@router.get(".pdf")
def pdf(request: Request, visitor: Visiting, patient_id: str, span: str = USUAL) -> Response:
    """The same page as a file. Its name carries the day, not the patient."""
    parts = parts_of(request)
    ready = _ready(request, visitor, patient_id, span, "summary_pdf")
    zone = ZoneInfo(parts.settings.clinic.timezone)
    content = as_pdf(_values(request, ready, span), parts.settings.clinic.name, zone, visitor.name)
    name = f"summary-{parts.now().astimezone(zone):%Y-%m-%d}.pdf"
    return Response(content, media_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'})


def _ready(request: Request, visitor: Visitor, patient_id: str, span: str, action: str) -> Ready:
    parts, content = parts_of(request), _content(request)
    now = parts.now()
    since = now - (timedelta(days=int(span)) if span in {"14", "28", "90"} else BEGINNING)
    sheet = audited(
        parts.store, visitor.clinician_id, action, now, lambda session: read_sheet(session, patient_id, since, now),
        lambda found: [found.patient.id],
    )  # fmt: skip
    return Ready(sheet, summarise(parts.programme, content, sheet.record), ask_next(parts.programme, content, sheet.record))


def _content(request: Request) -> SummaryContent:
    content: SummaryContent = request.app.state.summary
    return content


def _values(request: Request, ready: Ready, span: str) -> dict[str, Any]:
    parts, sheet, summary = parts_of(request), ready.sheet, ready.summary
    begun = [step for step in summary.steps if step.status]
    since = max(sheet.record.since, _first(sheet, sheet.record.now))
    return {
        "patient": sheet.patient, "sheet": sheet, "summary": summary, "ask": ready.ask, "span": span, "spans": SPANS,
        "since": since, "now": sheet.record.now, "begun": begun, "not_begun": [one for one in summary.steps if not one.status],
        "charts": [drawn(line, summary.doses, since, sheet.record.now) for line in summary.lines],
        "direct": directly_asked(sheet, parts.clinical),
        "wrote": words.span(sheet.record.now - sheet.wrote_at) if sheet.wrote_at else "",
        "filled": lambda text: parts.wording.fill(text, sheet.patient), "dispositions": dispositions(parts.clinical),
        "dosed": words.since_dose(sheet.record.last_dose.at if sheet.record.last_dose else None, sheet.record.now),
    }  # fmt: skip


def directly_asked(sheet: Sheet, clinical: Clinical) -> list[Exchange]:
    """The crisis protocol's own questions and what was answered, the latest ones. What nobody asked has no answer."""
    return exchanges(sheet.event, ProtocolState(), clinical)[-ASKED_SHOWN:]


def _first(sheet: Sheet, otherwise: datetime) -> datetime:
    """Where the page's time begins: "everything" begins with the first thing there is."""
    record = sheet.record
    times = [*(one.at for one in record.answers), *(one.opened_at for one in record.passages), *(one.at for one in record.numbers)]
    return min(times, default=otherwise)
