"""The browser's four requests: open a web session, send, follow, and say what has been seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from gateway.door import Door
from gateway.errors import Refused
from gateway.inbound import InboundMessage
from gateway.limits import Buckets
from gateway.patient_view import web_reader
from gateway.web_session import COOKIE, Opened, Wish, open_session, who
from store.messages import lock_conversation
from store.patients import conversation_of
from store.signals import conversation_topic
from store.streams import stream

LONGEST_TEXT = 4000
STREAM_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # proxies must not hold events back


class SessionRequest(BaseModel):
    """`entry` is the token of a clinic-issued link; `demo_patient` works in the demo clinic only."""

    model_config = ConfigDict(extra="ignore")
    entry: str | None = Field(None, max_length=200)
    demo_patient: str | None = Field(None, max_length=64)


class MessageRequest(BaseModel):
    """One message; `client_id` is made by the browser and stays the same over all its attempts."""

    model_config = ConfigDict(extra="ignore")
    client_id: str = Field(min_length=8, max_length=40, pattern=r"^[\w-]+$")
    text: str | None = None
    choice: str | None = Field(None, max_length=40)


class SeenRequest(BaseModel):
    seq: int = Field(ge=0)


def web_routes(door: Door) -> APIRouter:
    parts = door.parts
    router = APIRouter(tags=["web"])
    sending = Buckets(burst=40, per_second=2.0)
    opening = Buckets(burst=400, per_second=20.0)  # a whole clinic may come from one address: a proxy's

    @router.post("/web/session")
    async def session(request: Request, body: SessionRequest, x_afterglow: str = Header("")) -> Response:
        _from_our_page(x_afterglow)
        _patience(opening, request.client.host if request.client else "-")
        wish = Wish(request.cookies.get(COOKIE), body.entry, body.demo_patient)
        opened = await to_thread.run_sync(open_session, parts, wish)
        parts.signals.announce(conversation_topic(opened.conversation_id))
        return _with_cookie(JSONResponse(opened.body), opened, secure=parts.settings.secure_cookies)

    @router.post("/web/messages", status_code=202)
    async def messages(request: Request, body: MessageRequest, x_afterglow: str = Header("")) -> Any:
        _from_our_page(x_afterglow)
        patient_id = await _patient(request)
        _patience(sending, patient_id)
        receipt = await door.receive(_inbound(patient_id, body))
        return {"seq": receipt.seq, "client_id": body.client_id}

    @router.get("/web/events")
    async def events(request: Request, after: int = 0, last_event_id: str = Header("")) -> Response:
        patient_id = await _patient(request)
        conversation_id = await to_thread.run_sync(_conversation_id, patient_id)
        start = int(last_event_id) if last_event_id.isdecimal() else max(0, after)
        read = web_reader(parts.store, conversation_id)
        events = stream(parts.signals, [conversation_topic(conversation_id)], start, read)
        return StreamingResponse(events, media_type="text/event-stream", headers=STREAM_HEADERS)

    @router.post("/web/seen", status_code=204)
    async def seen(request: Request, body: SeenRequest, x_afterglow: str = Header("")) -> None:
        _from_our_page(x_afterglow)
        await to_thread.run_sync(_mark_seen, await _patient(request), body.seq)

    async def _patient(request: Request) -> str:
        patient_id = await to_thread.run_sync(who, parts, request.cookies.get(COOKIE))
        if patient_id is None:
            raise Refused(401, "no_session", "Please open the link from your clinic again.")
        return patient_id

    def _inbound(patient_id: str, body: MessageRequest) -> InboundMessage:
        text = _text(body)
        return InboundMessage(patient_id, "web", text, f"{patient_id}:{body.client_id}", parts.now(), body.choice)

    def _conversation_id(patient_id: str) -> str:
        with parts.store.read() as session:
            return conversation_of(session, patient_id).id

    def _mark_seen(patient_id: str, seq: int) -> None:
        """Only forward, and never past what there is."""
        with parts.store.write() as session:
            conversation = lock_conversation(session, conversation_of(session, patient_id).id)
            conversation.seen_seq = max(conversation.seen_seq, min(seq, conversation.last_seq))

    return router


def _text(body: MessageRequest) -> str:
    if body.choice is not None:
        return ""
    text = (body.text or "").strip()
    if not text:
        raise Refused(422, "empty", "There is nothing in this message.")
    if len(text) > LONGEST_TEXT:
        raise Refused(413, "too_long", "That is too long for one message. Please send it in parts.")
    return text


def _from_our_page(header: str) -> None:
    """Another site's page cannot set this header without asking us first, and we never allow it."""
    if header != "1":
        raise Refused(403, "forbidden", "This request did not come from Afterglow's page.")


def _patience(buckets: Buckets, key: str) -> None:
    wait = buckets.allow(key)
    if wait:
        raise Refused(429, "slow_down", "Too many at once. The rest will go out in a moment.", retry_after=int(wait) + 1)


def _with_cookie(response: Response, opened: Opened, *, secure: bool) -> Response:
    """Inside a frame on the clinic's own site the cookie is a third-party one: it needs None, Secure and Partitioned."""
    if opened.token is not None:
        parts: Sequence[str] = ("SameSite=None", "Secure", "Partitioned") if secure else ("SameSite=Lax",)
        cookie = "; ".join((f"{COOKIE}={opened.token}", "Path=/", "HttpOnly", f"Max-Age={opened.max_age}", *parts))
        response.headers.append("Set-Cookie", cookie)
    return response
