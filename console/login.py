"""In and out. Every refusal reads the same, so that nobody learns which addresses exist."""

from __future__ import annotations

import hmac
import secrets

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from console.parts import ConsoleParts
from console.render import render
from console.visitors import COOKIE, Forbidden, Posting, check_origin, parts_of
from store.audit import record_act
from store.clinicians import check_password
from store.web_sessions import close_session, forget_ended, open_session

router = APIRouter()

KNOCK = "afterglow_login"  # ties the login form to the browser it was shown in
REFUSED = "That did not work. Check address and password; after several wrong tries the account waits for a while."
ENDED = "You were logged out. Alerts do not reach this screen until you log in."


@router.get("/login")
def show(request: Request, ended: str = "") -> Response:
    return _form(request, ENDED if ended else "")


@router.post("/login")
async def log_in(request: Request) -> Response:
    check_origin(request)
    form = await request.form()
    knock = request.cookies.get(KNOCK, "")
    if not knock or not secrets.compare_digest(_sealed(parts_of(request), knock).encode(), str(form.get("csrf", "")).encode()):
        raise Forbidden
    email, password = str(form.get("email", ""))[:254], str(form.get("password", ""))[:1024]
    token = await to_thread.run_sync(_enter, parts_of(request), email, password)
    return _welcome(request, token) if token else await to_thread.run_sync(_form, request, REFUSED, 401, email)


@router.post("/logout")
def log_out(request: Request, posted: Posting) -> Response:
    with parts_of(request).store.write() as session:
        close_session(session, posted.visitor.session_id)
    response = RedirectResponse("/console/login", 303)
    response.delete_cookie(COOKIE, path="/console")
    return response


def _enter(parts: ConsoleParts, email: str, password: str) -> str | None:
    now = parts.now()
    clinician_id = check_password(parts.store, email, password, now)
    with parts.store.write() as session:
        forget_ended(session, now, parts.idle_after)
        if clinician_id is None:
            record_act(session, None, None, "login_refused", now)
            return None
        record_act(session, clinician_id, None, "login", now)
        return open_session(session, clinician_id, now)


def _welcome(request: Request, token: str) -> Response:
    response = RedirectResponse("/console/", 303)
    _set(request, response, COOKIE, token)
    response.delete_cookie(KNOCK, path="/console")
    return response


def _form(request: Request, message: str, status: int = 200, email: str = "") -> Response:
    knock = request.cookies.get(KNOCK) or secrets.token_urlsafe(24)
    seal = _sealed(parts_of(request), knock)
    response = render(request, "login.html", status=status, message=message, email=email, seal=seal)
    _set(request, response, KNOCK, knock)
    return response


def _set(request: Request, response: Response, name: str, value: str) -> None:
    secure = parts_of(request).settings.secure_cookies
    response.set_cookie(name, value, path="/console", httponly=True, samesite="strict", secure=secure)


def _sealed(parts: ConsoleParts, knock: str) -> str:
    return hmac.digest(parts.settings.secret_key, f"login/{knock}".encode(), "sha256").hex()
