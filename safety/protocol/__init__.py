"""The crisis protocol as a pure state machine: what the bot says and asks for while somebody may be at risk.

>>> outcome = on_message(ProtocolState(), assessment, text, facts=Facts(), clinical=clinical, now=now)
>>> [line.text for line in outcome.lines], outcome.flag, outcome.page, outcome.pass_on

Words and rules live in clinical/protocol.yml and clinical/resources.yml. Nothing here waits, sends or reads a clock.
"""

from safety.protocol.events import on_human_idle, on_not_reached, on_page_accepted, on_page_failed, on_start, on_stop, on_wait
from safety.protocol.messages import on_message
from safety.protocol.people import on_closed, on_human_joined, on_released
from safety.protocol.phase import Phase
from safety.protocol.service import Deadlines, deadlines, dispositions, page_accept_limit, reach_limit, unanswered_limit
from safety.protocol.state import ProtocolState
from safety.protocol.types import Choice, Facts, FlagRequest, Line, Outcome

__all__ = [
    "Choice", "Deadlines", "Facts", "FlagRequest", "Line", "Outcome", "Phase", "ProtocolState", "deadlines",
    "dispositions", "on_closed", "on_human_idle", "on_human_joined", "on_message", "on_not_reached", "on_page_accepted",
    "on_page_failed", "on_released", "on_start", "on_stop", "on_wait", "page_accept_limit", "reach_limit",
    "unanswered_limit",
]  # fmt: skip
