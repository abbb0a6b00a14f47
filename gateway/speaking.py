"""Whether the bot may speak, and how its memory is let go."""

from __future__ import annotations

from safety.protocol import Phase
from store.outcomes import protocol_state
from store.talk import Conversation, Owner

BOT_MAY_SPEAK = {Phase.NORMAL, Phase.SUPPORT}


def may_speak(conversation: Conversation) -> bool:
    """The bot is silent while a person owns the conversation or the crisis protocol has the floor."""
    return conversation.owner == Owner.BOT and protocol_state(conversation).phase in BOT_MAY_SPEAK


def fresh_tracker(conversation: Conversation) -> None:
    """Rasa's tracker is disposable: the next turn starts a new one from the record."""
    conversation.bot_generation += 1
    conversation.bot_turns = 0
