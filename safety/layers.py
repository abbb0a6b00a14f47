"""What reads a message after the phrases: the question, the conversation, and (when it is there) the classifier."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from safety.assessment import Finding, Turn
from safety.matcher import View

if TYPE_CHECKING:
    from safety.content import Clinical


@dataclass(frozen=True, slots=True)
class Message:
    """One message with all it may be read by."""

    text: str
    prompt: str | None
    history: tuple[Turn, ...]
    clinical: Clinical
    view: View


class Layer(Protocol):
    """Adds findings to those already heard. A layer can raise the verdict, never lower it."""

    def findings(self, message: Message, heard: Sequence[Finding]) -> Iterable[Finding]: ...


def built_in() -> tuple[Layer, ...]:
    """All of them: what clinicians wrote, then the trained layer, which listens last and on its own."""
    from safety.model.layer import ModelLayer

    return (*written(), ModelLayer())


def written() -> tuple[Layer, ...]:
    """The layers that clinical/*.yml alone decides; the modifiers come last, since they raise what the others heard."""
    from safety.conversation import ConversationLayer
    from safety.question import QuestionLayer
    from safety.together import MarkerLayer, ModifierLayer

    return (QuestionLayer(), ConversationLayer(), MarkerLayer(), ModifierLayer())
