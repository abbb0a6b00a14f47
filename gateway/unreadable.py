"""What came with a message and nobody here can read: a photo, a voice note, a video. Twilio says that it came; it is not fetched.

Where risk is open or a safety question was asked, it may be the answer: a person is told. Elsewhere it stands on the timeline.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from safety.protocol import ProtocolState
from store.care import FlagKind
from store.flags import Ask, raise_flag
from store.talk import Conversation, Message, Owner

LEVEL = 2  # a person must look, and nobody knows how grave it is
WITHIN, TOLD_WITHIN = timedelta(hours=1), timedelta(minutes=15)
REASON = "Sent something that Afterglow cannot see or hear, while risk is open. Ask what it shows, or phone."


def tell_of_media(session: Session, conversation: Conversation, message: Message, state: ProtocolState) -> bool:
    """Whether a person was told. Whoever has the conversation sees it there, and needs no flag."""
    risk = state.open or state.awaiting is not None
    if not message.media or not risk or conversation.owner == Owner.HUMAN:
        return False
    ask_to_read(session, conversation, message, REASON)
    return True


def ask_to_read(session: Session, conversation: Conversation, message: Message, reason: str) -> None:
    """What no layer could read, a person reads."""
    ask = Ask(FlagKind.UNSCREENED, LEVEL, "none", reason, message.id, respond_within=WITHIN, tell_within=TOLD_WITHIN)
    raise_flag(session, conversation, ask, message.created_at)
