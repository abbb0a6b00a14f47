"""Who answers a message that is kept: the carrier's words first, then the protocol; what neither of them answers is Rasa's."""

from __future__ import annotations

import logging
from dataclasses import replace

from gateway import keyword_replies
from gateway.bot import Question
from gateway.keeping import Kept
from gateway.keywords import Keyword, keyword_of
from gateway.passing import pass_on
from gateway.preempted import set_aside
from gateway.unanswerable import call_a_person, flag_unscreened
from gateway.unreadable import tell_of_media
from safety.protocol import Facts, Outcome, ProtocolState, on_message
from store.caring import note_answer
from store.conversations import asked_since
from store.course_queries import Standing, read_standing
from store.outcomes import protocol_state, record_outcome
from store.protocol_facts import facts_for_protocol
from store.talk import Owner
from store.timers import HUMAN_IDLE_AFTER, TimerKind, set_timer

log = logging.getLogger("afterglow.intake")

RISK = 2


def answer(kept: Kept, standing: Standing | None) -> Question | None:
    """What Rasa must be asked, if anything. `standing` is what was seen before, None when that no longer holds."""
    session, conversation, message = kept.session, kept.conversation, kept.message
    with session.no_autoflush:  # nothing that is looked for here is being written
        patient = kept.patient
        standing = standing or read_standing(session, patient.id, kept.at)
        facts = facts_for_protocol(session, conversation, patient, standing, message.channel)
        note_answer(session, conversation, message)
    if kept.assessment.unscreened is not None:
        flag_unscreened(kept)
    if conversation.owner == Owner.HUMAN:
        set_timer(session, conversation.id, TimerKind.HUMAN_IDLE, kept.at + HUMAN_IDLE_AFTER)
    if message.channel == "sms" and message.seq == 1:
        kept.say("greeting_sms")
    keyword, state = keyword_of(message.channel, message.text), protocol_state(conversation)
    noted = tell_of_media(session, conversation, message, state)
    if keyword is Keyword.STOP and kept.assessment.level >= RISK and not state.open:
        state = _heard_in_stop(kept, facts)
    if keyword and keyword_replies.answer(kept.parts, session, conversation, message, keyword, state, facts, patient):
        return None
    outcome = _protocol(kept, state, facts)
    if outcome is None:
        call_a_person(kept)
        return None
    if noted and not (facts.opted_out or state.unsafe_to_text):
        kept.say("picture_noted")
    _record(kept, outcome, standing)
    return _after_the_protocol(kept, outcome, standing, noted=noted)


def _after_the_protocol(kept: Kept, outcome: Outcome, standing: Standing, *, noted: bool) -> Question | None:
    conversation, message = kept.conversation, kept.message
    if not outcome.pass_on:
        set_aside(kept.parts, kept.session, conversation, message)
    if outcome.pass_on and conversation.owner == Owner.BOT and message.text:
        return pass_on(kept, standing)
    if outcome.pass_on and conversation.owner == Owner.BOT and not noted:
        kept.say("picture" if message.media else "no_words")
    if not outcome.lines and not noted and conversation.owner in {Owner.WAITING, Owner.RETURNING}:
        kept.say("person_asked")  # never silence
    return None


def _protocol(kept: Kept, state: ProtocolState, facts: Facts) -> Outcome | None:
    """None when the protocol itself breaks: then a person must answer."""
    message = kept.message
    try:
        said = "" if _answers_another(kept, state) else message.text
        return on_message(state, kept.assessment, said, facts=facts, clinical=kept.parts.clinical, now=kept.at)
    except Exception as broken:  # noqa: BLE001 - whatever breaks here, the message must still be recorded and seen
        log.error("message %s: the protocol failed (%s)", message.id, type(broken).__name__)
        return None


def _answers_another(kept: Kept, state: ProtocolState) -> bool:
    """A "No" that was pressed under an earlier question is no answer to the one that was asked meanwhile: that is put again."""
    if kept.pressed_at is None or state.awaiting is None:
        return False
    return asked_since(kept.session, kept.conversation.id, kept.pressed_at)


def _heard_in_stop(kept: Kept, facts: Facts) -> ProtocolState:
    """ "END" is the carrier's word, and an answer to "thoughts of ending your life?". It is honoured, and somebody rings."""
    outcome = _protocol(kept, protocol_state(kept.conversation), replace(facts, opted_out=True))
    if outcome is not None:
        _record(kept, replace(outcome, lines=()))  # no text will arrive any more
        set_aside(kept.parts, kept.session, kept.conversation, kept.message)
    return protocol_state(kept.conversation)


def _record(kept: Kept, outcome: Outcome, standing: Standing | None = None) -> None:
    parts, dose = kept.parts, standing.dose if standing else None
    record_outcome(
        kept.session, kept.conversation, outcome, parts.wording, parts.clinical, now=kept.at,
        in_reply_to=kept.message.id, dose_at=dose.ended_at if dose else None,
    )  # fmt: skip
