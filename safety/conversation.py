"""The conversation so far: it may raise what one message says, never lower it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from safety.assessment import Finding
from safety.context import in_context
from safety.layers import Message
from safety.matcher import View

JOINED_TURNS = 2


class ConversationLayer:
    """A phrase split over messages: "I keep thinking" – "about how to end it"."""

    def findings(self, message: Message, heard: Sequence[Finding]) -> Iterable[Finding]:
        before = [turn.text for turn in message.history if turn.author == "patient"][-JOINED_TURNS:]
        if not before:
            return []
        return self._split(message, before)

    def _split(self, message: Message, before: list[str]) -> list[Finding]:
        """Read the last messages as one, and keep what reaches over the seam."""
        head = " ".join(text[-400:].rstrip(" .…") for text in before) + " "
        tail = message.text[:2000]
        tokens = message.clinical.phrases.tokens(head + tail)
        reads = in_context(View(tokens), message.clinical.phrases, message.clinical.context)
        seam = len(head)
        return [
            Finding(
                read.hit.label.id, "history", read.category, read.level, 0, tokens.ends[read.hit.last - 1] - seam,
                tokens.text[tokens.starts[read.hit.first] : tokens.ends[read.hit.last - 1]], read.counted, read.cue,
                read.hit.label.why,
            )  # fmt: skip
            for read in reads
            if tokens.starts[read.hit.first] < seam < tokens.ends[read.hit.last - 1]
        ]
