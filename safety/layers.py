"""What reads a message after the phrases: the question, the conversation, and (when it is there) the classifier."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from safety.assessment import Finding
from safety.conversation import ConversationLayer
from safety.message import Message
from safety.model.layer import ModelLayer
from safety.question import QuestionLayer
from safety.together import MarkerLayer, ModifierLayer


class Layer(Protocol):
    """Adds findings to those already heard. A layer can raise the verdict, never lower it."""

    def findings(self, message: Message, heard: Sequence[Finding]) -> Iterable[Finding]: ...


def built_in() -> tuple[Layer, ...]:
    """All of them: what clinicians wrote, then the trained layer, which listens last and on its own."""
    return (*written(), ModelLayer())


def written() -> tuple[Layer, ...]:
    """The layers that clinical/*.yml alone decides; the modifiers come last, since they raise what the others heard."""
    return (QuestionLayer(), ConversationLayer(), MarkerLayer(), ModifierLayer())
