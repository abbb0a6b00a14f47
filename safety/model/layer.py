"""The trained layer's findings: what the words sound like, piece by piece. It raises a verdict, never lowers it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from safety.assessment import Finding
from safety.message import Message
from safety.model.limits import Limits, level_of, thresholds
from safety.model.network import DATA, Readers, Reading, load
from safety.model.plain import context
from safety.model.windows import MOST, Span, windows

WHY = "The trained layer is {chance:.0%} sure of level {level} or more; no phrase is needed for that."
MISSING = "The trained layer could not be loaded, so only the other layers have read this message."
CUT = "The trained layer read the beginning only; the phrases have read all of it."

SHORT, PLAN = 14, 4  # words, level


class ModelLayer:
    """Reads a message with its question, and once more with what the patient said before."""

    def __init__(self, folder: Path = DATA) -> None:
        self.folder = folder

    def findings(self, message: Message, heard: Sequence[Finding]) -> Iterable[Finding]:
        limits = thresholds(message.clinical.model)
        if limits is None:
            return []
        readers = load(self.folder)
        if readers is None:
            return [_aside("MODEL-MISSING", MISSING)]
        agreed = any(f.counted and f.level for f in heard)
        found = _findings(readers, message, limits.agreeing if agreed else limits.alone)
        return [_unless_denied(finding, message, heard) for finding in found]


def _findings(readers: Readers, message: Message, limits: Limits) -> list[Finding]:
    pieces = windows(message.text)
    known: dict[str, Reading] = {}  # a paste says the same again and again
    read = [(span, reading) for span in pieces[:MOST] for reading in _readings(readers, message, span, span == pieces[0], known)]
    found = [_finding(message.text, span, reading, level_of(reading.levels, limits)) for span, reading in read]
    kept = [finding for finding in found if finding.level]
    return [*kept, _aside("MODEL-CUT", CUT)] if len(pieces) > MOST else kept


def _readings(readers: Readers, message: Message, span: Span, first: bool, known: dict[str, Reading]) -> Iterator[Reading]:
    """The past may raise what the words say, so they are also read without it."""
    words = message.text[span[0] : span[1]]
    if not first:
        if words not in known:
            known[words] = readers.read(words)
        yield known[words]
        return
    yield readers.read(words, context(message.prompt, ()))
    before = [turn.text for turn in message.history if turn.author == "patient"]
    if before:
        yield readers.read(words, context(message.prompt, before))


def _finding(text: str, span: Span, reading: Reading, level: int) -> Finding:
    category = reading.category if level >= 2 else "none"
    why = WHY.format(chance=reading.levels[level - 1], level=level) if level else ""
    start, end = span
    return Finding(f"MODEL-{category}-{level}", "model", category, level, start, end, text[start:end], why=why)


def _unless_denied(finding: Finding, message: Message, heard: Sequence[Finding]) -> Finding:
    """A short plain denial ("I'm not suicidal") that the phrases understood is not overruled; it stays in the record.

    Only short ones, only below a plan, and only when nothing else in the same piece counted.
    """
    if not finding.level or finding.level >= PLAN or len(finding.text.split()) > SHORT:
        return finding
    here = [one for one in heard if one.start < finding.end and finding.start < one.end]
    if any(one.counted and one.level for one in here):
        return finding
    denials = {cue.id for cue in message.clinical.context.cues if cue.kind == "denial"}
    denial = next((one.cue for one in here if one.cue in denials), None)
    return replace(finding, counted=False, cue=denial) if denial else finding


def _aside(name: str, why: str) -> Finding:
    return Finding(name, "model", "none", 0, 0, 0, "", counted=False, why=why)
