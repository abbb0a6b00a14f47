"""The daily test of the alert: a made-up patient says a made-up sentence, and everything after it is real.

The sentence goes in by the front door, is screened, flagged, paged and waited for like anybody's. Only two things differ:
the patient is marked as a test on every screen and page, and nobody's browser has to have shown the answers.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from anyio import to_thread

from gateway.inbound import InboundMessage
from gateway.intake import receive
from gateway.parts import Parts
from store.drills import GIVEN_UP, Done, Drill, running, start_due
from store.messages import lock_conversation
from store.signals import QUEUE, conversation_topic
from store.talk import Conversation

log = logging.getLogger("afterglow.drill")

FIRST_SIGN = timedelta(minutes=5)
LINE = "drill"  # in clinical/lines.yml


class Drills:
    """Starts tests that are due, says their sentence once however often a gateway dies over it, and notes how they end."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def sweep(self) -> None:
        await to_thread.run_sync(self._sweep)

    def _sweep(self) -> None:
        now = self._parts.now()
        if self._due(now):
            with self._parts.store.write() as session:
                started = start_due(session, self._parts.settings.clinic.timezone, now)
            log.info("test %s of the alert has begun", started)
        with self._parts.store.read() as session:
            under_way = running(session)
        for done in under_way:
            self._follow(done, now)

    def _due(self, now: datetime) -> bool:
        """A look that takes no lock."""
        with self._parts.store.read() as session:
            return session.query(Drill.id).filter(Drill.started_at.is_(None), Drill.due_at <= now).first() is not None

    def _follow(self, done: Done, now: datetime) -> None:
        self._say(done.drill, now)
        self._look(done.drill)
        if done.acknowledged_at is not None:
            self._mark(done.drill, ended_at=done.acknowledged_at)
        elif done.drill.missed_at is None and self._is_late(done, now):
            self._mark(done.drill, missed_at=now)
            log.error("test %s of the alert was not taken in time", done.drill.id)
        elif done.drill.started_at is not None and now - done.drill.started_at > GIVEN_UP:
            self._mark(done.drill, ended_at=now)

    def _is_late(self, done: Done, now: datetime) -> bool:
        """Past its service time; or the alert itself did not even come."""
        assert done.drill.started_at is not None
        return now > (done.respond_by or done.drill.started_at + FIRST_SIGN)

    def _say(self, drill: Drill, now: datetime) -> None:
        with self._parts.store.read() as session:
            conversation = session.get_one(Conversation, drill.conversation_id)
            said = conversation.last_seq > 0
        if not said:
            text = self._parts.wording.lines[LINE]
            receive(self._parts, InboundMessage(conversation.patient_id, "web", text, f"web:drill-{drill.id}", now))

    def _look(self, drill: Drill) -> None:
        """There is no browser to show the answers: whatever was said counts as seen."""
        with self._parts.store.read() as session:
            conversation = session.get_one(Conversation, drill.conversation_id)
            behind = conversation.seen_seq < conversation.last_seq
        if behind:
            with self._parts.store.write() as session:
                conversation = lock_conversation(session, conversation.id)
                conversation.seen_seq = conversation.last_seq

    def _mark(self, drill: Drill, **moments: datetime) -> None:
        with self._parts.store.write() as session:
            row = session.get_one(Drill, drill.id)
            for name, at in moments.items():
                setattr(row, name, at)
        self._parts.signals.announce(QUEUE, conversation_topic(str(drill.conversation_id)))
