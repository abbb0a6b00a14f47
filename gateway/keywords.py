"""The words a carrier acts on. Exact single words only: "stop the noise in my head" is not STOP."""

from __future__ import annotations

from enum import StrEnum


class Keyword(StrEnum):
    STOP = "stop"
    START = "start"
    HELP = "help"


_SMS = {
    Keyword.STOP: {"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"},
    Keyword.START: {"start", "unstop"},
    Keyword.HELP: {"help", "info"},
}


def keyword_of(channel: str, text: str) -> Keyword | None:
    """What the carrier hears on SMS; on the web only HELP, which opens the safety menu (PROGRAMME.md §3.6)."""
    word = text.strip().strip(".!?\"'").lower()
    if channel != "sms":
        return Keyword.HELP if word == "help" else None
    return next((keyword for keyword, words in _SMS.items() if word in words), None)
