"""Raising flags and pages: how the machine asks for a clinician."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from safety.protocol import ProtocolState
from store.care import Flag, FlagKind, FlagStatus, Handoff, Page, PageStatus
from store.contacted import last_contact
from store.ladder import call_next, call_somebody, tell_quietly, woke_somebody
from store.signals import QUEUE, wake_after
from store.talk import Conversation, Owner

URGENCIES = ("page", "same_day", "next_day")
MOST_NOTES = 12
HELD_FOR = timedelta(days=1)
"""How long somebody has a flag that names no time to respond, when it is raised again and nobody has been with the patient since."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What a clinician is asked. Times come from clinical/protocol.yml, by the clock on the wall.

    With `page_late_after` somebody is woken now; with `tell_within` somebody is told, and the patient not promised anything.
    """

    kind: FlagKind
    level: int
    category: str
    reason: str
    message_id: str | None = None
    respond_within: timedelta | None = None
    page_late_after: timedelta | None = None
    tell_within: timedelta | None = None
    again_late_after: timedelta | None = None
    """As `page_late_after`, only where the flag had woken somebody and has been left alone since."""
    urgency: str | None = None
    module: str | None = None
    step: str | None = None

    @property
    def pages(self) -> bool:
        return self.page_late_after is not None


def raise_flag(session: Session, conversation: Conversation, ask: Ask, now: datetime) -> Flag:
    """Open a flag, or join the patient's open flag of this kind; its level only ever rises."""
    wake_after(session, QUEUE)
    flag = _open_flag(session, conversation.id, ask)
    if flag is None:
        flag = _new_flag(conversation.id, ask, now)
        session.add(flag)
        session.flush()
        _call(session, flag, ask, now, raised=True, attended=conversation.owner == Owner.HUMAN)
        return flag
    left = _left_alone(session, flag, ask, now)
    raised = _join(flag, ask, now, left=left)
    if left and woke_somebody(session, flag):
        _promise_anew(conversation, now)
        ask = replace(ask, page_late_after=ask.page_late_after or ask.again_late_after)
    _call(session, flag, ask, now, raised=raised, attended=conversation.owner == Owner.HUMAN and not left)
    return flag


def _call(session: Session, flag: Flag, ask: Ask, now: datetime, *, raised: bool, attended: bool) -> None:
    """Graver than before: from the first rung on. Asked for again: the next rung at once. Where a person is, nobody is told quietly."""
    respond_by = now + ask.respond_within if ask.respond_within else None
    if ask.page_late_after is None:
        if raised and ask.tell_within is not None and not attended:
            tell_quietly(session, flag, ask.tell_within, now, respond_by)
    elif raised:
        call_somebody(session, flag, ask.page_late_after, now, respond_by)
    else:
        call_next(session, flag, ask.page_late_after, now, respond_by)


def _left_alone(session: Session, flag: Flag, ask: Ask, now: datetime) -> bool:
    """Somebody has it, and nobody has been with the patient for longer than the time to respond: it is nobody's any more."""
    if flag.status != FlagStatus.ACKNOWLEDGED:
        return False
    last = max(filter(None, (flag.acknowledged_at, last_contact(session, flag.conversation_id))), default=flag.opened_at)
    return now - last > (ask.respond_within or HELD_FOR)


def _promise_anew(conversation: Conversation, now: datetime) -> None:
    """Who accepted it days ago has not accepted this: when nobody does now, the patient hears so."""
    state = ProtocolState.from_dict(conversation.protocol) if conversation.protocol else ProtocolState()
    if state.page == "accepted" and conversation.owner != Owner.HUMAN:
        conversation.protocol = replace(state, page="requested", paged_at=now, warned=False).to_dict()


def request_person(session: Session, conversation: Conversation, flag: Flag, now: datetime) -> None:
    """bot → waiting: the conversation needs a person. Whoever already has it keeps it."""
    if conversation.owner in {Owner.WAITING, Owner.HUMAN}:
        return
    wake_after(session, QUEUE)
    conversation.owner = Owner.WAITING
    conversation.owner_version += 1
    session.add(Handoff(conversation_id=conversation.id, flag_id=flag.id, requested_at=now))


def _open_flag(session: Session, conversation_id: str, ask: Ask) -> Flag | None:
    """What was missed stays apart by module: an evening call and a fade check are two tasks."""
    found = select(Flag).where(Flag.conversation_id == conversation_id, Flag.kind == ask.kind, Flag.status != FlagStatus.CLOSED)
    if ask.kind == FlagKind.MISSED:
        found = found.where(Flag.module == ask.module)
    return session.scalar(found.order_by(Flag.opened_at).limit(1))


def _new_flag(conversation_id: str, ask: Ask, now: datetime) -> Flag:
    return Flag(
        conversation_id=conversation_id, message_id=ask.message_id, kind=ask.kind, level=ask.level,
        category=ask.category, reason=ask.reason, status=FlagStatus.OPEN, opened_at=now, raised_at=now,
        urgency=ask.urgency, module=ask.module, step=ask.step,
        respond_by=now + ask.respond_within if ask.respond_within else None,
    )  # fmt: skip


def _join(flag: Flag, ask: Ask, now: datetime, *, left: bool) -> bool:
    """True when the new reason is graver than all before it, or whoever had it has left it alone: then somebody is called again."""
    flag.raised_at = now
    graver = ask.level > flag.level
    if flag.kind == FlagKind.NOTE:
        _collect(flag, ask)
    if graver or (ask.level == flag.level and ask.message_id):
        reason = flag.reason if flag.kind == FlagKind.NOTE else ask.reason
        flag.reason, flag.message_id = reason, ask.message_id or flag.message_id
        flag.module, flag.step = ask.module or flag.module, ask.step or flag.step
    flag.urgency = _sooner(flag.urgency, ask.urgency)
    if graver:
        flag.level, flag.category = ask.level, ask.category
    if graver or left:
        _open_again(flag, ask, now)
    return graver or left


def _open_again(flag: Flag, ask: Ask, now: datetime) -> None:
    """The time of what nobody has had yet goes on; what somebody had begins anew."""
    if ask.respond_within:
        waits = flag.respond_by if flag.status == FlagStatus.OPEN else None
        flag.respond_by = min(filter(None, (waits, now + ask.respond_within)))
    flag.status = FlagStatus.OPEN


def _collect(flag: Flag, ask: Ask) -> None:
    """Notes are read together: a later one must not hide an earlier one. The gravest stands first."""
    lines = [line for line in flag.reason.split("\n") if line != ask.reason]
    lines.insert(0 if ask.level > flag.level else len(lines), ask.reason)
    flag.reason = "\n".join(lines[:MOST_NOTES])


def _sooner(one: str | None, other: str | None) -> str | None:
    return min(filter(None, (one, other)), key=URGENCIES.index, default=None)


def promised_pages(session: Session, conversation_id: str) -> Sequence[str]:
    """The states of the pages the patient was promised, whose flag is not closed yet, oldest first."""
    return session.scalars(_promised_pages(), {"conversation": conversation_id}).all()


@cache
def _promised_pages() -> Select[Any]:
    return (
        select(Page.status)
        .join(Flag, Flag.id == Page.flag_id)
        .where(Page.conversation_id == bindparam("conversation"), Flag.status != FlagStatus.CLOSED)
        .where(Page.status.not_in((PageStatus.CANCELLED, PageStatus.QUIET)))
        .order_by(Page.due_at)
    )
