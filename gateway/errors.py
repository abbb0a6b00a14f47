"""What can go wrong at the front door.

GatewayError
├── Refused          the sender must change something; carries an HTTP status and a code for the browser
├── BotFailure       Rasa gave no usable answer: the patient gets the fallback line, a clinician a Flag
├── SendFailed       a text was not taken by the provider; `retryable` says whether trying again makes sense
└── Withdrawn        a text is not to be tried again, or not by this gateway
"""

from __future__ import annotations


class GatewayError(Exception):
    """Anything the gateway refuses or fails at."""


class Refused(GatewayError):
    """Bad input: nothing was recorded."""

    def __init__(self, status: int, code: str, message: str, *, retry_after: int = 0) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.retry_after = status, code, message, retry_after


class BotFailure(GatewayError):
    """Rasa was unreachable, late, or answered nothing."""

    def __init__(self, reason: str, *, retryable: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.retryable = reason, retryable


class SendFailed(GatewayError):
    """The provider did not take the message. `code` is the provider's own (Twilio: 21610 = opted out)."""

    def __init__(self, code: str, *, retryable: bool) -> None:
        super().__init__(f"The provider refused with {code}.")
        self.code, self.retryable = code, retryable


class Withdrawn(GatewayError):
    """A text whose time has passed, or whose claim: nothing is sent, and nothing has failed."""
