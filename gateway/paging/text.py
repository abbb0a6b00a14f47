"""Text messages to clinicians, through the same sender as the patients'. Twilio can be asked whether one went out."""

from __future__ import annotations

from gateway.outgoing import Outgoing, Sender
from gateway.paging.alert import Alert


class TextWay:
    repeatable = True

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    async def send(self, alert: Alert) -> str:
        outgoing = Outgoing(
            alert.attempt_id, "", alert.address, f"{alert.text} ({alert.mark})", alert.created_at, interrupted=alert.interrupted
        )
        if alert.interrupted:
            for sent in await self._sender.find_sent(outgoing):
                return sent  # the mark makes the words unlike any other call's
        return await self._sender.send(outgoing)
