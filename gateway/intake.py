"""The way in. One message becomes one transaction: message, assessment, flag, hand-off and the protocol's lines.

    look (read)  →  screen (pure)  →  record (one write)  →  wake whoever waits
    looking.py      screening.py      keeping.py, answering.py

Nothing is sent and nobody is asked before the write has committed.
"""

from __future__ import annotations

import logging

from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from gateway.answering import answer
from gateway.errors import Refused
from gateway.inbound import InboundMessage, Receipt
from gateway.keeping import keep
from gateway.looking import Seen, look, recorded
from gateway.parts import Parts
from gateway.screening import screen
from gateway.unanswerable import call_a_person
from safety import Assessment
from store.messages import lock_conversation
from store.signals import QUEUE, conversation_topic, to_wake
from store.talk import Owner

log = logging.getLogger("afterglow.intake")

MAX_CHARACTERS = 20_000


def receive(parts: Parts, inbound: InboundMessage) -> Receipt:
    """Record one message and let the protocol answer it. The same external_id again changes nothing.

    Raises Refused when the input itself is unusable; then nothing was recorded.
    """
    if len(inbound.text) > MAX_CHARACTERS:
        raise Refused(413, "too_long", "That is too long for one message. Please send it in parts.")
    seen = look(parts, inbound)
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


def _record(parts: Parts, inbound: InboundMessage, seen: Seen, assessment: Assessment) -> Receipt:
    with parts.store.write() as session:
        conversation = lock_conversation(session, seen.conversation_id)
        standing = seen.standing if conversation.last_seq == seen.last_seq else None
        kept = keep(parts, session, conversation, inbound, seen, assessment)
        turn = answer(kept, standing)
        wakes = to_wake(session) | ({QUEUE} if conversation.owner != Owner.BOT else set())
        return Receipt(conversation.id, kept.message.id, kept.message.seq, turn=turn, wakes=wakes)


def _record_alone(parts: Parts, inbound: InboundMessage, seen: Seen, assessment: Assessment) -> Receipt:
    """The message, what was heard in it, a person, and the reviewed fallback lines: nothing else is looked at."""
    with parts.store.write() as session:
        conversation = lock_conversation(session, seen.conversation_id)
        kept = keep(parts, session, conversation, inbound, seen, assessment)
        call_a_person(kept)
        return Receipt(conversation.id, kept.message.id, kept.message.seq, wakes=to_wake(session) | {QUEUE})


def _receipt_again(parts: Parts, inbound: InboundMessage) -> Receipt:
    with parts.store.read() as session:
        receipt = recorded(session, inbound)
    if receipt is None:
        raise Refused(503, "try_again", "Please send that once more.")
    return receipt
