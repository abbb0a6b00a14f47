"""What delivery hands to a provider, and what a provider must be able to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from programme import Line
from programme.phone import as_sms
from store.talk import Author, Message

_PLAIN = {"yes", "no", *map(str, range(11))}


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One text. `phone` is None when the patient has opted out. `interrupted`: an earlier try may have gone out."""

    message_id: str
    conversation_id: str
    phone: str | None
    body: str
    created_at: datetime
    interrupted: bool


class Sender(Protocol):
    """A way to send texts."""

    async def send(self, outgoing: Outgoing) -> str:
        """The provider's id of the accepted text. Raises SendFailed."""

    async def find_sent(self, outgoing: Outgoing) -> Sequence[str]:
        """The provider's ids of texts that may be this one, sent in an earlier try whose end nobody saw."""


def phone_text(row: Message) -> str:
    """The line as a text, exactly as the preview of the programme shows it: choices become a short numbered list.

    The protocol's questions are answered in words, so theirs are never listed.
    """
    choices = row.choices or () if row.author == Author.BOT else ()
    return as_sms(Line(row.text, tuple((choice["value"], choice["label"]) for choice in choices)))
