"""Tables: what was said. One conversation per patient over all channels; the outgoing row is the outbox."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, Float, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, EncryptedJson, EncryptedText, Id, UtcDateTime, new_id, utc_now


class Owner(StrEnum):
    """Who may speak. Only a clinician gives a conversation back."""

    BOT = "bot"
    WAITING = "waiting"
    HUMAN = "human"
    RETURNING = "returning"


class Author(StrEnum):
    PATIENT = "patient"
    BOT = "bot"
    PROTOCOL = "protocol"
    CLINICIAN = "clinician"
    SYSTEM = "system"


class TurnStatus(StrEnum):
    """What became of an inbound message's turn with Rasa."""

    NONE = "none"
    DUE = "due"
    ASKING = "asking"
    DONE = "done"
    FAILED = "failed"
    SUPERSEDED = "superseded"


class DeliveryStatus(StrEnum):
    """An outbound message's way. Later states are never overwritten by earlier ones."""

    DUE = "due"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Conversation(Base):
    __tablename__ = "conversation"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.id"), unique=True)
    owner: Mapped[str] = mapped_column(String(12), default=Owner.BOT, index=True)
    owner_clinician_id: Mapped[str | None] = mapped_column(ForeignKey("clinician.id"))
    owner_version: Mapped[int] = mapped_column(default=0, comment="optimistic lock on ownership")
    protocol: Mapped[Any] = mapped_column(EncryptedJson, nullable=True, comment="safety.protocol state")
    last_seq: Mapped[int] = mapped_column(default=0)
    last_channel: Mapped[str] = mapped_column(String(8), default="web")
    last_inbound_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_seq: Mapped[int] = mapped_column(default=0, comment="the patient's browser has shown up to here")
    bot_generation: Mapped[int] = mapped_column(default=0, comment="part of Rasa's sender id: a new one is a fresh tracker")
    bot_turns: Mapped[int] = mapped_column(default=0, comment="turns in this generation")
    last_faq: Mapped[str | None] = mapped_column(String(8))
    passing: Mapped[bool] = mapped_column(Boolean, default=False, comment="a yes now passes the last question on")
    next_module: Mapped[str | None] = mapped_column(String(8), comment="promised by a step: the next offer")
    misunderstood: Mapped[int] = mapped_column(default=0, comment="low-confidence turns in a row")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class Message(Base):
    """Every word either way, in one gapless sequence per conversation."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        UniqueConstraint("channel", "external_id"),
        Index("ix_message_turn", "turn_status", "created_at"),
        Index("ix_message_outbox", "delivery_status", "due_at"),
        Index("ix_message_provider", "provider_id"),
        Index("ix_message_author", "author", "created_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"))
    seq: Mapped[int]
    author: Mapped[str] = mapped_column(String(12))
    clinician_id: Mapped[str | None] = mapped_column(ForeignKey("clinician.id"))
    channel: Mapped[str] = mapped_column(String(8))
    external_id: Mapped[str | None] = mapped_column(String(80), comment="the provider's or browser's id: unique")
    text: Mapped[str] = mapped_column(EncryptedText)
    choices: Mapped[Any] = mapped_column(
        EncryptedJson, nullable=True, comment="outbound: [{id, value, label}]; inbound: the value"
    )
    media: Mapped[str | None] = mapped_column(String(60), comment="came along, not kept: image, audio, video, file")
    script: Mapped[str | None] = mapped_column(String(64), comment="which reviewed line this is")
    in_reply_to: Mapped[str | None] = mapped_column(Id)
    crisis: Mapped[bool] = mapped_column(Boolean, default=False, comment="ignores quiet hours; failure raises a Flag")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)

    turn_status: Mapped[str] = mapped_column(String(12), default=TurnStatus.NONE)
    turn_attempts: Mapped[int] = mapped_column(default=0)
    delivery_status: Mapped[str | None] = mapped_column(String(12), comment="outbound only")
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    send_by: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="a prompt: not sent once the quiet hours have begun")
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="lease of a turn or a delivery")
    claimed_by: Mapped[str | None] = mapped_column(String(40))
    provider_id: Mapped[str | None] = mapped_column(String(64), comment="Twilio MessageSid of a sent message")
    error_code: Mapped[str | None] = mapped_column(String(16))

    @property
    def inbound(self) -> bool:
        return self.author == Author.PATIENT


class AssessmentRow(Base):
    """What the screen said of one inbound message, stamped with the content it was judged by."""

    __tablename__ = "assessment"

    message_id: Mapped[str] = mapped_column(ForeignKey("message.id"), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"), index=True)
    level: Mapped[int]
    category: Mapped[str] = mapped_column(String(8))
    score: Mapped[float] = mapped_column(Float)
    findings: Mapped[Any] = mapped_column(EncryptedJson)
    content_version: Mapped[str] = mapped_column(String(16))
    unscreened: Mapped[str | None] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class Timer(Base):
    """Something that must happen at a time. One per conversation, kind and subject."""

    __tablename__ = "timer"
    __table_args__ = (UniqueConstraint("conversation_id", "kind", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"))
    kind: Mapped[str] = mapped_column(String(24))
    subject: Mapped[str] = mapped_column(String(64), default="")
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
