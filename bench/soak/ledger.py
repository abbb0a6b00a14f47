"""What really happened outside the house, written down by those to whom it happened. The judge compares it with the rows."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sent:
    """A patient's message that a gateway has said it took."""

    conversation_id: str
    external_id: str
    text: str
    crisis: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """A text that the provider took: which row it was for, and whether the gateway was told so."""

    row: str
    phone: str
    body: str
    sid: str
    at: float
    answered: bool


@dataclass
class Ledger:
    sent: list[Sent] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    mails: list[tuple[str, bool]] = field(default_factory=list)
    """(Message-ID, whether the gateway was told that it was taken)."""
    events: list[tuple[str, bool]] = field(default_factory=list)
    """The pager service's: (Idempotency-Key, whether the gateway was told)."""
    replies: list[tuple[str, str]] = field(default_factory=list)
    """(once, conversation) of clinicians' replies that the console accepted."""
    streams: list[list[int]] = field(default_factory=list)
    """The sequence numbers that each watched browser was shown."""
    seen: Counter[str] = field(default_factory=Counter)
    """How often each fault and each act came about."""
    lock: threading.Lock = field(default_factory=threading.Lock)
    began: float = field(default_factory=time.monotonic)

    def count(self, what: str) -> None:
        with self.lock:
            self.seen[what] += 1
