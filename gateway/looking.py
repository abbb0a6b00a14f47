"""The first look at a message, before anything is written: has it come before, what does it answer, what was said."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from gateway.errors import Refused
from gateway.inbound import InboundMessage, Receipt
from gateway.parts import Parts
from gateway.screening import Heard
from safety import Turn
from safety.protocol import Phase
from store.conversations import HISTORY_TURNS, Pressed, by_external_id, find_choice, recent_turns
from store.course_queries import Standing, read_standing
from store.outcomes import phase_of
from store.patients import conversation_of
from store.talk import Conversation

log = logging.getLogger("afterglow.intake")

ASKS = {Phase.NORMAL, Phase.SUPPORT}


@dataclass(frozen=True, slots=True)
class Seen:
    """What was there when the message came. It holds while nothing was said since: `last_seq` tells."""

    conversation_id: str
    last_seq: int
    heard: Heard
    standing: Standing | None
    pressed_at: int | None = None
    """The number of the message whose button was pressed: that one is answered, and no other."""


def look(parts: Parts, inbound: InboundMessage) -> Seen | Receipt:
    """A receipt when it was recorded before. Raises Refused."""
    with parts.store.read() as session:
        receipt = recorded(session, inbound)
        if receipt is not None:
            return receipt
        conversation = conversation_of(session, inbound.patient_id)
        pressed = _pressed(session, conversation, inbound)
        text, choice = (pressed.label, pressed.value) if pressed else (inbound.text, None)
        turns, standing = _before(parts, session, conversation, inbound)
        prompt = pressed.asked if pressed else turns[-1].text if turns and turns[-1].author == "assistant" else None
        asks = standing is not None and phase_of(conversation.protocol) in ASKS
        place = standing.place if standing is not None and asks else None
        return Seen(
            conversation.id, conversation.last_seq, Heard(text, prompt, turns, place, choice), standing, pressed.seq if pressed else None
        )


def recorded(session: Session, inbound: InboundMessage) -> Receipt | None:
    """What its sender was told the first time."""
    earlier = by_external_id(session, inbound.channel, inbound.external_id)
    return Receipt(earlier.conversation_id, earlier.id, earlier.seq, duplicate=True) if earlier else None


def _pressed(session: Session, conversation: Conversation, inbound: InboundMessage) -> Pressed | None:
    """A pressed button counts as its label, said by the patient; its value goes along for the step that asked."""
    if inbound.choice_id is None:
        return None
    pressed = find_choice(session, conversation, inbound.choice_id)
    if pressed is None:
        raise Refused(422, "unknown_choice", "That button is no longer open. Please type your answer.")
    return pressed


def _before(
    parts: Parts, session: Session, conversation: Conversation, inbound: InboundMessage
) -> tuple[tuple[Turn, ...], Standing | None]:
    """What was said, and where the patient stands. Without it the message is screened by itself."""
    try:
        turns = recent_turns(session, conversation, inbound.received_at, _slide_turns(parts))
        return turns, read_standing(session, inbound.patient_id, inbound.received_at)
    except SQLAlchemyError:
        raise
    except Exception as broken:  # noqa: BLE001 - the message is heard all the same
        log.error("conversation %s: what came before cannot be read (%s)", conversation.id, type(broken).__name__)
        return (), None


def _slide_turns(parts: Parts) -> int:
    """As many as clinical/context.yml says; without it, as many as the screen was measured with."""
    return parts.clinical.context.number("slide_turns", HISTORY_TURNS)
