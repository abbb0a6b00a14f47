"""What the pager hands to a way out, and what every way out must be able to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.errors import GatewayError
from store.attempts import PageAttempt
from store.ladder import ACKNOWLEDGE

SUBJECT = "A patient needs you"
TEST_SUBJECT = "Test alert: no patient needs you"
TEXT = "A patient needs you. Open the console: {link}"
DRILL_SUBJECT = "TEST of the alert: no patient waits. Please take it"
DRILL_TEXT = "TEST of the alert: no patient waits, the time until somebody takes it is measured. Please take it: {link}"
INTERRUPTED = "interrupted"
NOBODY_KNOWS = (INTERRUPTED, "unreachable")
TEST_TEXT = "This is a test alert, asked for in the console. No patient needs you. {link}"


@dataclass(frozen=True, slots=True)
class Alert:
    """One call. Nothing in it says who the patient is or what they said: whoever is called reads that in the console."""

    attempt_id: str
    key: str
    page_id: str | None
    address: str
    link: str
    created_at: datetime
    quiet: bool = False
    ended: bool = False
    """Somebody has it: a pager service may stop its own escalation."""
    interrupted: bool = False
    """An earlier try may have gone out; nobody saw its end."""
    drill: bool = False
    """The daily test: it takes every way a real one takes, and says what it is."""

    @property
    def test(self) -> bool:
        return self.page_id is None

    @property
    def subject(self) -> str:
        return TEST_SUBJECT if self.test else DRILL_SUBJECT if self.drill else SUBJECT

    @property
    def text(self) -> str:
        return (TEST_TEXT if self.test else DRILL_TEXT if self.drill else TEXT).format(link=self.link)

    @property
    def mark(self) -> str:
        """Tells one call from the next, for people and for asking a provider about it."""
        return self.attempt_id[:6]


class Unsure(GatewayError):
    """The provider may have taken it, and cannot be asked. It must not be said twice."""


class WayOut(Protocol):
    """A way to reach clinicians. `repeatable`: a call whose end nobody saw may be handed over again without waking twice."""

    @property
    def repeatable(self) -> bool: ...

    async def send(self, alert: Alert) -> str:
        """The provider's id of what it took. Raises SendFailed when it surely did not, Unsure when nobody knows."""


WaysOut = Mapping[str, WayOut]
"""By CallChannel. What is missing is not set up."""


def alert_of(attempt: PageAttempt, address: str, link: str, *, quiet: bool, drill: bool = False) -> Alert:
    return Alert(
        attempt.id, attempt.key, attempt.page_id, address, link, attempt.created_at, quiet=quiet,
        ended=attempt.role == ACKNOWLEDGE, interrupted=attempt.tries > 1 and attempt.error_code in NOBODY_KNOWS, drill=drill,
    )  # fmt: skip
