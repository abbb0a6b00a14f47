"""STOP, START and HELP: what the carrier requires, and what they mean while somebody is at risk."""

from __future__ import annotations

from sqlalchemy.orm import Session

from gateway.keywords import Keyword
from gateway.parts import Parts
from safety.protocol import Facts, ProtocolState, on_start, on_stop
from store.messages import Saying, add_outbound
from store.outcomes import record_outcome
from store.people import Patient
from store.talk import Author, Conversation, Message, Owner

OPT_OUT_CONFIRMATION = "stopped"


def answer(
    parts: Parts,
    session: Session,
    conversation: Conversation,
    message: Message,
    keyword: Keyword,
    state: ProtocolState,
    facts: Facts,
    patient: Patient,
) -> bool:
    """True when the word was answered here; False lets the protocol and Rasa have it."""
    if keyword is Keyword.STOP:
        _stop(parts, session, conversation, message, state, facts, patient)
        return True
    if keyword is Keyword.START:
        return _start(parts, session, conversation, message, state, facts, patient)
    if state.open or (message.channel != "sms" and conversation.owner != Owner.BOT):
        return False  # the protocol knows what HELP means now, and beside a person only the carrier's own word is answered
    _say(parts, session, conversation, message, patient, "help" if message.channel == "sms" else "help_web")
    return True


def _stop(
    parts: Parts,
    session: Session,
    conversation: Conversation,
    message: Message,
    state: ProtocolState,
    facts: Facts,
    patient: Patient,
) -> None:
    """Honoured at once; in an open event a clinician is asked to phone, since no text will arrive any more."""
    patient.sms_opted_out_at = message.created_at
    if state.open:
        outcome = on_stop(state, facts=facts, clinical=parts.clinical, now=message.created_at)
        record_outcome(
            session, conversation, outcome, parts.wording, parts.clinical, now=message.created_at, in_reply_to=message.id
        )
    _say(parts, session, conversation, message, patient, OPT_OUT_CONFIRMATION)


def _start(
    parts: Parts,
    session: Session,
    conversation: Conversation,
    message: Message,
    state: ProtocolState,
    facts: Facts,
    patient: Patient,
) -> bool:
    """Opts in again; for somebody who never opted out START begins the programme, so Rasa has it."""
    if patient.sms_opted_out_at is None:
        return False
    patient.sms_opted_out_at = None
    _say(parts, session, conversation, message, patient, "started")
    if state.open:
        outcome = on_start(state, facts=facts, clinical=parts.clinical, now=message.created_at)
        record_outcome(
            session, conversation, outcome, parts.wording, parts.clinical, now=message.created_at, in_reply_to=message.id
        )
    return True


def _say(
    parts: Parts, session: Session, conversation: Conversation, message: Message, patient: Patient, key: str
) -> None:
    saying = Saying(parts.wording.line(key, patient), Author.SYSTEM, script=key)
    add_outbound(session, conversation, saying, in_reply_to=message.id, at=message.created_at)
