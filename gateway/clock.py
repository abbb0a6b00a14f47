"""What happens by time alone. Every beat looks at rows: nothing is kept in memory, nothing happens twice."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from anyio import to_thread
from sqlalchemy.orm import Session

from gateway.paging.late import sound_alarm
from gateway.paging.unreached import look_after, look_at_silence, watch_silence
from gateway.parts import Parts
from gateway.undelivered import flag_undelivered
from safety.protocol import Facts, Outcome, deadlines, dispositions, on_human_idle, on_wait
from store.care import Flag, FlagKind, Page, PageStatus
from store.clinicians import names_of
from store.course_queries import read_standing
from store.flags import Ask, raise_flag
from store.locks import lock_if_free
from store.outcomes import TOLD, protocol_state, record_outcome
from store.people import Patient
from store.protocol_facts import facts_for_protocol
from store.signals import QUEUE, Signals, conversation_topic
from store.talk import Conversation, Message, Owner, Timer
from store.timers import TimerKind, due_timers

log = logging.getLogger("afterglow.clock")

BEAT_SECONDS = 1.0
REST_SECONDS = 0.1
"""Who is woken after a while looks at once; in a busy house one look serves many wake-ups."""
FOLLOW_UP_WITHIN = timedelta(hours=4)
WOKEN = 3
"""What was as grave as this comes back with somebody told, not at the bottom of a list."""


async def run_beat(signals: Signals, name: str, beat: Callable[[], Awaitable[object]], *topics: str) -> None:
    """Call `beat` now, whenever one of `topics` is announced, and at least once a second. A failure is logged, never the end."""
    async with signals.listen(*topics) as woken:
        while True:
            woken.clear()  # before looking: whatever commits from now on wakes it again
            began = time.monotonic()
            try:
                await beat()
            except Exception as broken:  # noqa: BLE001 - a clock that stops is silence; the next beat tries again
                log.error("beat %s failed: %s", name, type(broken).__name__)
                await asyncio.sleep(BEAT_SECONDS)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(woken.wait(), BEAT_SECONDS)
            await asyncio.sleep(max(0.0, began + REST_SECONDS - time.monotonic()))


class Clock:
    """Carries out due timers, one transaction each: the timer's end and what it causes commit together."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def sweep(self) -> None:
        left: set[int] = set()
        while conversation_id := await to_thread.run_sync(self._one, left):
            self._parts.signals.announce(conversation_topic(conversation_id), QUEUE)

    def _one(self, left: set[int]) -> str | None:
        """One timer that is due and whose conversation nobody is at; answers with that conversation.

        Those that could not be carried out are `left` to the next beat, however many they are.
        """
        now = self._parts.now()
        while True:
            with self._parts.store.read() as session:
                due = due_timers(session, now, left)
            for timer, conversation in due:
                if self._tried(timer, conversation, now):
                    return conversation
                left.add(timer)
            if not due:
                return None

    def _tried(self, timer_id: int, conversation_id: str, now: datetime) -> bool:
        """One patient's timer that cannot be carried out holds up nobody else's; the next beat tries it again."""
        try:
            return self._carry_out(timer_id, conversation_id, now)
        except Exception as broken:  # noqa: BLE001 - whatever breaks there, the other timers must go on
            log.error("timer %s failed: %s", timer_id, type(broken).__name__)
            return False

    def _carry_out(self, timer_id: int, conversation_id: str, now: datetime) -> bool:
        with self._parts.store.write() as session:
            conversation = lock_if_free(session, conversation_id)
            timer = session.get(Timer, timer_id, populate_existing=True) if conversation else None
            if conversation is None or timer is None or timer.due_at > now:
                return False  # another gateway is there, or was
            kind, subject = TimerKind(timer.kind), timer.subject
            session.delete(timer)  # first: what happens next may set the same timer again
            session.flush()
            _HANDLERS[kind](self._parts, session, conversation, subject, now)
            return True


def _outcome(parts: Parts, session: Session, conversation: Conversation, outcome: Outcome, now: datetime) -> None:
    standing = read_standing(session, conversation.patient_id, now)
    dose_at = standing.dose.ended_at if standing.dose else None
    record_outcome(session, conversation, outcome, parts.wording, parts.clinical, now=now, dose_at=dose_at)


def _page_late(parts: Parts, session: Session, conversation: Conversation, subject: str, now: datetime) -> None:
    """Nobody took the page in time: tell the truth (script H3). The page stays open for whoever comes."""
    page = session.get(Page, subject)
    if page is not None and page.status == PageStatus.DUE:
        sound_alarm(parts, session, conversation, page, now)


def _waiting(parts: Parts, session: Session, conversation: Conversation, _subject: str, now: datetime) -> None:
    facts = _facts(parts, session, conversation, now)
    state = protocol_state(conversation)
    _outcome(parts, session, conversation, on_wait(state, facts=facts, clinical=parts.clinical, now=now), now)


def _human_idle(parts: Parts, session: Session, conversation: Conversation, _subject: str, now: datetime) -> None:
    if conversation.owner != Owner.HUMAN:
        return
    facts = _facts(parts, session, conversation, now)
    state = protocol_state(conversation)
    _outcome(parts, session, conversation, on_human_idle(state, facts=facts, clinical=parts.clinical, now=now), now)
    watch_silence(parts, session, conversation, now)


def _unseen_crisis(parts: Parts, session: Session, conversation: Conversation, subject: str, now: datetime) -> None:
    """A browser that went away before it showed a crisis line: somebody must phone."""
    if conversation.seen_seq >= int(subject):
        return
    message = session.query(Message).filter_by(conversation_id=conversation.id, seq=int(subject)).one_or_none()
    if message is not None:
        flag_undelivered(parts, session, conversation, message, now)


def _follow_up(parts: Parts, session: Session, conversation: Conversation, subject: str, now: datetime) -> None:
    """A flag of its own kind, so that no open note swallows it; it says what was decided then, and by whom."""
    closed = session.get(Flag, subject)
    level = TOLD if closed is not None and closed.level >= WOKEN else 1
    reason = "The follow-up date you set has come."
    if closed is not None and closed.closed_by:
        label = dispositions(parts.clinical).get(closed.disposition or "", closed.disposition or "")
        who = names_of(session, [closed.closed_by]).get(closed.closed_by, "a clinician")
        reason = f"Follow-up is due. {who} closed the event with: {label}."
    told = deadlines(TOLD, "none", parts.clinical).page_within if level == TOLD else None
    ask = Ask(FlagKind.FOLLOW_UP, level, "none", reason, respond_within=FOLLOW_UP_WITHIN, tell_within=told)
    raise_flag(session, conversation, ask, now)


def _facts(parts: Parts, session: Session, conversation: Conversation, now: datetime) -> Facts:
    standing = read_standing(session, conversation.patient_id, now)
    patient = session.get_one(Patient, conversation.patient_id)
    return facts_for_protocol(session, conversation, patient, standing, conversation.last_channel)


_HANDLERS: Mapping[TimerKind, Callable[[Parts, Session, Conversation, str, datetime], None]] = {
    TimerKind.PAGE_LATE: _page_late,
    TimerKind.NOT_REACHED: look_after,
    TimerKind.WAITING: _waiting,
    TimerKind.HUMAN_IDLE: _human_idle,
    TimerKind.HUMAN_SILENT: look_at_silence,
    TimerKind.UNSEEN_CRISIS: _unseen_crisis,
    TimerKind.FOLLOW_UP: _follow_up,
}
