"""Who is asking, and whether a form really came from their own page."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from console.parts import ConsoleParts
from console.render import render
from store.web_sessions import Visitor, find_visitor, note_activity

COOKIE = "afterglow_clinician"
LIVE = "x-afterglow-live"  # a page refreshing itself: not an act of the person
ACTIVITY_STEP = timedelta(seconds=20)


class LoggedOut(Exception):
    """Nobody is logged in in this browser, or not any more."""


class Forbidden(Exception):
    """A form that did not come from the clinician's own page, or something only an admin may do."""


@dataclass(frozen=True, slots=True)
class Posted:
    """A form from a clinician's own page."""

    visitor: Visitor
    form: Mapping[str, str]

    def text(self, name: str) -> str:
        return self.form.get(name, "").strip()

    def number(self, name: str) -> int | None:
        value = self.text(name)
        return int(value) if value.isdecimal() else None


def parts_of(request: Request) -> ConsoleParts:
    parts: ConsoleParts = request.app.state.parts
    return parts


def visitor_of(request: Request) -> Visitor:
    """Raises LoggedOut. Whatever a person does here begins their idle time anew; a page's own refresh does not."""
    parts = parts_of(request)
    now = parts.now()
    with parts.store.read() as session:
        visitor = find_visitor(session, request.cookies.get(COOKIE, ""), now, parts.idle_after)
    if visitor is None:
        raise LoggedOut
    quiet = now + parts.idle_after - visitor.idle_at
    if LIVE not in request.headers and quiet >= ACTIVITY_STEP:
        with parts.store.write() as session:
            note_activity(session, visitor.session_id, now)
    request.state.visitor = visitor
    return visitor


async def posted_by(request: Request, visitor: Annotated[Visitor, Depends(visitor_of)]) -> Posted:
    """Raises Forbidden when the form carries another token or comes from another site."""
    check_origin(request)
    form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    token = request.headers.get("x-csrf-token") or form.get("csrf", "")
    if not secrets.compare_digest(token.encode(), visitor.csrf_token.encode()):
        raise Forbidden
    return Posted(visitor, form)


def admins_only(visitor: Visitor) -> None:
    """Raises Forbidden for everybody else."""
    if not visitor.admin:
        raise Forbidden


Visiting = Annotated[Visitor, Depends(visitor_of)]
Posting = Annotated[Posted, Depends(posted_by)]


def check_origin(request: Request) -> None:
    """Browsers say where a form was filled in. What says nothing is no browser, and then the token decides."""
    origin = request.headers.get("origin")
    if origin is None:
        return
    ours = {urlsplit(parts_of(request).settings.public_url).netloc, request.headers.get("host", "")}
    if urlsplit(origin).netloc not in ours:
        raise Forbidden


def logged_out(request: Request, _error: Exception) -> Response:
    if LIVE in request.headers or request.url.path.endswith("/events"):
        return JSONResponse({"error": "logged_out"}, 401)
    had_one = "?ended=1" if request.cookies.get(COOKIE) else ""
    return RedirectResponse(f"/console/login{had_one}", 303)


def forbidden(request: Request, _error: Exception) -> Response:
    problem = "This form is out of date, or it takes an admin of the console. Go back, reload the page and try again."
    return render(request, "problem.html", status=403, title="Refused", problem=problem)
