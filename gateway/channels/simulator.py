"""A phone to type on where there is no Twilio account. Only in the demo clinic: whoever opens it may be any phone there."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from gateway.channels.sms import patient_of
from gateway.channels.web import STREAM_HEADERS
from gateway.door import Door
from gateway.errors import Refused
from gateway.inbound import InboundMessage
from gateway.pages import page
from gateway.patient_view import phone_reader
from store.patients import conversation_of
from store.people import Patient
from store.signals import conversation_topic
from store.streams import stream

PHONE = r"^\+[1-9]\d{6,14}$"


class TextRequest(BaseModel):
    """What somebody typed on the simulated phone."""

    model_config = ConfigDict(extra="ignore")
    sender: str = Field(alias="from", pattern=PHONE)
    body: str = Field(max_length=1600)


def simulator_routes(door: Door) -> APIRouter:
    parts = door.parts
    router = APIRouter(prefix="/sms/simulator", tags=["simulator"])
    if not (parts.settings.twilio.simulated and parts.settings.demo):
        return router

    @router.get("", include_in_schema=False)
    async def phone_page() -> Response:
        return page("simulator/index.html")

    @router.get("/phones")
    async def phones() -> Any:
        return await to_thread.run_sync(_phones)

    @router.post("/messages", status_code=202)
    async def text(body: TextRequest, x_afterglow: str = Header("")) -> Any:
        if x_afterglow != "1":
            raise Refused(403, "forbidden", "This request did not come from the simulator's page.")
        patient_id = await to_thread.run_sync(patient_of, parts, body.sender)
        sid = f"SM{secrets.token_hex(16)}"
        receipt = await door.receive(InboundMessage(patient_id, "sms", body.body.strip(), sid, parts.now()))
        return {"seq": receipt.seq}

    @router.get("/events")
    async def events(request: Request, phone: str = "", after: int = 0) -> Response:
        conversation_id = await to_thread.run_sync(_conversation_of, phone)
        read = phone_reader(parts.store, conversation_id)
        events = stream(parts.signals, [conversation_topic(conversation_id)], after, read)
        return StreamingResponse(events, media_type="text/event-stream", headers=STREAM_HEADERS)

    def _phones() -> Sequence[dict[str, str | None]]:
        with parts.store.read() as session:
            patients = session.scalars(select(Patient).where(Patient.demo).order_by(Patient.created_at, Patient.id)).all()
            return [{"phone": one.phone, "name": one.name} for one in patients if one.phone]

    def _conversation_of(phone: str) -> str:
        _check(phone)
        patient_id = patient_of(parts, phone)
        with parts.store.read() as session:
            return conversation_of(session, patient_id).id

    return router


def _check(phone: str) -> None:
    import re

    if not re.fullmatch(PHONE, phone):
        raise Refused(422, "phone", "Give the number with its country code, like +15550100101.")
