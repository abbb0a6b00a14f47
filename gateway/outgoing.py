"""What delivery hands to a provider, and what a provider must be able to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

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
    """The line as a text: a step's choices become a short numbered list, unless a yes, a no or a number answers it.

    The protocol's questions are answered in words, so theirs are never listed.
    """
    labels = [choice["label"] for choice in row.choices or ()] if row.author == Author.BOT else []
    if not labels or all(label.lower() in _PLAIN for label in labels):
        return row.text
    return row.text + "\n" + "\n".join(f"{number} {label}" for number, label in enumerate(labels, start=1))
