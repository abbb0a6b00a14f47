"""A line that did not reach the patient becomes a clinician's task; a crisis line becomes "phone this patient now"."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from gateway.parts import Parts
from safety.protocol import deadlines, page_accept_limit
from store.care import FlagKind
from store.flags import Ask, raise_flag, request_person
from store.outcomes import protocol_state
from store.talk import Conversation, Message

PHONE_NOW = "Phone this patient now: our safety message did not reach them ({why})."
NOT_DELIVERED = "A message did not reach this patient ({why})."


def flag_undelivered(
    parts: Parts, session: Session, conversation: Conversation, message: Message, now: datetime
) -> None:
    why = message.error_code or "not shown"
    if not message.crisis:
        ask = Ask(FlagKind.UNDELIVERED, 1, "none", NOT_DELIVERED.format(why=why), message.id, timedelta(days=1))
        raise_flag(session, conversation, ask, now)
        return
    level = max(3, protocol_state(conversation).level)
    ask = Ask(
        FlagKind.UNDELIVERED, level, protocol_state(conversation).category, PHONE_NOW.format(why=why), message.id,
        respond_within=deadlines(level, "S", parts.clinical).respond_within,
        page_late_after=page_accept_limit(parts.clinical),
    )  # fmt: skip
    flag = raise_flag(session, conversation, ask, now)
    request_person(session, conversation, flag, now)
