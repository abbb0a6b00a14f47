"""The ways out that this clinic has set up."""

from __future__ import annotations

from gateway.outgoing import Sender
from gateway.paging.alert import WayOut, WaysOut
from gateway.paging.email import EmailWay
from gateway.paging.text import TextWay
from gateway.paging.webhook import WebhookWay
from store import Settings
from store.attempts import CallChannel


def ways_out(settings: Settings, sender: Sender) -> WaysOut:
    """Texts only where they reach a phone: without an account nobody would read them, except in the demo clinic."""
    found: dict[str, WayOut] = {}
    if settings.paging.smtp:
        found[CallChannel.EMAIL] = EmailWay(settings.paging.smtp)
    if not settings.twilio.simulated or settings.demo:
        found[CallChannel.SMS] = TextWay(sender)
    if settings.paging.webhook:
        found[CallChannel.WEBHOOK] = WebhookWay(settings.paging.webhook)
    return found
