"""Rasa's REST channel without its habits of logging the patient's words and of obeying a typed slash."""

from __future__ import annotations

import logging
from asyncio import CancelledError
from typing import Any, Awaitable, Callable, Text

from rasa.core.channels.channel import UserMessage
from rasa.core.channels.rest import RestInput
from sanic import Blueprint

from bot.components.plain import without_slash

logger = logging.getLogger(__name__)
logger.setLevel(logging.INFO)


class QuietRestInput(RestInput):
    """The same /webhooks/rest/webhook; a failure is logged by its kind and the sender's id only.

    Rasa's own handler writes the message text and, with structlog's rich tracebacks, every local variable. It also takes
    "/stop{…}" for the intent itself; nobody has to be able to do that here, so a leading slash is only a character.
    """

    @classmethod
    def name(cls) -> Text:
        return "rest"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        silence = _Silence()

        async def quietly(message: UserMessage) -> None:
            silence.begin()
            message.text = without_slash(message.text or "")
            try:
                await on_new_message(message)
            except (Exception, CancelledError) as failure:  # the empty answer tells the gateway, which is the one to act
                logger.error("turn failed sender=%s failure=%s", message.sender_id, type(failure).__name__)

        return super().blueprint(quietly)


class _Silence:
    """Tells whoever keeps the log (launch/rasa_log.py) that patients' words may be in it from here on."""

    def __init__(self) -> None:
        self._begun = False

    def begin(self) -> None:
        if not self._begun:
            self._begun = True
            logger.info("first message")
