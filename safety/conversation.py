"""The conversation so far: it may raise what one message says, never lower it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from safety.assessment import Finding
from safety.context import Read, in_context
from safety.matcher import View
from safety.message import Message

JOINED_TURNS = 2
HEAD, TAIL = 180, 180  # characters on each side of the seam: what reaches over it lies near it
READ = 2000  # characters of an earlier message that are read again
REMEMBERED = frozenset(("S", "N", "V", "Q"))


class ConversationLayer:
    """A phrase split over messages, a retraction, a slow slide."""

    def findings(self, message: Message, heard: Sequence[Finding]) -> Iterable[Finding]:
        turns = message.clinical.context.number("slide_turns", 12)
        before = [turn.text for turn in message.history if turn.author == "patient"][-turns:]
        if not before or not len(message.view.tokens):
            return []
        return [*self._split(message, before[-JOINED_TURNS:]), *self._taken_back(message, before), *self._slide(message, heard, before)]

    def _split(self, message: Message, before: list[str]) -> list[Finding]:
        """Read the last messages as one, and keep what reaches over the seam: "I keep thinking" – "about how to end it"."""
        head = _near(" ".join(text[-HEAD:].rstrip(" .…") for text in before)) + " "
        tokens = message.clinical.phrases.tokens(head + message.text[:TAIL])
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

    def _taken_back(self, message: Message, before: list[str]) -> list[Finding]:
        """ "jk about earlier": what was said stands, at the level it had."""
        hits = message.clinical.context.retractions.hits(message.view)
        if not hits:
            return []
        worst = max(
            (read for text in before for read in earlier(message, text) if read.category in REMEMBERED),
            key=lambda read: read.level, default=None,
        )  # fmt: skip
        if worst is None or worst.level < 2:
            return []
        rule, tokens = hits[0], message.view.tokens
        start, end = tokens.starts[rule.first], tokens.ends[rule.last - 1]
        said = message.text[start:end]
        return [Finding(rule.label.id, "history", worst.category, worst.level, start, end, said, why=rule.label.why)]

    def _slide(self, message: Message, heard: Sequence[Finding], before: list[str]) -> list[Finding]:
        """Signs that are small one by one: level 1 now, and level 1 several times before; or another marker before."""
        now = max((f for f in heard if f.counted and f.category == "S"), key=lambda f: f.level, default=None)
        if now is None or now.level not in (1, 2):
            return []
        rules, phrases = message.clinical.context, message.clinical.phrases.phrases
        reads = [[r for r in earlier(message, text) if r.category == "S"] for text in before]
        marker = phrases[now.phrase_id].marker if now.phrase_id in phrases else ""
        others = {r.hit.label.marker for found in reads for r in found} - {"", marker}
        if marker and others:
            level, why = rules.number("markers_level", 3), f"Together with earlier: {', '.join(sorted(others))}."
        elif now.level == 1 and sum(bool(found) for found in reads) >= rules.number("slide_signs", 2):
            level, why = rules.number("slide_level", 2), "The same weight again and again over this conversation."
        else:
            return []
        return [Finding("S-SLIDE", "history", "S", level, now.start, now.end, now.text, why=why)]


def _near(joined: str) -> str:
    """The end of what was said, from the beginning of a word."""
    return joined if len(joined) <= HEAD else joined[-HEAD:].partition(" ")[2]


def earlier(message: Message, text: str) -> list[Read]:
    """What the phrases heard in an earlier message."""
    view = View(message.clinical.phrases.tokens(text[:READ]))
    return [r for r in in_context(view, message.clinical.phrases, message.clinical.context) if r.counted and r.level]
