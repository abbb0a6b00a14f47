"""One message with all it may be read by: what every layer is given."""

from __future__ import annotations

from dataclasses import dataclass

from safety.assessment import Turn
from safety.content import Clinical
from safety.matcher import View


@dataclass(frozen=True, slots=True)
class Message:
    """`prompt` is the question it answers, `history` the turns before, oldest first."""

    text: str
    prompt: str | None
    history: tuple[Turn, ...]
    clinical: Clinical
    view: View
