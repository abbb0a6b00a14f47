"""The words themselves: length, questions, reading, what must never be said, and what is only sometimes true."""

from __future__ import annotations

import re
from collections.abc import Iterator

from safety.errors import ContentError
from safety.protocol.content import FILE, Protocol, Script
from safety.protocol.lint_never import ALWAYS_TRUE, CLAIMS, NEVER
from safety.protocol.reading import reading_grade
from safety.protocol.wording import PLACEHOLDER

GATEWAY_FILLS = {
    "crisis_line": "988", "emergency_number": "911", "clinic_name": "Riverside Integrative Clinic", "clinic_phone": "(555) 010-0199",
    "oncall_name": "the on-call clinician", "sla_time": "as soon as they can", "name": "Alexandria", "dose_day": "Wednesday",
    "feeling": "how hard this is right now",
}  # fmt: skip
WORDINGS = 3
PLACES_TO_TURN = re.compile(r"\{(?:reach_line|crisis_line|emergency_number|clinic_phone|poison_line|advocate_line|hi_line)\}")
GIVES = {
    "ai": (re.compile(r"AI chatbot|chatbot de IA"), "say 'I'm an AI chatbot, not a person'"),
    "crisis_contact": (re.compile(r"\{(reach_line|crisis_line)\}"), "name {reach_line}"),
    "emergency": (re.compile(r"\{emergency_number\}"), "name {emergency_number}"),
    "direct_question": (
        re.compile(r"ending your life|end your life|dying|acting on this|quitarte la vida|morir|hacerlo"), "ask plainly",
    ),
}  # fmt: skip


def word_problems(protocol: Protocol) -> Iterator[ContentError]:
    truthful = {script.accepted for script in protocol.scripts.values()} | {"page_accepted"}
    for script in protocol.scripts.values():
        yield from _enough(script)
        yield from _same_help(script)
        for lang, wordings in script.wordings.items():
            for number, text in enumerate(wordings, 1):
                yield from _wording(protocol, script, f"{lang} {number}", text, truthful=script.id in truthful)
    yield from _feelings(protocol)


def _enough(script: Script) -> Iterator[ContentError]:
    """Whoever is answered in Spanish hears the same words twice as seldom as whoever is answered in English."""
    for lang, language in (("en", "English"), ("es", "Spanish")):
        different = len(set(script.wordings.get(lang, ())))
        if different < WORDINGS:
            yield _problem(script, f"it has {different} wordings in {language}", f"write at least {WORDINGS} different ones")


def _same_help(script: Script) -> Iterator[ContentError]:
    """A place to turn to that every English wording names is in every Spanish one."""
    always = set.intersection(*(set(PLACES_TO_TURN.findall(text)) for text in script.wordings["en"]))
    for number, text in enumerate(script.wordings.get("es", ()), 1):
        for place in sorted(always - set(PLACES_TO_TURN.findall(text))):
            yield _problem(script, f"wording es {number} leaves out {place}, which every English one names", f"name {place}")


def _problem(script: Script, problem: str, remedy: str) -> ContentError:
    return ContentError(FILE, script.id, problem, remedy)


def _wording(protocol: Protocol, script: Script, where: str, text: str, *, truthful: bool) -> Iterator[ContentError]:
    filled = _filled(text, protocol)
    most = int(protocol.limits["max_characters"])
    if len(filled) > most:
        yield _problem(script, f"wording {where} has {len(filled)} characters once it is filled", f"shorten it to {most}")
    if filled.count("?") > 1:
        yield _problem(script, f"wording {where} asks {filled.count('?')} questions", "ask one")
    grade, highest = reading_grade(filled), int(protocol.limits["max_reading_grade"])
    if where.startswith("en") and grade > highest:
        yield _problem(
            script, f"wording {where} reads like school year {grade:.1f}", f"use shorter words and sentences, up to year {highest}"
        )
    for never in NEVER:
        found = never.pattern.search(filled)
        if found:
            yield _problem(script, f'wording {where}: {never.problem} ("{found[0]}")', never.remedy)
    claim = CLAIMS.search(filled)
    if claim and not truthful and not ALWAYS_TRUE.search(filled):
        yield _problem(
            script, f'wording {where} claims "{claim[0]}" before anybody has accepted a page', "say it only in an 'accepted' script"
        )
    if len(PLACES_TO_TURN.findall(text)) > 3:
        yield _problem(script, f"wording {where} lists four or more places to turn to", "keep two or three")
    yield from _gives(script, where, text)
    yield from _placeholders(script, where, text)


def _gives(script: Script, where: str, text: str) -> Iterator[ContentError]:
    for part in script.gives:
        if part in GIVES and not GIVES[part][0].search(text):
            yield _problem(script, f"wording {where} should give '{part}' and does not", GIVES[part][1])


def _placeholders(script: Script, where: str, text: str) -> Iterator[ContentError]:
    for name in PLACEHOLDER.findall(text):
        if name not in GATEWAY_FILLS and not name.endswith("_line"):
            yield _problem(script, f"wording {where}: nobody fills {{{name}}}", f"use one of {', '.join(sorted(GATEWAY_FILLS))}")
    if PLACEHOLDER.sub("", text).count("{") or PLACEHOLDER.sub("", text).count("}"):
        yield _problem(script, f"wording {where} has a brace that belongs to nothing", "write placeholders as {clinic_name}")


def _filled(text: str, protocol: Protocol) -> str:
    lines = {
        "reach_line": "call or text 988",
        "hi_line": "text 988 and just write 'hi'",
        "quiet_line": "If talking is hard, texting works.",
    }
    return PLACEHOLDER.sub(lambda m: {**GATEWAY_FILLS, **lines}.get(m[1], "Poison Control at 1-800-222-1222"), text)


def _feelings(protocol: Protocol) -> Iterator[ContentError]:
    for lang, sets in protocol.feelings.items():
        if "default" not in sets:
            yield ContentError(FILE, f"feelings {lang}", "there is no 'default'", "add words that fit every category")
        for text in (text for words in sets.values() for text in words):
            for never in NEVER:
                if never.pattern.search(text):
                    yield ContentError(FILE, f"feelings {lang}", f'"{text}": {never.problem}', never.remedy)
