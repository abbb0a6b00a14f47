"""The pure engine: a place and an answer in, the next lines, place and effects out. No clock, no store, no channel."""

from __future__ import annotations

from typing import Literal

from programme.conditions import answered, branches_of, holds, risk_branch
from programme.content import END, Branch, RiskSpec, Step
from programme.library import Programme
from programme.run import SKIPPED, Run
from programme.turns import Facts, Line, Place, Reply, Turn
from programme.understanding import UNCLEAR, Meaning

Command = Literal["skip", "repeat", "pause", "stop"]


def open_module(programme: Programme, module: str, facts: Facts | None = None, step: str | None = None) -> Turn:
    """Begin a module, at its first step or at one that is marked as an entry (the follow-up of a plan).

    Facts worth giving: channel, locale, hours_since_dose, local_hour, baseline_mood, last_mood, small_step (docs/programme.md).
    """
    run = Run(programme, module, facts or {})
    run.start(module, step)
    return run.turn()


def answer(programme: Programme, place: Place, reply: Reply, facts: Facts | None = None) -> Turn:
    """The patient's answer to the step at `place`, and what follows from it."""
    run, step = _at(programme, place, facts)
    if found := risk_branch(programme, place, reply, run.facts):
        return _park(run, place, step, *found, answered(programme, step, place, reply, run.facts))
    meaning = answered(programme, step, place, reply, run.facts)
    if not meaning.clear and not _heard_in_words(run, step, meaning):
        return _ask_again(run, place, step, meaning)
    run.facts.pop("_asked", None)
    if meaning.value == UNCLEAR:
        run.record(step, place.step, UNCLEAR, meaning.text)
        run.say(programme.shared.says.kept, f"{place.module}.{place.step}")
    else:
        run.record(step, place.step, meaning.value, meaning.text)
    _go_on(run, place, step, meaning)
    return run.turn(understood=meaning.value != UNCLEAR)


def command(programme: Programme, place: Place, word: Command, facts: Facts | None = None) -> Turn:
    """Skip, repeat, pause or stop: each works at every step and asks for no reason."""
    run, step = _at(programme, place, facts)
    if word == "repeat":
        run.ask(place.step)
    elif word == "stop":
        run.stop()
    elif word == "pause":
        run.say(programme.shared.says.paused, f"{place.module}.paused")
        run.paused = True
        run.stay(place.step)
    else:
        _skip(run, place, step)
    return run.turn()


def resume(programme: Programme, place: Place, facts: Facts | None = None) -> Turn:
    """Go on days later or on the other channel, with a short lead-in."""
    run, _ = _at(programme, place, facts)
    run.say(programme.shared.says.lead_in, f"{place.module}.lead_in")
    run.ask(place.step)
    return run.turn()


def say_step(programme: Programme, module: str, step: str, facts: Facts) -> Line:
    """The words of one step alone, with what the patient said before filled in: a nudge opens nothing."""
    run = Run(programme, module, facts)
    run.say(programme.step(Place(module, step)), f"{module}.{step}")
    return run.lines[0]


def _at(programme: Programme, place: Place, facts: Facts | None) -> tuple[Run, Step]:
    return Run(programme, place.module, place.facts, facts), programme.step(place)


def _go_on(run: Run, place: Place, step: Step, meaning: Meaning) -> None:
    owner, _ = run.programme.locate(place.module, place.step)
    run.follow(_first_met(run, step, meaning), step, place.step, owner)


def _first_met(run: Run, step: Step, meaning: Meaning) -> Branch:
    met = (b for b in branches_of(run.programme, step) if not b.risk and holds(run.programme, b.when, meaning, run.facts))
    return next(met, Branch())


def _heard_in_words(run: Run, step: Step, meaning: Meaning) -> bool:
    """ "so much energy" is none of the choices for sleep, and still an answer that a branch waits for."""
    branch = _first_met(run, step, meaning)
    return bool(branch.when.says or branch.when.speaks_of or branch.when.is_just)


def _ask_again(run: Run, place: Place, step: Step, meaning: Meaning) -> Turn:
    """Once, with an example. The words are kept already, in case nothing clearer comes."""
    words = step.unclear or run.programme.shared.says.reask[step.answer]
    run.record(step, place.step, None, meaning.text)
    run.say(words, f"{place.module}.{place.step}", run.choices(step))
    run.facts["_asked"] = 1
    run.stay(place.step)
    return run.turn(understood=False)


def _skip(run: Run, place: Place, step: Step) -> None:
    owner, _ = run.programme.locate(place.module, place.step)
    run.facts.pop("_asked", None)
    run.record(step, place.step, SKIPPED, "")
    run.say(run.programme.shared.says.skipped, f"{place.module}.{place.step}")
    run.follow(step.on_skip or Branch(), step, place.step, owner)


def _park(run: Run, place: Place, step: Step, branch: Branch, risk: RiskSpec, meaning: Meaning) -> Turn:
    """The answer is kept, a clinician is asked for, and the module waits behind the risky question.

    The gateway speaks with the crisis protocol instead of these lines; they are what the patient reads if it could not.
    """
    if risk.keep:
        run.record(step, place.step, meaning.value, meaning.text)
    run.effect("notify", kind="risk_answer", level=risk.level, category=risk.category, reason=risk.reason,
               urgency="page", module=place.module, step=place.step)  # fmt: skip
    if branch.offer and branch.offer != place.module:
        run.effect("offer_module", module=branch.offer)
    run.say(run.programme.shared.says.risk.get(risk.category, run.programme.shared.says.risk["S"]), f"{place.module}.risk")
    _wait_behind(run, place, step, branch)
    return run.turn()


def _wait_behind(run: Run, place: Place, step: Step, branch: Branch) -> None:
    """Stand at the module's next question without putting it; grounding that was under way is dropped."""
    owner, _ = run.programme.locate(place.module, place.step)
    back = str(run.facts.get("_back", "")).split("|")[-1]
    target = back or branch.go or owner.after(step)
    target = _next_question(run, target)
    run.facts = {name: value for name, value in run.facts.items() if not name.startswith("_")}
    if target == END:
        run.finish(say_closing=False)
    else:
        run.paused = True
        run.stay(target)


def _next_question(run: Run, target: str) -> str:
    """Statements and checks are left out: they belong to the talk that risk has just ended."""
    while target != END:
        owner, name = run.programme.locate(run.module.id, target)
        step = owner.step(name)
        if step is None or step.answer != "none":
            break
        for branch in step.branches:  # but a sum is a sum: item 9 must not cost the score that it belongs to
            if holds(run.programme, branch.when, Meaning(None, ""), run.facts):
                run.totals(branch, f"{run.module.id}.{target}")
                break
        target = run.absolute(owner.after(step), owner)
    return target
