"""Rules over what was heard in one message: two markers together, and modifiers (CRISIS.md §3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from safety.assessment import Finding
from safety.message import Message

RAISED = frozenset((2, 3))  # "modifiers move a level 2 or 3 up one, once"


def markers_in(message: Message, findings: Iterable[Finding]) -> dict[str, Finding]:
    """The first counted finding of each marker: hopeless, burden, trapped, unbearable."""
    phrases = message.clinical.phrases.phrases
    found: dict[str, Finding] = {}
    for finding in findings:
        phrase = phrases.get(finding.phrase_id)
        if finding.counted and phrase and phrase.marker:
            found.setdefault(phrase.marker, finding)
    return found


class MarkerLayer:
    """ "I'm a burden and there's no way out": two different markers are active risk."""

    def findings(self, message: Message, heard: Sequence[Finding]) -> Iterable[Finding]:
        rules = message.clinical.context
        found = markers_in(message, heard)
        if len(found) < rules.number("markers_together", 2):
            return []
        level = rules.number("markers_level", 3)
        last = max(found.values(), key=lambda f: f.start)
        why = f"Together: {', '.join(sorted(found))}."
        return [replace(last, phrase_id="S-MARKERS", level=level, category="S", cue=None, why=why)]


class ModifierLayer:
    """ "I wish I was dead and I'm alone tonight". Comes last: it raises what the other layers heard, once."""

    def findings(self, message: Message, heard: Sequence[Finding]) -> Iterable[Finding]:
        counted = [f for f in heard if f.counted and f.category in ("S", "N")]
        top = max(counted, key=lambda f: f.level, default=None)
        if top is None or top.level not in RAISED or max(f.level for f in heard if f.counted) > top.level:
            return []
        tokens = message.view.tokens
        for hit in sorted(message.clinical.context.raises.hits(message.view), key=lambda h: (h.first, h.label.id)):
            start, end = tokens.starts[hit.first], tokens.ends[hit.last - 1]
            apart = all(end <= f.start or f.end <= start for f in counted if f.level == top.level)
            if apart and top.category in hit.label.categories:
                said, why = message.text[start:end], f"{hit.label.why} Raises {top.phrase_id} by one."
                return [Finding(hit.label.id, "phrase", top.category, top.level + 1, start, end, said, why=why)]
        return []
