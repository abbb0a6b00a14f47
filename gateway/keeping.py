"""The message itself and what was heard in it: the rows that are written whatever else happens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from gateway.inbound import InboundMessage
from gateway.looking import Seen
from gateway.parts import Parts
from safety import Assessment
from store.messages import Saying, add_inbound, add_outbound
from store.people import Patient
from store.second_opinions import ask_about, may_be_graver
from store.talk import AssessmentRow, Author, Conversation, Message


@dataclass(frozen=True, slots=True)
class Kept:
    """One message inside the transaction that records it. The conversation is locked."""

    parts: Parts
    session: Session
    conversation: Conversation
    message: Message
    assessment: Assessment
    pressed_at: int | None = None
    """The number of the message whose button this is."""

    @property
    def at(self) -> datetime:
        return self.message.created_at

    @property
    def patient(self) -> Patient:
        return self.session.get_one(Patient, self.conversation.patient_id)

    def say(self, key: str) -> None:
        """One of the house's own lines, in reply."""
        saying = Saying(self.parts.wording.line(key, self.patient), Author.SYSTEM, script=key)
        add_outbound(self.session, self.conversation, saying, in_reply_to=self.message.id, at=self.at)


def keep(parts: Parts, session: Session, conversation: Conversation, inbound: InboundMessage, seen: Seen, assessment: Assessment) -> Kept:
    message = add_inbound(
        session, conversation, text=seen.heard.text, channel=inbound.channel, external_id=inbound.external_id,
        choice=seen.heard.choice, at=inbound.received_at, media=inbound.media,
    )  # fmt: skip
    session.add(_assessment_row(message, assessment))
    if parts.settings.second_opinion and may_be_graver(message, assessment.level):
        ask_about(session, message)
    return Kept(parts, session, conversation, message, assessment, seen.pressed_at)


def _assessment_row(message: Message, assessment: Assessment) -> AssessmentRow:
    return AssessmentRow(
        message_id=message.id, conversation_id=message.conversation_id, level=assessment.level,
        category=assessment.category, score=assessment.score, content_version=assessment.content_version,
        findings=[finding.to_dict() for finding in assessment.findings], unscreened=assessment.unscreened,
        created_at=message.created_at,
    )  # fmt: skip
