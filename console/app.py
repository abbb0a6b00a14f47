"""The console as one ASGI application, to be mounted at /console."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from console import (
    acts,
    board,
    cards,
    contacts,
    directors,
    enrolment,
    events,
    labelling,
    limits,
    login,
    on_call,
    own,
    past,
    people,
    questions,
    sheets,
    timelines,
)
from console.canned import read_canned
from console.headers import Headers
from console.parts import ConsoleParts
from console.render import environment, render
from console.visitors import Forbidden, LoggedOut, forbidden, logged_out
from programme.summary_content import FILE as SUMMARY
from programme.summary_content import load_summary_content
from store.errors import UnknownRecord

STATIC = Path(__file__).parent / "static"


def build_console(parts: ConsoleParts) -> FastAPI:
    """Wire the pages. Opens nothing but the templates and the canned lines; raises ContentError when those are broken."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.parts = parts
    app.state.templates = environment(parts)
    lines = parts.settings.clinical_dir / "lines.yml"
    app.state.canned, app.state.caring = read_canned(lines), read_canned(lines, "caring")
    app.state.summary = load_summary_content(parts.settings.clinical_dir / SUMMARY, parts.programme)
    app.add_middleware(Headers)
    app.add_exception_handler(LoggedOut, logged_out)
    app.add_exception_handler(Forbidden, forbidden)
    app.add_exception_handler(UnknownRecord, _not_found)
    app.add_exception_handler(HTTPException, _plain)
    rooms = (
        login, board, cards, acts, enrolment, people, sheets, questions, timelines, past, contacts, labelling, limits, directors,
        on_call, own, events,
    )  # fmt: skip
    for room in rooms:
        app.include_router(room.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app


def _not_found(request: Request, _error: Exception) -> Response:
    return render(request, "problem.html", status=404, title="Not found", problem="There is nothing here, or not any more.")


def _plain(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return render(request, "problem.html", status=error.status_code, title="Sorry", problem=str(error.detail))
