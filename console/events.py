"""The line to an open console: it says that something changed, never what. An open line also takes the pages."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from console.parts import ConsoleParts
from console.visitors import COOKIE, Visiting, parts_of
from console.watch import Watch, read_watch
from store.paging import accept_pages
from store.signals import QUEUE, conversation_topic
from store.streams import StreamEvent, stream
from store.web_sessions import Visitor, find_visitor

log = logging.getLogger("afterglow.console")

router = APIRouter()

WARN_BEFORE = timedelta(seconds=60)
REST_SECONDS = 0.25  # the whole queue is looked at each time, for every open page
BEAT = timedelta(seconds=4)  # a browser that hears nothing for three of these says that it is cut off


@router.get("/events")
def events(request: Request, visitor: Visiting, conversation: str = "") -> Response:
    reader = ConsoleReader(parts_of(request), request.cookies.get(COOKIE, ""), conversation or None)
    topics = (QUEUE, conversation_topic(conversation)) if conversation else (QUEUE,)

    async def lines() -> AsyncIterator[bytes]:
        async for line in stream(parts_of(request).signals, topics, 0, reader, REST_SECONDS):
            yield line
            if reader.ended:
                return

    headers = {"X-Accel-Buffering": "no"}
    return StreamingResponse(lines(), media_type="text/event-stream", headers=headers)


class ConsoleReader:
    """Looks at the rows for one open page. Looking is not an act of the person: idleness ends the line."""

    def __init__(self, parts: ConsoleParts, token: str, conversation_id: str | None) -> None:
        self._parts, self._token, self._conversation_id = parts, token, conversation_id
        self._last: Watch | None = None
        self._warned_for: datetime | None = None
        self._told_at = datetime.min.replace(tzinfo=UTC)
        self.ended = False

    def __call__(self, after: int) -> tuple[Sequence[StreamEvent], int]:
        now = self._parts.now()
        with self._parts.store.read() as session:
            visitor = find_visitor(session, self._token, now, self._parts.idle_after)
        if visitor is None:
            self.ended = True
            return [StreamEvent("ended", {})], after
        self._accept(visitor)
        news = [*self._changed(visitor), *self._idling(visitor)]
        if news or now - self._told_at >= BEAT:
            self._told_at = now
            return news or [StreamEvent("beat", {})], after
        return [], after

    def _accept(self, visitor: Visitor) -> None:
        """This console is open and somebody is logged in: the pages have arrived."""
        try:
            told = accept_pages(self._parts.store, visitor.clinician_id, self._parts.content, self._parts.now())
        except Exception as broken:  # noqa: BLE001 - the queue must go on being shown; the next look tries again
            log.error("pages could not be accepted: %s", type(broken).__name__)
            return
        if told:
            log.info("%d pages accepted by an open console", len(told))
            self._parts.signals.announce(QUEUE, *map(conversation_topic, told))

    def _changed(self, visitor: Visitor) -> list[StreamEvent]:
        with self._parts.store.read() as session:
            watch = read_watch(session, self._conversation_id, visitor.clinician_id)
        if watch == self._last:
            return []
        self._last = watch
        data = {"version": watch.version, "calls": watch.calls, "waiting": watch.waiting, "unreached": watch.unreached}
        return [StreamEvent("changed", data)]

    def _idling(self, visitor: Visitor) -> list[StreamEvent]:
        """Once for every idleness: a warning; once when the person is back: that it is over."""
        left = visitor.idle_at - self._parts.now()
        if left > WARN_BEFORE:
            again, self._warned_for = self._warned_for is not None, None
            return [StreamEvent("awake", {})] if again else []
        if self._warned_for == visitor.idle_at:
            return []
        self._warned_for = visitor.idle_at
        return [StreamEvent("idle", {"seconds": int(left.total_seconds())})]
