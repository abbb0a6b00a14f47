"""Does a branch's condition hold for this answer? And does the answer open the crisis protocol?"""

from __future__ import annotations

from collections.abc import Iterator

from programme.content import Branch, FactIs, RiskSpec, Step, When
from programme.hearing import asks_instead, mentions, plain
from programme.library import Programme
from programme.turns import Facts, Place, Reply, Risk
from programme.understanding import UNCLEAR, Meaning, understand


def answered(programme: Programme, step: Step, place: Place, reply: Reply, facts: Facts) -> Meaning:
    """The meaning of a reply; a second unclear one means "unclear", which branches may name."""
    meaning = understand(step, reply, programme.shared.understand, facts)
    if not meaning.clear and place.facts.get("_asked"):
        return Meaning(UNCLEAR, meaning.text)
    return meaning


def holds(programme: Programme, when: When, meaning: Meaning, facts: Facts) -> bool:
    number = meaning.value if isinstance(meaning.value, int) else None
    return (
        (not when.answer or _is_one_of(meaning, when.answer))
        and _within(number, when.at_least, when.at_most)
        and _moved(number, when, facts)
        and _speaks(programme, when, meaning.text)
        and (not when.is_just or plain(meaning.text) in {plain(phrase) for phrase in _listed(programme, when.is_just)})
        and all(_fact_is(facts.get(name), wanted, facts) for name, wanted in when.facts.items())
    )


def _is_one_of(meaning: Meaning, wanted: tuple[str, ...]) -> bool:
    values = meaning.value if isinstance(meaning.value, tuple) else (meaning.value,)
    return any(str(value) in wanted for value in values)


def _within(number: int | None, at_least: int | None, at_most: int | None) -> bool:
    if at_least is None and at_most is None:
        return True
    return number is not None and (at_least is None or number >= at_least) and (at_most is None or number <= at_most)


def _moved(number: int | None, when: When, facts: Facts) -> bool:
    """A fall or rise against an earlier rating; without the earlier rating nothing can have moved."""
    if when.fell_by is None and when.rose_by is None:
        return True
    before = facts.get(when.since or "")
    if number is None or not isinstance(before, int):
        return False
    fell = when.fell_by is None or before - number >= when.fell_by
    return fell and (when.rose_by is None or number - before >= when.rose_by)


def _speaks(programme: Programme, when: When, text: str) -> bool:
    if when.unless_says and mentions(text, when.unless_says, ()):
        return False
    if not when.says and not when.speaks_of:
        return True
    phrases = [*when.says, *_listed(programme, when.speaks_of)]
    return mentions(text, phrases, programme.shared.understand.negations)


def _listed(programme: Programme, names: tuple[str, ...]) -> list[str]:
    return [phrase for name in names for phrase in programme.shared.lists[name]]


def _fact_is(value: str | int | None, wanted: FactIs, facts: Facts) -> bool:
    if wanted.is_ and str(value if value is not None else "") not in wanted.is_:
        return False
    if wanted.known is not None and wanted.known != (value is not None):
        return False
    number = value if isinstance(value, int) else None
    return _within(number, wanted.at_least, wanted.at_most) and _fallen(number, wanted, facts)


def _fallen(number: int | None, wanted: FactIs, facts: Facts) -> bool:
    if wanted.fell_by is None:
        return True
    before = facts.get(wanted.since or "")
    return number is not None and isinstance(before, int) and before - number >= wanted.fell_by


def branches_of(programme: Programme, step: Step) -> Iterator[Branch]:
    """The step's own branches come before those of the rule it shares."""
    yield from step.branches
    if step.rule:
        yield from programme.shared.rules[step.rule].branches


def risk_branch(programme: Programme, place: Place, reply: Reply, facts: Facts) -> tuple[Branch, RiskSpec] | None:
    """The most serious branch with a risk that the answer meets, whatever stands before it in the file."""
    step = programme.step(place)
    meaning = answered(programme, step, place, reply, facts)
    words = programme.shared.understand
    asking = reply.choice is None and asks_instead(reply.text, words.leads, words.asks)
    met = [
        (branch, branch.risk)
        for branch in branches_of(programme, step)
        if branch.risk and holds(programme, branch.when, meaning, facts) and not (asking and not _listens(branch.when))
    ]
    return max(met, key=lambda pair: pair[1].level, default=None)


def _listens(when: When) -> bool:
    """Risk that is in the words themselves ("can chest pain happen") counts in a question too."""
    return bool(when.says or when.speaks_of or when.is_just)


def risk_of_answer(programme: Programme, place: Place, text: str, choice: str | None = None) -> Risk | None:
    """Does this answer, at this step, open the crisis protocol?

    The gateway asks before Rasa sees the message, so that "YES chest pain" never depends on Rasa.
    """
    found = risk_branch(programme, place, Reply(text, choice), place.facts)
    return Risk(found[1].level, found[1].category, found[1].reason) if found else None
