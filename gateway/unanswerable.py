"""Where the screen or the protocol breaks, a person is called and told what nobody could read."""

from __future__ import annotations

from datetime import timedelta

from gateway.keeping import Kept
from gateway.speaking import fresh_tracker
from gateway.unreadable import ask_to_read
from store.care import FlagKind
from store.course_queries import pause_open_run
from store.flags import Ask, raise_flag, request_person
from store.messages import cancel_unsent_bot_lines
from store.talk import Owner

PAGE_LATE_SECONDS = 45
PERSON_WITHIN = {3: timedelta(minutes=30), 4: timedelta(minutes=10), 5: timedelta(minutes=5)}
"""CRISIS.md §9.1, for when clinical/protocol.yml cannot be asked."""


def call_a_person(kept: Kept) -> None:
    """As grave as it was heard, and never below a page; from now on a person is waited for, and nothing is offered."""
    session, conversation, message = kept.session, kept.conversation, kept.message
    level = max(3, kept.assessment.level)
    reason = "The crisis protocol could not answer this message. Please read it now."
    page_late = timedelta(seconds=PAGE_LATE_SECONDS)
    ask = Ask(FlagKind.UNSCREENED, level, kept.assessment.category, reason, message.id, PERSON_WITHIN[level], page_late)
    request_person(session, conversation, raise_flag(session, conversation, ask, kept.at), kept.at)
    cancel_unsent_bot_lines(session, conversation.id)  # no exercise goes out beside it
    pause_open_run(session, conversation.patient_id, kept.at)
    fresh_tracker(conversation)
    if conversation.owner == Owner.HUMAN:
        return
    for key in ("fallback", "fallback_urgent"):
        kept.say(key)


def flag_unscreened(kept: Kept) -> None:
    reason = f"The screen could not read this message ({kept.assessment.unscreened}). Please read it yourself."
    ask_to_read(kept.session, kept.conversation, kept.message, reason)
