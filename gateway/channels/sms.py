"""Texts through Twilio: signed webhooks in, status callbacks in. The answer to a webhook never waits for Rasa."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from twilio.request_validator import RequestValidator

from gateway.door import Door
from gateway.errors import Refused
from gateway.inbound import InboundMessage
from gateway.paging.calls import is_call, mark_undelivered
from gateway.parts import Parts
from gateway.undelivered import flag_undelivered
from store.messages import MOST_MEDIA, lock_conversation
from store.outbox import advance, by_provider_id, mark_failed
from store.patients import add_patient, by_phone
from store.people import Patient
from store.signals import QUEUE, conversation_topic
from store.talk import DeliveryStatus, Message

log = logging.getLogger("afterglow.sms")

EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
_STATUS = {
    "queued": DeliveryStatus.SENT, "sending": DeliveryStatus.SENT, "sent": DeliveryStatus.SENT,
    "delivered": DeliveryStatus.DELIVERED, "undelivered": DeliveryStatus.FAILED, "failed": DeliveryStatus.FAILED,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Report:
    """What became of one of our texts."""

    message_id: str
    provider_id: str
    status: DeliveryStatus
    error_code: str


def sms_routes(door: Door) -> APIRouter:
    parts = door.parts
    router = APIRouter(tags=["sms"])
    validator = RequestValidator(parts.settings.twilio.auth_token)

    @router.post("/sms/twilio")
    async def inbound(request: Request) -> Response:
        form = await _signed_form(request)
        await door.receive(await to_thread.run_sync(read_text, parts, form))
        return Response(EMPTY_TWIML, media_type="text/xml")

    @router.post("/sms/twilio/status", status_code=204)
    async def status(request: Request) -> None:
        form = await _signed_form(request)
        report = read_report(form, request.query_params.get("message", ""))
        if report is not None:
            await to_thread.run_sync(_record_report, parts, report)

    async def _signed_form(request: Request) -> Mapping[str, str]:
        """The form, once its signature is right. Without an account nobody can sign, so everything is refused."""
        form = {key: str(value) for key, value in (await request.form()).items()}
        query = f"?{request.url.query}" if request.url.query else ""
        url = f"{parts.settings.public_url}{request.url.path}{query}"
        signature = request.headers.get("x-twilio-signature", "")
        if parts.settings.twilio.simulated or not validator.validate(url, form, signature):
            raise Refused(403, "bad_signature", "The X-Twilio-Signature does not fit this request.")
        return form

    return router


def read_text(parts: Parts, form: Mapping[str, str]) -> InboundMessage:
    """From Twilio's form fields. A number nobody knows becomes a guest: whoever writes is heard."""
    sender, sid = form.get("From", ""), form.get("MessageSid", "")
    if not sender or not sid:
        raise Refused(422, "incomplete", "From and MessageSid are needed.")
    return InboundMessage(patient_of(parts, sender), "sms", form.get("Body", "").strip(), sid, parts.now(), media=read_media(form))


def read_media(form: Mapping[str, str]) -> tuple[str, ...]:
    """What a text brought along, by kind: a photo, a voice note, a video, or some other file such as a contact."""
    number = form.get("NumMedia", "0")
    count = min(int(number), MOST_MEDIA) if number.isdecimal() else 0
    kinds = (form.get(f"MediaContentType{place}", "").partition("/")[0].lower() for place in range(count))
    return tuple(kind if kind in ("image", "audio", "video") else "file" for kind in kinds)


def patient_of(parts: Parts, phone: str) -> str:
    with parts.store.read() as session:
        patient = by_phone(session, phone)
        if patient is not None:
            return patient.id
    try:
        with parts.store.write() as session:
            patient = by_phone(session, phone) or _new_guest(parts, session, phone)
            return patient.id
    except IntegrityError:  # two first texts at the same moment: the other one has made the guest
        with parts.store.read() as session:
            return _known(session, phone).id


def _known(session: Session, phone: str) -> Patient:
    patient = by_phone(session, phone)
    if patient is None:
        raise Refused(503, "try_again", "Please send that once more.")
    return patient


def _new_guest(parts: Parts, session: Session, phone: str) -> Patient:
    guest = add_patient(session, name=None, phone=phone, guest=True)
    guest.locale, guest.timezone = parts.settings.clinic.locale, parts.settings.clinic.timezone
    return guest


def read_report(form: Mapping[str, str], message_id: str) -> Report | None:
    """None for a status that says nothing new ("accepted", "scheduled")."""
    status = _STATUS.get(form.get("MessageStatus", ""))
    if status is None:
        return None
    return Report(message_id, form.get("MessageSid", ""), status, form.get("ErrorCode", ""))


def _record_report(parts: Parts, report: Report) -> None:
    """Late, doubled and reordered reports are harmless: a message's status only moves forward."""
    with parts.store.write() as session:
        message = session.get(Message, report.message_id) or by_provider_id(session, report.provider_id)
        if message is None and _alert_undelivered(parts, session, report):
            return
        if message is None or message.inbound:
            log.warning("a status report for an unknown message: %s", report.provider_id)
            return
        conversation = lock_conversation(session, message.conversation_id)
        message = session.get_one(Message, message.id, populate_existing=True, with_for_update=True)
        message.provider_id = message.provider_id or report.provider_id
        if not advance(message, report.status):
            return
        if report.status is DeliveryStatus.FAILED:
            mark_failed(message, report.error_code or "undelivered")
            flag_undelivered(parts, session, conversation, message, parts.now())
    parts.signals.announce(conversation_topic(conversation.id), QUEUE)


def _alert_undelivered(parts: Parts, session: Session, report: Report) -> bool:
    """A text to a clinician: when it could not be delivered the next on the ladder is called. False for no such text."""
    if not is_call(session, report.message_id):
        return False
    if report.status is DeliveryStatus.FAILED:
        mark_undelivered(parts, session, report.message_id, report.provider_id, report.error_code or "undelivered")
    return True
