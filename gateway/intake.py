"""The way in. One message becomes one transaction: message, assessment, flag, hand-off and the protocol's lines.

    look (read)  →  screen (pure)  →  record (one write)  →  wake whoever waits

Nothing is sent and nobody is asked before the write has committed.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from gateway import keyword_replies
from gateway.asking import question_of
from gateway.bot import Question
from gateway.errors import BotFailure, Refused
from gateway.inbound import InboundMessage, Receipt
from gateway.keywords import Keyword, keyword_of
from gateway.parts import Parts
from gateway.preempted import set_aside
from gateway.screening import Heard, screen
from gateway.speaking import fresh_tracker
from gateway.unreadable import tell_of_media
from safety import Assessment, Turn
from safety.protocol import Facts, Outcome, Phase, ProtocolState, on_message
from store.care import FlagKind
from store.caring import note_answer
from store.conversations import by_external_id, find_choice, recent_turns, take_turn, unfinished_turn_before
from store.course_queries import Standing, pause_open_run, read_standing
from store.flags import Ask, raise_flag, request_person
from store.messages import Saying, add_inbound, add_outbound, cancel_unsent_bot_lines, lock_conversation
from store.outcomes import protocol_state, record_outcome
from store.patients import conversation_of
from store.people import Patient
from store.protocol_facts import facts_for_protocol
from store.second_opinions import ask_about, may_be_graver
from store.signals import QUEUE, conversation_topic, to_wake
from store.talk import AssessmentRow, Author, Conversation, Message, Owner, TurnStatus
from store.timers import HUMAN_IDLE_AFTER, TimerKind, set_timer

log = logging.getLogger("afterglow.intake")

MAX_CHARACTERS = 20_000
TURN_LEASE = timedelta(seconds=30)
PAGE_LATE_SECONDS = 45
RISK = 2
PERSON_WITHIN = {3: timedelta(minutes=30), 4: timedelta(minutes=10), 5: timedelta(minutes=5)}
"""CRISIS.md §9.1, for when clinical/protocol.yml cannot be asked."""
UNREAD_TOLD_WITHIN = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was there when the message came. It holds while nothing was said since: `last_seq` tells."""

    conversation_id: str
    last_seq: int
    heard: Heard
    standing: Standing | None


def receive(parts: Parts, inbound: InboundMessage) -> Receipt:
    """Record one message and let the protocol answer it. The same external_id again changes nothing.

    Raises Refused when the input itself is unusable; then nothing was recorded.
    """
    if len(inbound.text) > MAX_CHARACTERS:
        raise Refused(413, "too_long", "That is too long for one message. Please send it in parts.")
    seen = _look(parts, inbound)
    if isinstance(seen, Receipt):
        return seen
    assessment = screen(seen.heard, parts.clinical, parts.programme)
    try:
        receipt = _written(parts, inbound, seen, assessment)
    except IntegrityError:
        return _receipt_again(parts, inbound)  # the same message came in twice at the same moment
    parts.signals.announce(conversation_topic(receipt.conversation_id), *receipt.wakes)
    return receipt


def _written(parts: Parts, inbound: InboundMessage, seen: Seen, assessment: Assessment) -> Receipt:
    """Whatever breaks beside the message, it is kept and a person is called. When the database is away, the sender tries again."""
    try:
        return _record(parts, inbound, seen, assessment)
    except (SQLAlchemyError, Refused):
        raise
    except Exception as broken:  # noqa: BLE001 - a patient's words must not be lost with whatever else could not be read
        log.error("conversation %s: a message could not be answered (%s)", seen.conversation_id, type(broken).__name__)
    return _record_alone(parts, inbound, seen, assessment)


def _look(parts: Parts, inbound: InboundMessage) -> Seen | Receipt:
    with parts.store.read() as session:
        earlier = by_external_id(session, inbound.channel, inbound.external_id)
        if earlier is not None:
            return _receipt_of(earlier)
        conversation = conversation_of(session, inbound.patient_id)
        text, choice = _words(session, conversation, inbound)
        turns, standing = _before(session, conversation, inbound)
        prompt = turns[-1].text if turns and turns[-1].author == "assistant" else None
        asks = standing is not None and protocol_state(conversation).phase in {Phase.NORMAL, Phase.SUPPORT}
        place = standing.place if standing is not None and asks else None
        return Seen(conversation.id, conversation.last_seq, Heard(text, prompt, turns, place, choice), standing)


def _before(session: Session, conversation: Conversation, inbound: InboundMessage) -> tuple[tuple[Turn, ...], Standing | None]:
    """What was said, and where the patient stands. Without it the message is screened by itself."""
    try:
        turns = recent_turns(session, conversation, inbound.received_at)
        return turns, read_standing(session, inbound.patient_id, inbound.received_at)
    except SQLAlchemyError:
        raise
    except Exception as broken:  # noqa: BLE001 - the message is heard all the same
        log.error("conversation %s: what came before cannot be read (%s)", conversation.id, type(broken).__name__)
        return (), None


def _words(session: Session, conversation: Conversation, inbound: InboundMessage) -> tuple[str, str | None]:
    """A pressed button counts as its label, said by the patient; its value goes along for the step that asked."""
    if inbound.choice_id is None:
        return inbound.text, None
    shown = find_choice(session, conversation, inbound.choice_id)
    if shown is None:
        raise Refused(422, "unknown_choice", "That button is no longer open. Please type your answer.")
    return shown["label"], shown["value"]


def _record(parts: Parts, inbound: InboundMessage, seen: Seen, assessment: Assessment) -> Receipt:
    with parts.store.write() as session:
        conversation = lock_conversation(session, seen.conversation_id)
        standing = seen.standing if conversation.last_seq == seen.last_seq else None
        message = _keep(parts, session, conversation, inbound, seen, assessment)
        turn = _answer(parts, session, conversation, message, assessment, standing)
        wakes = to_wake(session) | ({QUEUE} if conversation.owner != Owner.BOT else set())
        return Receipt(conversation.id, message.id, message.seq, turn=turn, wakes=wakes)


def _record_alone(parts: Parts, inbound: InboundMessage, seen: Seen, assessment: Assessment) -> Receipt:
    """The message, what was heard in it, a person, and the reviewed fallback lines: nothing else is looked at."""
    with parts.store.write() as session:
        conversation = lock_conversation(session, seen.conversation_id)
        message = _keep(parts, session, conversation, inbound, seen, assessment)
        _without_protocol(parts, session, conversation, message, session.get_one(Patient, conversation.patient_id), assessment)
        return Receipt(conversation.id, message.id, message.seq, wakes=to_wake(session) | {QUEUE})


def _keep(
    parts: Parts, session: Session, conversation: Conversation, inbound: InboundMessage, seen: Seen, assessment: Assessment
) -> Message:
    message = add_inbound(
        session, conversation, text=seen.heard.text, channel=inbound.channel, external_id=inbound.external_id,
        choice=seen.heard.choice, at=inbound.received_at, media=inbound.media,
    )  # fmt: skip
    session.flush()
    session.add(_assessment_row(message, assessment))
    if parts.settings.second_opinion and may_be_graver(message, assessment.level):
        ask_about(session, message)
    return message


def _answer(
    parts: Parts, session: Session, conversation: Conversation, message: Message, assessment: Assessment, standing: Standing | None
) -> Question | None:
    """The carrier's words first, then the protocol; what neither of them answers is Rasa's."""
    patient = session.get_one(Patient, conversation.patient_id)
    standing = standing or read_standing(session, patient.id, message.created_at)
    facts = facts_for_protocol(session, conversation, patient, standing, message.channel)
    if assessment.unscreened is not None:
        _flag_unscreened(session, conversation, message, assessment)
    note_answer(session, conversation, message)
    if conversation.owner == Owner.HUMAN:
        set_timer(session, conversation.id, TimerKind.HUMAN_IDLE, message.created_at + HUMAN_IDLE_AFTER)
    if message.channel == "sms" and message.seq == 1:
        _say(parts, session, conversation, message, patient, "greeting_sms")
    keyword = keyword_of(message.channel, message.text)
    state = protocol_state(conversation)
    noted = tell_of_media(session, conversation, message, state)
    if keyword is Keyword.STOP and assessment.level >= RISK and not state.open:
        state = _heard_in_stop(parts, session, conversation, message, assessment, facts)
    if keyword and keyword_replies.answer(parts, session, conversation, message, keyword, state, facts, patient):
        return None
    outcome = _protocol(parts, state, assessment, message, facts)
    if outcome is None:
        _without_protocol(parts, session, conversation, message, patient, assessment)
        return None
    if noted and not (facts.opted_out or state.unsafe_to_text):
        _say(parts, session, conversation, message, patient, "picture_noted")
    record_outcome(
        session, conversation, outcome, parts.wording, parts.clinical, now=message.created_at,
        in_reply_to=message.id, dose_at=standing.dose.ended_at if standing.dose else None,
    )  # fmt: skip
    if not outcome.pass_on:
        set_aside(parts, session, conversation, message)
    if outcome.pass_on and conversation.owner == Owner.BOT and message.text:
        return _queue_turn(parts, session, conversation, message, standing)
    if outcome.pass_on and conversation.owner == Owner.BOT and not noted:
        _say(parts, session, conversation, message, patient, "picture" if message.media else "no_words")
    if not outcome.lines and not noted and conversation.owner in {Owner.WAITING, Owner.RETURNING}:
        _say(parts, session, conversation, message, patient, "person_asked")  # never silence
    return None


def _say(
    parts: Parts, session: Session, conversation: Conversation, message: Message, patient: Patient, key: str
) -> None:
    saying = Saying(parts.wording.line(key, patient), Author.SYSTEM, script=key)
    add_outbound(session, conversation, saying, in_reply_to=message.id, at=message.created_at)


def _protocol(
    parts: Parts, state: ProtocolState, assessment: Assessment, message: Message, facts: Facts
) -> Outcome | None:
    """None when the protocol itself breaks: then a person must answer."""
    try:
        return on_message(state, assessment, message.text, facts=facts, clinical=parts.clinical, now=message.created_at)
    except Exception as broken:  # noqa: BLE001 - whatever breaks here, the message must still be recorded and seen
        log.error("message %s: the protocol failed (%s)", message.id, type(broken).__name__)
        return None


def _heard_in_stop(
    parts: Parts, session: Session, conversation: Conversation, message: Message, assessment: Assessment, facts: Facts
) -> ProtocolState:
    """ "END" is the carrier's word, and an answer to "thoughts of ending your life?". It is honoured, and somebody rings."""
    outcome = _protocol(parts, protocol_state(conversation), assessment, message, replace(facts, opted_out=True))
    if outcome is not None:
        unsaid = replace(outcome, lines=())  # no text will arrive any more
        record_outcome(session, conversation, unsaid, parts.wording, parts.clinical, now=message.created_at, in_reply_to=message.id)
        set_aside(parts, session, conversation, message)
    return protocol_state(conversation)


def _without_protocol(
    parts: Parts, session: Session, conversation: Conversation, message: Message, patient: Patient, assessment: Assessment
) -> None:
    """As grave as it was heard, and never below a page; from now on a person is waited for, and nothing is offered."""
    level = max(3, assessment.level)
    reason = "The crisis protocol could not answer this message. Please read it now."
    page_late = timedelta(seconds=PAGE_LATE_SECONDS)
    ask = Ask(FlagKind.UNSCREENED, level, assessment.category, reason, message.id, PERSON_WITHIN[level], page_late)
    request_person(session, conversation, raise_flag(session, conversation, ask, message.created_at), message.created_at)
    cancel_unsent_bot_lines(session, conversation.id)  # no exercise goes out beside it
    pause_open_run(session, conversation.patient_id, message.created_at)
    fresh_tracker(conversation)
    if conversation.owner == Owner.HUMAN:
        return
    for key in ("fallback", "fallback_urgent"):
        _say(parts, session, conversation, message, patient, key)


def _queue_turn(
    parts: Parts, session: Session, conversation: Conversation, message: Message, standing: Standing
) -> Question | None:
    """Ours at once when it is this conversation's turn; else it waits for the one before."""
    with session.no_autoflush:  # nothing that is looked for here is being written
        question = None if unfinished_turn_before(session, message) else _question(parts, session, conversation, message, standing)
    if question is None:
        message.turn_status = TurnStatus.DUE
    else:
        take_turn(message, parts.worker, TURN_LEASE, message.created_at)
    return question


def _question(
    parts: Parts, session: Session, conversation: Conversation, message: Message, standing: Standing
) -> Question | None:
    """None when it cannot be put together: whoever takes the turn up later meets that again, and answers for it."""
    try:
        return question_of(parts, session, conversation, message, standing)
    except BotFailure:
        return None


def _flag_unscreened(
    session: Session, conversation: Conversation, message: Message, assessment: Assessment
) -> None:
    reason = f"The screen could not read this message ({assessment.unscreened}). Please read it yourself."
    ask = Ask(
        FlagKind.UNSCREENED, 2, "none", reason, message.id, respond_within=timedelta(hours=1), tell_within=UNREAD_TOLD_WITHIN
    )  # fmt: skip
    raise_flag(session, conversation, ask, message.created_at)


def _assessment_row(message: Message, assessment: Assessment) -> AssessmentRow:
    return AssessmentRow(
        message_id=message.id, conversation_id=message.conversation_id, level=assessment.level,
        category=assessment.category, score=assessment.score, content_version=assessment.content_version,
        findings=[finding.to_dict() for finding in assessment.findings], unscreened=assessment.unscreened,
        created_at=message.created_at,
    )  # fmt: skip


def _receipt_again(parts: Parts, inbound: InboundMessage) -> Receipt:
    with parts.store.read() as session:
        earlier = by_external_id(session, inbound.channel, inbound.external_id)
        if earlier is None:
            raise Refused(503, "try_again", "Please send that once more.")
        return _receipt_of(earlier)


def _receipt_of(earlier: Message) -> Receipt:
    return Receipt(earlier.conversation_id, earlier.id, earlier.seq, duplicate=True)


