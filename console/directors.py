"""Numbers for the director, on a page, as a table for a spreadsheet; and the daily test of the alert."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import timedelta

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from console.charts import Chart, bars
from console.render import render
from console.visitors import Posting, Visiting, admins_only, parts_of
from safety.protocol import dispositions
from store.drills import last_done, plan, planned, run_now
from store.errors import StoreError
from store.figures import Figures, Spread, read_figures
from store.web_sessions import Visitor

router = APIRouter(prefix="/numbers")

SPANS = (7, 30, 90, 365)


@router.get("")
def show(request: Request, visitor: Visiting, days: int = 30) -> Response:
    return _page(request, visitor, days)


def _page(request: Request, visitor: Visitor, days: int, problem: str = "") -> Response:
    parts = parts_of(request)
    figures = _figures(request, days)
    with parts.store.read() as session:
        drills, ahead = last_done(session), planned(session)
    return render(
        request, "numbers.html", status=422 if problem else 200, figures=figures, days=_span(days), spans=SPANS, drills=drills, ahead=ahead,
        charts=_charts(figures), dispositions=dispositions(parts.clinical), problem=problem,
        modules={module.id: module.name for module in parts.programme.patient_modules},
    )  # fmt: skip


@router.get("/numbers.csv")
def table(request: Request, visitor: Visiting, days: int = 30) -> Response:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("measure", "of", "value"))
    writer.writerows(_rows(_figures(request, days), dispositions(parts_of(request).clinical)))
    headers = {"Content-Disposition": f'attachment; filename="afterglow-{_span(days)}-days.csv"'}
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/test-plan")
def press_plan(request: Request, posted: Posting) -> Response:
    admins_only(posted.visitor)
    parts = parts_of(request)
    try:
        with parts.store.write() as session:
            plan(session, posted.visitor.clinician_id, posted.text("daily_at"), parts.settings.clinic.timezone, parts.now())
    except StoreError as odd:
        return _page(request, posted.visitor, 30, str(odd))
    return RedirectResponse("/console/numbers", 303)


@router.post("/test-now")
def press_now(request: Request, posted: Posting) -> Response:
    admins_only(posted.visitor)
    parts = parts_of(request)
    with parts.store.write() as session:
        run_now(session, posted.visitor.clinician_id, parts.now())
    return RedirectResponse("/console/numbers", 303)


def _span(days: int) -> int:
    return days if days in SPANS else 30


def _figures(request: Request, days: int) -> Figures:
    parts = parts_of(request)
    now = parts.now()
    with parts.store.read() as session:
        return read_figures(session, now - timedelta(days=_span(days)), now)


def _charts(figures: Figures) -> list[Chart]:
    weeks = [(week.starts.strftime("%d %b"), week) for week in figures.weeks]
    return [
        bars("Flags per 1,000 messages, by week", [(label, week.per_thousand) for label, week in weeks]),
        bars("False alarms, by week", [(label, week.false_alarms) for label, week in weeks]),
        bars("Messages not delivered, by week", [(label, week.undelivered) for label, week in weeks]),
        bars("Median minutes to acknowledgement, by level", [
            (f"level {one.level}", (one.acknowledged.median or 0) / 60) for one in reversed(figures.levels) if one.acknowledged.count
        ], " min"),
    ]  # fmt: skip


def _rows(figures: Figures, labels: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    yield "from", "", figures.since.isoformat()
    yield "until", "", figures.until.isoformat()
    yield "patients' messages", "", str(figures.messages)
    yield "flags", "", str(figures.flags)
    yield "flags per 1,000 messages", "", f"{figures.per_thousand:.2f}"
    yield "false alarms", "", str(figures.false_alarms)
    for one in figures.levels:
        yield "flags", f"level {one.level}", str(one.flags)
        yield "past the service time", f"level {one.level}", str(one.late)
        yield from _spread("seconds to acknowledgement", one.level, one.acknowledged)
        yield from _spread("seconds to a clinician", one.level, one.human)
    for disposition, count in figures.dispositions.items():
        yield "closed flags", labels.get(disposition, disposition), str(count)
    for module in figures.modules:
        for end in ("opened", "finished", "stopped", "under_way"):
            yield f"modules {end.replace('_', ' ')}", module.module, str(getattr(module, end))
    for channel, count in figures.undelivered.items():
        yield "messages not delivered", channel, str(count)
    for week in figures.weeks:
        of = f"week of {week.starts.date().isoformat()}"
        yield "patients' messages", of, str(week.messages)
        yield "flags", of, str(week.flags)
        yield "false alarms", of, str(week.false_alarms)
        yield "messages not delivered", of, str(week.undelivered)


def _spread(measure: str, level: int, spread: Spread) -> Iterator[tuple[str, str, str]]:
    for name, value in (("median", spread.median), ("90th percentile", spread.p90), ("worst", spread.worst)):
        yield f"{measure}, {name}", f"level {level}", "" if value is None else f"{value:.0f}"
    yield f"{measure}, not yet", f"level {level}", str(spread.missing)
