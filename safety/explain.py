"""A verdict in words, for people on a terminal."""

from __future__ import annotations

from safety.assessment import Assessment, Finding

RED, DIM, BOLD, OFF = "\x1b[31;1m", "\x1b[2m", "\x1b[1m", "\x1b[0m"


def explain(text: str, found: Assessment, *, colour: bool) -> str:
    """The message with what was heard marked, then one line for each finding."""
    if found.unscreened:
        return f"not screened: {found.unscreened}. A person must read it."
    head = f"level {found.level}, category {found.category}, score {found.score:.2f}"
    lines = [_bold(head, colour), marked(text, found, colour=colour)]
    lines += [_line(f) for f in sorted(found.findings, key=lambda f: (not f.counted, -f.level, f.start))]
    return "\n".join(lines)


def _bold(text: str, colour: bool) -> str:
    return f"{BOLD}{text}{OFF}" if colour else text


def marked(text: str, found: Assessment, *, colour: bool) -> str:
    """Counted words in [brackets] or red, words set aside in (parentheses) or dim."""
    heavy, light = _covered(found, True, len(text)), _covered(found, False, len(text))
    kinds = ["heavy" if h else "light" if s else "" for h, s in zip(heavy, light, strict=True)]
    opening = {"heavy": RED if colour else "[", "light": DIM if colour else "(", "": ""}
    closing = {"heavy": OFF if colour else "]", "light": OFF if colour else ")", "": ""}
    parts, before = [], ""
    for char, kind in zip(text, kinds, strict=True):
        parts.append(char if kind == before else closing[before] + opening[kind] + char)
        before = kind
    return "".join(parts) + closing[before]


def _covered(found: Assessment, counted: bool, length: int) -> list[bool]:
    """The trained layer points at whole sentences, so it is marked only where no phrase says which words."""
    exact = any(f.counted and f.layer != "model" for f in found.findings)
    covered = [False] * length
    for f in found.findings:
        if f.counted is counted and not (exact and f.layer == "model"):
            covered[f.start : f.end] = [True] * (f.end - f.start)
    return covered


def _line(f: Finding) -> str:
    aside = "" if f.counted else ", set aside"
    cue = f" (cue {f.cue})" if f.cue else ""
    return f"  {f.phrase_id}  {f.layer}, category {f.category}, level {f.level}{aside}{cue}: {f.text!r}. {f.why}"
