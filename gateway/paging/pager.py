"""The pager: climbs the ladder and carries its calls. Killing it at any moment neither loses nor doubles one.

    climb (one write: the rung's calls are rows)  →  claim (one write)  →  send  →  mark (one write)

A call whose end nobody saw is handed over again only where that wakes nobody twice: a pager service knows it by its key,
Twilio can be asked. A mail server cannot; there the rung above is called instead.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta

from anyio import to_thread

from gateway.errors import SendFailed
from gateway.paging.alert import INTERRUPTED, Alert, Unsure, WaysOut
from gateway.paging.calls import claim_calls, forget_call, lost_calls, mark_accepted, mark_failed, mark_unsure
from gateway.paging.ladder import climb
from gateway.parts import Parts
from store.attempts import CallChannel
from store.signals import QUEUE, conversation_topic

log = logging.getLogger("afterglow.paging")

LEASE = timedelta(seconds=30)
PATIENCE_SECONDS = 20.0
"""Shorter than the lease: a way out that hangs is given up before anybody else may take its call over."""


class Pager:
    """One gateway's pager. The clock is `parts.now`, the ways out are handed in."""

    def __init__(self, parts: Parts, ways: WaysOut) -> None:
        self._parts, self._ways = parts, ways
        self._running: set[asyncio.Task[None]] = set()

    async def beat(self) -> int:
        """Everything that is due now, to its end; answers with how many rungs were called and calls made."""
        handled = 0
        while done := await self._advance():
            handled += done
            await self._wait()
        return handled

    async def sweep(self) -> None:
        """The gateway's own beat: starts what is due and waits for no provider, so that a slow one delays nobody's alert."""
        await self._advance()

    async def drain(self, seconds: float = 10) -> None:
        """Let running calls end before the process does."""
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)

    async def _advance(self) -> int:
        handled = 0
        while conversation_id := await to_thread.run_sync(climb, self._parts, self._ways.keys()):
            self._parts.signals.announce(conversation_topic(conversation_id), QUEUE)
            handled += 1
        for attempt_id in await to_thread.run_sync(lost_calls, self._parts, self._ways):
            await to_thread.run_sync(forget_call, self._parts, attempt_id)
            handled += 1
        while alerts := await to_thread.run_sync(claim_calls, self._parts, self._ways, LEASE):
            self._start(alerts)
            handled += len(alerts)
        return handled

    def _start(self, alerts: Sequence[tuple[str, Alert]]) -> None:
        for channel, alert in alerts:
            task = asyncio.create_task(self._carry(channel, alert))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _wait(self) -> None:
        """A fault in one call is everybody's to see, after the others have ended."""
        ended = await asyncio.gather(*self._running, return_exceptions=True)
        for fault in ended:
            if isinstance(fault, BaseException):
                raise fault

    async def _carry(self, channel: str, alert: Alert) -> None:
        try:
            provider_id = await self._send(channel, alert)
        except SendFailed as failed:
            log.warning("call %s by %s: not taken (%s)", alert.mark, channel, failed.code)
            await to_thread.run_sync(mark_failed, self._parts, alert, failed)
        except Unsure:
            log.warning("call %s by %s: nobody knows whether it was taken", alert.mark, channel)
            await to_thread.run_sync(mark_unsure, self._parts, alert)
        else:
            await to_thread.run_sync(mark_accepted, self._parts, alert, provider_id)
        self._parts.signals.announce(QUEUE)

    async def _send(self, channel: str, alert: Alert) -> str:
        """Whatever breaks in a way out is an answer: no call may be left hanging."""
        way = self._ways[channel]
        if not alert.address and channel != CallChannel.WEBHOOK:
            raise SendFailed("no address", retryable=False)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await way.send(alert)
        except (SendFailed, Unsure):
            raise
        except Exception as broken:
            if way.repeatable:
                raise SendFailed(INTERRUPTED, retryable=True) from broken
            raise Unsure(type(broken).__name__) from broken
