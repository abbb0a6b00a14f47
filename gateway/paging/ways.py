"""The ways out that this clinic has set up."""

from __future__ import annotations

from gateway.outgoing import Sender
from gateway.paging.alert import WayOut, WaysOut
from gateway.paging.email import EmailWay
from gateway.paging.text import TextWay
from gateway.paging.webhook import WebhookWay
from store import Settings
from store.attempts import CallChannel
from store.contacts import ways_set_up


def ways_out(settings: Settings, sender: Sender) -> WaysOut:
    found: dict[str, WayOut] = {}
    if settings.paging.smtp:
        found[CallChannel.EMAIL] = EmailWay(settings.paging.smtp)
    if CallChannel.SMS in ways_set_up(settings):
        found[CallChannel.SMS] = TextWay(sender)
    if settings.paging.webhook:
        found[CallChannel.WEBHOOK] = WebhookWay(settings.paging.webhook)
    return found
