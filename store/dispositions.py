"""Closing a flag: with a disposition, always. Only a person does it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from safety.protocol import Phase, dispositions, on_closed
from store.acts import EVENT_KINDS, Act, event_open, open_flags, tell_protocol
from store.care import Flag, FlagStatus
from store.caring import plan_contacts
from store.course import Enrolment
from store.errors import Conflict, StoreError, UnknownRecord
from store.labels import label_false_alarm
from store.ladder import ACTIVE, end_page, pages_of
from store.messages import lock_conversation
from store.outcomes import protocol_state
from store.ownership import move, not_a_colleagues, nothing_new
from store.talk import Conversation, Owner
from store.timers import TimerKind, clear_timers, set_timer

FALSE_ALARM, UNREACHABLE = "false_alarm", "unreachable"  # ids in clinical/protocol.yml
_CALM = {Phase.NORMAL, Phase.SUPPORT}


@dataclass(frozen=True, slots=True)
class Closing:
    """What the clinician decided (CRISIS.md §9.3)."""

    disposition: str
    note: str = ""
    follow_up_at: datetime | None = None
    pause_until: datetime | None = None
    caring: bool = False
    """Caring contacts in this clinician's name over the next year (§9.4)."""


def close_flag(session: Session, act: Act, flag_id: str, closing: Closing) -> None:
    """Close one flag; when it was the last of a safety event, the conversation waits for its hand-back.

    Raises StoreError when the disposition is missing or the dates lie behind us, Conflict when it is closed
    already or a colleague's, Stale when the patient has written since the page was drawn.
    """
    _check(act, closing)
    conversation = lock_conversation(session, act.conversation_id)
    flag = _open_flag(session, conversation, flag_id)
    not_a_colleagues(session, conversation, act)
    nothing_new(session, conversation, act)
    _close(session, flag, act, closing)
    if closing.follow_up_at:
        set_timer(session, conversation.id, TimerKind.FOLLOW_UP, closing.follow_up_at, subject=flag.id)
    if closing.pause_until:
        pause_programme(session, conversation.patient_id, closing.pause_until)
    if closing.caring:
        plan_contacts(session, conversation.id, act.clinician_id, act.now)
    if closing.disposition == FALSE_ALARM:
        label_false_alarm(session, flag, act.clinician_id, act.now)
    act.on_record(session, conversation, "close", f"flag {flag.id}: {closing.disposition}")
    if _was_last(flag, open_flags(session, conversation.id), conversation):
        _end_event(session, conversation, act)


def pause_programme(session: Session, patient_id: str, until: datetime | None) -> None:
    """No exercise is offered before `until`; safety and questions stay on."""
    enrolment = session.scalar(select(Enrolment).where(Enrolment.patient_id == patient_id))
    if enrolment is not None:
        enrolment.paused_until = until


def _check(act: Act, closing: Closing) -> None:
    if closing.disposition not in dispositions(act.content.clinical):
        raise StoreError("Choose a disposition: nothing is closed without one.")
    if any(date is not None and date <= act.now for date in (closing.follow_up_at, closing.pause_until)):
        raise StoreError("The date must lie ahead.")
    if closing.disposition == UNREACHABLE and closing.follow_up_at is None:
        raise StoreError("Not reached: say when the next attempt is, in Follow up on.")


def _open_flag(session: Session, conversation: Conversation, flag_id: str) -> Flag:
    flag = session.get(Flag, flag_id, populate_existing=True)
    if flag is None or flag.conversation_id != conversation.id:
        raise UnknownRecord("There is no such flag in this conversation.")
    if flag.status == FlagStatus.CLOSED:
        raise Conflict("A colleague has closed this flag already.")
    return flag


def _close(session: Session, flag: Flag, act: Act, closing: Closing) -> None:
    flag.status, flag.closed_at, flag.closed_by = FlagStatus.CLOSED, act.now, act.clinician_id
    flag.acknowledged_at, flag.acknowledged_by = flag.acknowledged_at or act.now, flag.acknowledged_by or act.clinician_id
    flag.disposition, flag.note, flag.follow_up_at = closing.disposition, closing.note or None, closing.follow_up_at
    for page in pages_of(session, flag, ACTIVE):
        end_page(session, page, act.now, act.clinician_id)
    session.flush()


def _was_last(flag: Flag, left: Sequence[Flag], conversation: Conversation) -> bool:
    """Whether nothing keeps the conversation from going back: no event is open, and nobody is being waited for."""
    nobody_asked = conversation.owner == Owner.WAITING and not left
    return not event_open(left) and (flag.kind in EVENT_KINDS or nobody_asked)


def _end_event(session: Session, conversation: Conversation, act: Act) -> None:
    """One gentle line, no tasks; the bot stays back until somebody hands the conversation over to it."""
    clear_timers(session, conversation.id, TimerKind.PAGE_LATE, TimerKind.WAITING, TimerKind.UNSEEN_CRISIS)
    tell_protocol(session, conversation, on_closed, act.content, act.now)
    calm = protocol_state(conversation).phase in _CALM
    if conversation.owner != Owner.BOT or not calm:
        move(conversation, Owner.RETURNING, act.clinician_id)
