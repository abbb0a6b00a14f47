"""`python -m bench.soak.gateway`: the real application; all that lasts long lasts SOAK_HASTE times shorter.

Leases, the patience with providers and the pauses between tries keep their proportions, so that a short run meets what a
long one meets: a claim that its dead gateway left behind.
"""

from __future__ import annotations

import os
from typing import Any

import gateway.delivery
import gateway.paging.calls
import gateway.paging.email
import gateway.paging.pager
import gateway.paging.webhook
import gateway.passing
import gateway.turns
import gateway.twilio_rest
import store.outcomes
from launch import serve

LASTING: tuple[tuple[Any, str], ...] = (
    (gateway.delivery, "LEASE"), (gateway.delivery, "BACK_OFF"), (gateway.turns, "LEASE"), (gateway.passing, "TURN_LEASE"),
    (gateway.paging.pager, "LEASE"), (gateway.paging.pager, "PATIENCE_SECONDS"), (gateway.paging.calls, "BACK_OFF"),
    (gateway.paging.email, "TIMEOUT_SECONDS"), (gateway.paging.webhook, "TIMEOUT_SECONDS"), (gateway.twilio_rest, "TIMEOUT_SECONDS"),
    (store.outcomes, "UNSEEN_CRISIS_AFTER"), (store.outcomes, "WAIT_BETWEEN_LINES"),
)  # fmt: skip


def hasten(by: float) -> None:
    for module, name in LASTING:
        lasting = getattr(module, name)
        setattr(module, name, tuple(one / by for one in lasting) if isinstance(lasting, tuple) else lasting / by)


if __name__ == "__main__":
    hasten(float(os.environ.get("SOAK_HASTE", "1")))
    raise SystemExit(serve.main())
