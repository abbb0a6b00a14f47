"""Which of a script's wordings comes next: never by chance, never one twice while another is left."""

from __future__ import annotations

import re

from safety.protocol.content import Protocol, Script
from safety.protocol.state import ProtocolState
from safety.protocol.types import Facts

PLACEHOLDER = re.compile(r"\{(\w+)\}")


def choose(
    script: Script, state: ProtocolState, facts: Facts, protocol: Protocol, known: dict[str, str], *, quiet: bool = False
) -> tuple[str, str]:
    """(key, text): the wording least and longest ago used in this event, with our own placeholders filled.

    `quiet`: another question is open, so a wording that asks nothing is better.
    """
    lang = language(script, facts.locale)
    wordings = script.wordings[lang]
    fillings = {**known, "feeling": _feeling(state, lang, protocol)}
    fit = [i for i, text in enumerate(wordings) if _fillable(text, fillings, facts)] or list(range(len(wordings)))
    if quiet:
        fit = [i for i in fit if "?" not in wordings[i]] or fit
    keys = [f"{script.id}/{lang}/{i}" for i in fit]
    start = (state.event - 1) % len(keys) if state.event else 0
    rotated = keys[start:] + keys[:start]
    key = min(rotated, key=lambda k: (state.used.count(k), _last_use(state.used, k)))
    return key, _fill(wordings[int(key.rsplit("/", 1)[1])], fillings)


def language(script: Script, locale: str) -> str:
    return locale[:2] if locale[:2] in script.wordings else "en"


def always_asks(script: Script, locale: str) -> bool:
    """Whichever wording is taken, it holds a question."""
    return all("?" in text for text in script.wordings[language(script, locale)])


def _last_use(used: tuple[str, ...], key: str) -> int:
    return max((i for i, other in enumerate(used) if other == key), default=-1)


def _fillable(text: str, fillings: dict[str, str], facts: Facts) -> bool:
    names = set(PLACEHOLDER.findall(text))
    if "dose_day" in names and facts.dose_day is None:
        return False
    ours = {name for name in names if name.endswith("_line") and name != "crisis_line"}
    return all(fillings.get(name) for name in ours)


def _fill(text: str, fillings: dict[str, str]) -> str:
    return PLACEHOLDER.sub(lambda m: fillings.get(m.group(1)) or m.group(0), text)


def _feeling(state: ProtocolState, lang: str, protocol: Protocol) -> str:
    """Only from the fixed list: the patient's own words may hold a method."""
    sets = protocol.feelings.get(lang) or protocol.feelings["en"]
    choices = sets.get(state.category) or sets["default"]
    return choices[max(state.event - 1, 0) % len(choices)]
