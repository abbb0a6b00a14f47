"""Sending through Twilio's REST client."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from anyio import CapacityLimiter, to_thread
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from gateway.errors import SendFailed
from gateway.outgoing import Outgoing
from store.settings import Settings

TIMEOUT_SECONDS = 10.0
AT_ONCE = 16
CLOCKS = timedelta(minutes=1)
"""So far this machine's clock may be ahead of Twilio's."""
LOOKED_THROUGH = 1000
"""Texts to one phone since then: one that lay behind the last of them would be sent again."""
SERVER_ERROR = 500
TOO_MANY_REQUESTS = 429


class TwilioSender:
    """One account and number. Twilio reports what became of a text to /sms/twilio/status."""

    def __init__(self, settings: Settings) -> None:
        twilio = settings.twilio
        http = _Elsewhere(twilio.api_url) if twilio.api_url else TwilioHttpClient(timeout=TIMEOUT_SECONDS)
        self._client = Client(twilio.account_sid, twilio.auth_token, http_client=http)
        self._number = twilio.number
        self._limit: CapacityLimiter | None = None
        self._callback = f"{settings.public_url}/sms/twilio/status"

    async def send(self, outgoing: Outgoing) -> str:
        return await to_thread.run_sync(self._send, outgoing, limiter=self._limiter())

    async def find_sent(self, outgoing: Outgoing) -> Sequence[str]:
        return await to_thread.run_sync(self._find_sent, outgoing, limiter=self._limiter())

    def _limiter(self) -> CapacityLimiter:
        """Threads of its own: a slow provider never holds up the record's."""
        self._limit = self._limit or CapacityLimiter(AT_ONCE)
        return self._limit

    def _send(self, outgoing: Outgoing) -> str:
        try:
            sent = self._client.messages.create(
                to=str(outgoing.phone),
                from_=self._number,
                body=outgoing.body,
                status_callback=f"{self._callback}?message={outgoing.message_id}",
            )
        except TwilioRestException as refused:
            retryable = refused.status >= SERVER_ERROR or refused.status == TOO_MANY_REQUESTS
            raise SendFailed(str(refused.code or refused.status), retryable=retryable) from refused
        except (TwilioException, OSError) as unreachable:
            raise SendFailed("unreachable", retryable=True) from unreachable
        return str(sent.sid)

    def _find_sent(self, outgoing: Outgoing) -> Sequence[str]:
        """Twilio keeps what it took: the same words to the same phone since this row was written, by either clock."""
        try:
            sent = self._client.messages.list(
                to=str(outgoing.phone), from_=self._number, date_sent_after=outgoing.created_at - CLOCKS, limit=LOOKED_THROUGH
            )
        except (TwilioException, OSError) as unreachable:
            raise SendFailed("unreachable", retryable=True) from unreachable
        return [str(message.sid) for message in sent if message.body == outgoing.body]


class _Elsewhere(TwilioHttpClient):  # type: ignore[misc]  # twilio ships no types
    """Twilio's client against another address: a regional edge, or the stand-in of the tests."""

    def __init__(self, base: str) -> None:
        super().__init__(timeout=TIMEOUT_SECONDS)
        self._base = urlsplit(base)

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        moved = urlsplit(url)._replace(scheme=self._base.scheme, netloc=self._base.netloc)
        return super().request(method, urlunsplit(moved), *args, **kwargs)
