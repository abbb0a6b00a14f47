"""Rasa's REST channel without its habit of logging the patient's words when something fails."""

from __future__ import annotations

import logging
from typing import Any, Awaitable, Callable, Text

from rasa.core.channels.channel import UserMessage
from rasa.core.channels.rest import RestInput
from sanic import Blueprint

logger = logging.getLogger(__name__)


class QuietRestInput(RestInput):
    """The same /webhooks/rest/webhook; a failure is logged by its kind and the sender's id only.

    Rasa's own handler writes the message text and, with structlog's rich tracebacks, every local variable.
    """

    @classmethod
    def name(cls) -> Text:
        return "rest"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        async def quietly(message: UserMessage) -> None:
            try:
                await on_new_message(message)
            except Exception as failure:  # the empty answer tells the gateway, which is the one to act
                logger.error("turn failed sender=%s failure=%s", message.sender_id, type(failure).__name__)

        return super().blueprint(quietly)
