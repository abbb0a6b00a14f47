"""What a channel hands to intake, and what it gets back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gateway.bot import Question


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """One message of a known patient. `external_id` is the provider's or the browser's: a retry is harmless."""

    patient_id: str
    channel: str
    text: str
    external_id: str
    received_at: datetime
    choice_id: str | None = None
    media: tuple[str, ...] = ()
    """What came along besides words (image, audio, video, file), in its order. It is not fetched."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The message is recorded under `seq`. `turn` is what Rasa must now be asked, if anything; `wakes` whoever waits for more."""

    conversation_id: str
    message_id: str
    seq: int
    duplicate: bool = False
    turn: Question | None = None
    wakes: frozenset[str] = frozenset()
