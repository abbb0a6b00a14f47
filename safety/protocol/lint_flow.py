"""Whether every path leads somewhere: names that exist, questions that can be answered, nothing a level 3 talk lacks."""

from __future__ import annotations

from collections.abc import Iterator

from safety.assessment import CATEGORIES
from safety.errors import ContentError
from safety.protocol.content import FILE, Band, Move, Protocol, Script, Step
from safety.protocol.phase import Phase

ENGINE_SAYS = (
    "clarifier", "unread", "return_wait", "released", "page_accepted", "page_failed", "not_reached", "wait",
    "wait_now", "wait_last", "human_idle",
    "presence", "presence_quiet", "support_presence", "rather_not", "stop_asking", "no_need_to_say",
)  # fmt: skip
ENGINE_NOTES = (
    "risk", "raised", "repeated", "clarifier", "distress", "settled", "refused", "unanswered", "page_failed", "silent", "opted_out",
)  # fmt: skip
ENGINE_HEARS = (
    "yes", "yes_filler", "yes_safe", "yes_safe_filler", "no", "no_filler", "no_verbs", "no_verb_filler", "unsure", "unsure_within",
    "leaning_yes", "yes_signs", "leaning_no", "no_signs",
    "laughing", "refused", "imagery", "eight_or_more",
)  # fmt: skip
READINGS = {
    "yes_no": ("yes", "no", "unsure"),
    "scale": ("high", "mid", "low"),
    "free": ("any",),
    "choice": (),
}
OWED = ("ai", "direct_question", "crisis_contact", "trusted_person", "clinician", "barrier")
OWED_NOW = ("ai", "crisis_contact", "emergency", "physical_company", "means_distance", "grounding", "clinician")
FOLLOWED = ("S", "H")
"""Paths of the patient's own wish to die: what CRISIS.md §11.6 asks of every transcript is checked for them."""


def flow_problems(protocol: Protocol) -> Iterator[ContentError]:
    yield from _missing(protocol)
    for script in protocol.scripts.values():
        yield from _script(protocol, script)
    for step in protocol.steps.values():
        yield from _step(protocol, step)
    for category, bands in protocol.paths.items():
        if category not in CATEGORIES and category != "again":
            yield _problem(category, "there is no such category", f"use one of {', '.join(CATEGORIES[1:])}")
        for band in bands:
            yield from _band(protocol, category, band)
    yield from _asides(protocol)
    yield from _unused(protocol)


def _problem(entry: str, problem: str, remedy: str) -> ContentError:
    return ContentError(FILE, entry, problem, remedy)


def _missing(protocol: Protocol) -> Iterator[ContentError]:
    needed = (
        ("script", ENGINE_SAYS, protocol.scripts),
        ("note", ENGINE_NOTES, protocol.notes),
        ("hearing list", ENGINE_HEARS, protocol.hearing),
    )
    for kind, names, known in needed:
        for name in names:
            if name not in known:
                problem = f"the {kind} is missing, and the protocol cannot do without it"
                yield _problem(name, problem, "restore it from the last signed version")
    if not {1, 2, 3, 4, 5} <= {band.level for band in protocol.paths.get("S", ())}:
        yield _problem("S", "path S must begin at each of the levels 1 to 5", "add the level that is missing")


def _script(protocol: Protocol, script: Script) -> Iterator[ContentError]:
    if script.asks and script.asks not in protocol.steps:
        yield _problem(script.id, f"it asks '{script.asks}', which is no step", "name one of the steps")
    for field in ("accepted", "dosing", "asked_out"):
        other = getattr(script, field)
        if other and other not in protocol.scripts:
            yield _problem(script.id, f"'{field}' names '{other}', which is no script", "name a script or take the line out")
        elif other and field == "accepted" and protocol.scripts[other].asks != script.asks:
            yield _problem(script.id, "its 'accepted' version asks something else", "give both the same 'asks'")


def _step(protocol: Protocol, step: Step) -> Iterator[ContentError]:
    for script in filter(None, (step.ask, step.again)):
        if script not in protocol.scripts:
            yield _problem(step.id, f"it says '{script}', which is no script", "name one of the scripts")
        elif protocol.scripts[script].asks != step.id:
            yield _problem(step.id, f"the script '{script}' does not ask this question", f"write 'asks: {step.id}' there")
    if step.kind not in READINGS:
        yield _problem(step.id, f"'{step.kind}' is no kind of question", f"use one of {', '.join(READINGS)}")
        return
    if step.choices and step.choices not in protocol.options:
        yield _problem(step.id, f"there are no options '{step.choices}'", "name one of the options")
        return
    pressed = [option.id for option in protocol.options[step.choices]] if step.choices else []
    for reading in dict.fromkeys((*READINGS[step.kind], *pressed)):
        if reading not in step.on and "any" not in step.on and reading != "refused":
            yield _problem(step.id, f"nothing is said after the answer '{reading}'", f"add '{reading}' under 'answers'")
    if step.ladder and step.safe is None:
        yield _problem(step.id, "a question of the ladder needs to know which answer reassures", "add 'safe:'")
    for reading, move in step.on.items():
        yield from _move(protocol, step, reading, move)


def _move(protocol: Protocol, step: Step, reading: str, move: Move) -> Iterator[ContentError]:
    for script in (*move.say, *move.settle):
        if script not in protocol.scripts:
            yield _problem(step.id, f"after '{reading}' it says '{script}', which is no script", "name one of the scripts")
    if move.next and move.next not in protocol.steps:
        yield _problem(step.id, f"after '{reading}' it goes to '{move.next}', which is no step", "name one of the steps")
    if move.note and move.note not in protocol.notes:
        yield _problem(step.id, f"after '{reading}' the note '{move.note}' is not written", "write it under 'notes'")
    if move.modifier and move.modifier not in protocol.modifiers["raise"]:
        yield _problem(step.id, f"'{move.modifier}' raises nothing", "add it under modifiers, raise")
    if move.level and not 2 <= move.level <= 5:
        yield _problem(step.id, f"after '{reading}' the level is {move.level}", "use 2 to 5: a level never falls by machine")
    if reading == "no_answer" and not move.level:
        yield _problem(step.id, "'no_answer' raises nothing", "give it a level, or take it out")
    if move.settle and reading != step.safe:
        yield _problem(step.id, f"'{reading}' lets the event rest, but is not the reassuring answer", "only the 'safe' answer may settle")


def _band(protocol: Protocol, category: str, band: Band) -> Iterator[ContentError]:
    entry = f"{category} level {band.level}"
    said = (*band.say, *band.later, *band.rise, *(script for say in band.cues.values() for script in say))
    for script in said:
        if script not in protocol.scripts:
            yield _problem(entry, f"it says '{script}', which is no script", "name one of the scripts")
            return
    for kind in band.cues:
        if kind not in protocol.hearing:
            yield _problem(entry, f"the cue '{kind}' is no list under 'hearing'", "name one of the lists")
    if band.phase not in [phase.value for phase in Phase]:
        yield _problem(entry, f"'{band.phase}' is no phase", "use support, safety_check or handoff_pending")
    if not band.say:
        yield _problem(entry, "nothing is said", "a patient at risk always gets an answer: write 'say:'")
        return
    if band.level >= 4 and not band.page:
        yield _problem(entry, "nobody is paged", "from level 4 on write 'page: true'")
    if band.page != (band.phase == "handoff_pending"):
        yield _problem(entry, "a page and the phase handoff_pending belong together", "set both or neither")
    if "ai" not in _gives(protocol, band.say[:2]):
        yield _problem(entry, "the first words do not say that this is an AI", "begin with a script that has 'gives: [ai]'")
    if category in FOLLOWED and band.level >= 3:
        owed = OWED_NOW if band.level == 5 else OWED
        for part in owed:
            if part not in _gives(protocol, (*band.say, *band.later)):
                yield _problem(entry, f"a talk at this level never holds '{part}'", "add such a script to 'say' or 'later'")


def _gives(protocol: Protocol, scripts: tuple[str, ...]) -> set[str]:
    return {part for script in scripts for part in protocol.scripts[script].gives}


def _asides(protocol: Protocol) -> Iterator[ContentError]:
    for aside in protocol.asides:
        if aside.hears not in protocol.hearing:
            yield _problem(aside.say, f"there is no list '{aside.hears}' under 'hearing'", "name one of the lists")
        if aside.say not in protocol.scripts:
            yield _problem(aside.say, "an aside says it, but there is no such script", "name one of the scripts")
        if aside.flag and aside.flag not in protocol.notes:
            yield _problem(aside.say, f"the note '{aside.flag}' is not written", "write it under 'notes'")


def _unused(protocol: Protocol) -> Iterator[ContentError]:
    used = set(ENGINE_SAYS) | {aside.say for aside in protocol.asides}
    for step in protocol.steps.values():
        used |= {step.ask, step.again or step.ask, *(s for move in step.on.values() for s in (*move.say, *move.settle))}
    for bands in protocol.paths.values():
        used |= {s for b in bands for s in (*b.say, *b.later, *b.rise, *(s for say in b.cues.values() for s in say))}
    for script in protocol.scripts.values():
        used |= {s for s in (script.accepted, script.dosing, script.asked_out) if s}
    for name in protocol.scripts:
        if name not in used:
            yield _problem(name, "nothing ever says this script", "use it in a path, a step or an aside, or take it out")
