"""Writing down what the crisis protocol decided: its lines, the flag, the page, the timers and its new state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from safety.content import Clinical
from safety.protocol import FlagRequest, Line, Outcome, Phase, ProtocolState, deadlines, page_accept_limit
from store.care import Flag, FlagKind
from store.flags import Ask, raise_flag, request_person
from store.ladder import call_off_quietly
from store.messages import Saying, add_outbound, cancel_unsent_bot_lines
from store.patient_day import known_zone
from store.people import Patient
from store.talk import Author, Conversation, Message
from store.timers import TimerKind, clear_timers, set_timer
from store.wording import Wording

WAIT_BETWEEN_LINES = timedelta(minutes=3, seconds=30)  # H2 comes "every 3-4 min" (CRISIS.md §4.11)
UNSEEN_CRISIS_AFTER = timedelta(seconds=90)
TOLD = 2  # from this level on somebody is told, also where nobody is woken ("queue with push", CRISIS.md §9.1)
SETTLED = "settled"  # a plain no: whoever reads the queue will do
KEPT_COMPANY = (Phase.SAFETY_CHECK, Phase.HANDOFF_PENDING)


def protocol_state(conversation: Conversation) -> ProtocolState:
    stored: dict[str, Any] | None = conversation.protocol
    return ProtocolState.from_dict(stored) if stored else ProtocolState()


def phase_of(stored: Mapping[str, Any] | None) -> Phase:
    """Of the column as it was read, without the rest of the state."""
    return Phase(stored["phase"]) if stored else Phase.NORMAL


def record_outcome(
    session: Session,
    conversation: Conversation,
    outcome: Outcome,
    wording: Wording,
    clinical: Clinical,
    *,
    now: datetime,
    in_reply_to: str | None = None,
    dose_at: datetime | None = None,
) -> Flag | None:
    """Everything the outcome asks for, in the caller's transaction. The conversation must be locked."""
    before = protocol_state(conversation).phase
    conversation.protocol = outcome.state.to_dict()
    patient = session.get_one(Patient, conversation.patient_id)
    flag = _flag(session, conversation, outcome, clinical, in_reply_to, now) if outcome.flag else None
    fill = _filler(wording, patient, dose_at, flag)
    if outcome.lines:
        cancel_unsent_bot_lines(session, conversation.id)
    crisis = outcome.state.open
    said = [_say(session, conversation, line, fill, in_reply_to, now, crisis=crisis) for line in outcome.lines]
    _keep_watch(session, conversation, outcome, before, said, now)
    return flag


def _flag(
    session: Session,
    conversation: Conversation,
    outcome: Outcome,
    clinical: Clinical,
    message_id: str | None,
    now: datetime,
) -> Flag:
    assert outcome.flag is not None
    flag = raise_flag(session, conversation, _ask(outcome.flag, outcome.page, clinical, message_id), now)
    if outcome.flag.code == SETTLED:
        call_off_quietly(session, flag)
    if outcome.page:
        request_person(session, conversation, flag, now)
    return flag


def _ask(request: FlagRequest, page: bool, clinical: Clinical, message_id: str | None) -> Ask:
    service = deadlines(request.level, request.category, clinical)
    return Ask(
        FlagKind.UNDELIVERED if request.phone else FlagKind.RISK, request.level, request.category, request.reason, message_id,
        respond_within=service.respond_within,
        page_late_after=page_accept_limit(clinical) if page else None,
        tell_within=service.page_within if request.level >= TOLD else None,
        again_late_after=page_accept_limit(clinical),
    )  # fmt: skip


def _filler(wording: Wording, patient: Patient, dose_at: datetime | None, flag: Flag | None) -> Callable[[str], str]:
    sla = _clock_time(flag.respond_by, patient) if flag and flag.respond_by else ""
    return lambda text: wording.fill(text, patient, dose_at=dose_at, sla_time=sla)


def _clock_time(at: datetime, patient: Patient) -> str:
    local = at.astimezone(ZoneInfo(known_zone(patient.timezone)))
    return local.strftime("%I:%M %p").lstrip("0")


def _say(
    session: Session,
    conversation: Conversation,
    line: Line,
    fill: Callable[[str], str],
    reply_to: str | None,
    now: datetime,
    *,
    crisis: bool,
) -> Message:
    choices = [(choice.id, choice.label) for choice in line.choices]
    saying = Saying(fill(line.text), Author.PROTOCOL, choices, line.script_id, crisis=crisis)
    return add_outbound(session, conversation, saying, in_reply_to=reply_to, at=now)


def _keep_watch(session: Session, conversation: Conversation, outcome: Outcome, before: Phase, said: list[Message], now: datetime) -> None:
    """While an answer or a person is awaited the bot keeps the patient company; an unread crisis line is noticed."""
    if outcome.state.phase in KEPT_COMPANY:
        set_timer(session, conversation.id, TimerKind.WAITING, now + WAIT_BETWEEN_LINES)
    elif before in KEPT_COMPANY:
        clear_timers(session, conversation.id, TimerKind.WAITING)
    if said and said[-1].channel == "web" and outcome.state.level >= 3:
        must_be_shown(session, said[0], now)


def must_be_shown(session: Session, message: Message, now: datetime) -> None:
    """A line of an event that no browser shows in time is a reason to phone."""
    set_timer(session, message.conversation_id, TimerKind.UNSEEN_CRISIS, now + UNSEEN_CRISIS_AFTER, subject=str(message.seq))
