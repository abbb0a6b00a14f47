"""Trying the cases that stand beside every risk: they must open the protocol, the `never` ones must not."""

from __future__ import annotations

from collections.abc import Iterator

from programme.conditions import branches_of, risk_of_answer
from programme.content import Branch, Module, RiskSpec, Step
from programme.library import Programme
from programme.turns import Fact, Place, Risk

_BEFORE_A_FALL = 8


def untrue_cases(programme: Programme) -> Iterator[tuple[str, str, str]]:
    """(file, entry, what is wrong) for every case that does not do what it says."""
    for module in programme.modules.values():
        for step in module.steps:
            for branch in branches_of(programme, step):
                if branch.risk:
                    yield from _wrong(programme, module, step, branch, branch.risk)


def _wrong(programme: Programme, module: Module, step: Step, branch: Branch, risk: RiskSpec) -> Iterator[tuple[str, str, str]]:
    place, entry = place_for(programme, module, step, branch), f"step {step.id}, risk {risk.category}{risk.level}"
    if not risk.cases:
        yield f"{module.id}.yml", entry, "has no case to try."
    for case in risk.cases:
        found = risk_of_answer(programme, place, case)
        if not _as_serious(found, risk):
            yield f"{module.id}.yml", entry, f'"{case}" should open the protocol and gives {found}.'
    for case in risk.never:
        found = risk_of_answer(programme, place, case)
        if found and found.reason == risk.reason:
            yield f"{module.id}.yml", entry, f'"{case}" should not open the protocol and does.'


def _as_serious(found: Risk | None, risk: RiskSpec) -> bool:
    return found is not None and found.category == risk.category and found.level >= risk.level


def place_for(programme: Programme, module: Module, step: Step, branch: Branch) -> Place:
    """The place at which the branch's conditions on earlier facts hold."""
    facts: dict[str, Fact] = {name: is_.is_[0] for name, is_ in branch.when.facts.items() if is_.is_}
    if branch.when.since:
        facts[branch.when.since] = _BEFORE_A_FALL
    if branch.when.answer == ("unclear",):
        facts["_asked"] = 1
    owner = next(m for m in programme.patient_modules) if module.kind != "module" else module
    return Place(owner.id, f"{module.id}.{step.id}" if owner is not module else step.id, facts)
