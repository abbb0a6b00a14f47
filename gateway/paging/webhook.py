"""A pager service over HTTPS, told in the form of PagerDuty's events. Signed, so that it can tell our requests from others'.

X-Afterglow-Signature: t=<unix time>,v1=<hex HMAC-SHA256 of "<t>.<body>" with PAGE_WEBHOOK_SECRET>
Idempotency-Key: the same for every try of one call. `dedup_key`: the same for all calls about one page.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any

import httpx

from gateway.errors import SendFailed
from gateway.paging.alert import Alert
from store.page_settings import Webhook

TIMEOUT_SECONDS = 8.0
SERVER_ERROR, TOO_MANY_REQUESTS = 500, 429


class WebhookWay:
    repeatable = True

    def __init__(self, webhook: Webhook) -> None:
        self._webhook = webhook

    async def send(self, alert: Alert) -> str:
        body = json.dumps(event(alert, self._webhook.routing_key)).encode()
        headers = {
            "Content-Type": "application/json", "Idempotency-Key": alert.key,
            "X-Afterglow-Signature": signature(self._webhook.secret, body, int(time.time())),
        }  # fmt: skip
        try:
            async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS) as client:
                answer = await client.post(self._webhook.url, content=body, headers=headers)
        except httpx.HTTPError as broken:
            raise SendFailed("unreachable", retryable=True) from broken
        if not answer.is_success:
            passing = answer.status_code >= SERVER_ERROR or answer.status_code == TOO_MANY_REQUESTS
            raise SendFailed(f"http {answer.status_code}", retryable=passing)
        return alert.key


def event(alert: Alert, routing_key: str) -> dict[str, Any]:
    """Ids and times only."""
    action = "acknowledge" if alert.ended else "trigger"
    about: dict[str, Any] = {"routing_key": routing_key} if routing_key else {}
    about |= {"event_action": action, "dedup_key": alert.page_id or alert.key, "client": "Afterglow", "client_url": alert.link}
    if not alert.ended:
        about["payload"] = {
            "summary": alert.subject, "source": "afterglow", "severity": "warning" if alert.quiet or alert.test else "critical",
            "timestamp": alert.created_at.isoformat(), "custom_details": {"call": alert.mark},
        }  # fmt: skip
        about["links"] = [{"href": alert.link, "text": "Open the console"}]
    return about


def signature(secret: str, body: bytes, at: int) -> str:
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"
