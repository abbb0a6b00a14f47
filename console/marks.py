"""What was heard, marked in the patient's own words: counted words strongly, words set aside lightly with their cue."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

COUNTED, ASIDE, PLAIN = "counted", "aside", ""
SHORT = 220
_SENTENCE = re.compile(r"[^.!?…\n]+[.!?…]*\s*|[.!?…\n]+\s*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that is marked one way. `cue` says why it was set aside."""

    text: str
    kind: str = PLAIN
    cue: str = ""


def marked(text: str, findings: Sequence[Mapping[str, Any]]) -> list[Piece]:
    """The whole text in pieces; where a counted and a set-aside finding overlap, the counted one shows."""
    return [Piece(text[start:end], kind, cue) for start, end, kind, cue in _runs(text, findings)]


def trigger(text: str, findings: Sequence[Mapping[str, Any]]) -> list[Piece]:
    """The sentences with counted words; a short message whole; the beginning when nothing was counted."""
    if len(text) <= SHORT:
        return marked(text, findings)
    hits = [(int(f["start"]), int(f["end"])) for f in findings if f.get("counted", True)]
    sentences = [match.span() for match in _SENTENCE.finditer(text)]
    wanted = [span for span in sentences if any(start < span[1] and end > span[0] for start, end in hits)]
    if not wanted:
        return [Piece(text[:SHORT].rstrip() + " …")]
    pieces: list[Piece] = []
    for start, end in wanted:
        if pieces or start > 0:
            pieces.append(Piece("… "))
        inside = [run for run in _runs(text, findings) if run[0] < end and run[1] > start]
        pieces += [Piece(text[max(a, start) : min(b, end)], kind, cue) for a, b, kind, cue in inside]
    return pieces


def _runs(text: str, findings: Sequence[Mapping[str, Any]]) -> list[tuple[int, int, str, str]]:
    kinds = [(PLAIN, "")] * len(text)
    for finding in sorted(findings, key=lambda f: bool(f.get("counted", True))):
        counted = bool(finding.get("counted", True))
        mark = (COUNTED, "") if counted else (ASIDE, str(finding.get("cue") or ""))
        start, end = int(finding["start"]), min(int(finding["end"]), len(text))
        kinds[start:end] = [mark] * max(0, end - start)
    runs: list[tuple[int, int, str, str]] = []
    for place, mark in enumerate(kinds):
        if runs and runs[-1][2:] == mark:
            runs[-1] = (runs[-1][0], place + 1, *mark)
        else:
            runs.append((place, place + 1, *mark))
    return runs
