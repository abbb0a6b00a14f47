"""The screen: phrases in context, the question that was asked, the conversation so far, and the classifier's second opinion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from safety.assessment import Assessment, Finding, Turn
from safety.content import Clinical
from safety.context import Read, in_context
from safety.layers import Layer, built_in
from safety.matcher import View
from safety.message import Message

GRAVEST_FIRST = ("E", "S", "V", "AC", "A", "N", "P", "U", "Q", "T", "D", "H", "none")
SCORES = (0.02, 0.2, 0.6, 0.8, 0.92, 0.98)


def assess(
    text: str,
    *,
    prompt: str | None = None,
    history: Sequence[Turn] = (),
    clinical: Clinical,
    layers: Sequence[Layer] | None = None,
) -> Assessment:
    """Read one message. Never raises: what cannot be read is `unscreened` and goes to a person.

    `prompt` is the question the patient is answering; `history` the turns before, oldest first.
    "this life" is nothing alone, and risk after "What would you like to let go of?".
    """
    try:
        message = Message(text, prompt, tuple(history), clinical, View(clinical.phrases.tokens(text)))
        return judge(message, built_in() if layers is None else layers)
    except Exception as error:  # noqa: BLE001 - a screening error must reach a person, whatever it is
        return Assessment.unscreened_because(f"screening failed ({type(error).__name__})", _version(clinical))


def _version(clinical: object) -> str:
    return str(getattr(clinical, "version", ""))


def judge(message: Message, layers: Sequence[Layer]) -> Assessment:
    """Phrases first; every layer then adds findings, knowing what was found before it."""
    findings = heard(message)
    for layer in layers:
        findings = [*findings, *layer.findings(message, findings)]
    return verdict(findings, message.clinical.version)


def heard(message: Message) -> list[Finding]:
    clinical, view = message.clinical, message.view
    reads = in_context(view, clinical.phrases, clinical.context)
    return [finding_of(message, read) for read in _widest(reads)]


def _widest(reads: Iterable[Read]) -> list[Read]:
    """Of one entry heard at overlapping places, keep one; different entries all stay."""
    kept: dict[tuple[str, int], Read] = {}
    for read in reads:
        key = (read.hit.label.id, read.hit.first)
        if key not in kept or kept[key].level < read.level:
            kept[key] = read
    return sorted(kept.values(), key=lambda r: (r.hit.first, -r.level, r.hit.label.id))


def finding_of(message: Message, read: Read) -> Finding:
    tokens, phrase = message.view.tokens, read.hit.label
    start, end = tokens.starts[read.hit.first], tokens.ends[read.hit.last - 1]
    return Finding(
        phrase.id, "phrase", read.category, read.level, start, end, tokens.text[start:end], read.counted, read.cue, phrase.why
    )


def verdict(findings: Sequence[Finding], version: str) -> Assessment:
    """The gravest counted finding decides; ties go by what needs the fastest answer."""
    counted = [f for f in findings if f.counted]
    if not counted:
        return Assessment(findings=tuple(findings), score=SCORES[0], content_version=version)
    top = min(counted, key=lambda f: (-f.level, GRAVEST_FIRST.index(f.category)))
    category = top.category if top.level or top.category == "H" else "none"
    return Assessment(top.level, category, tuple(findings), SCORES[top.level], version)
