"""Everything that a file names must exist, before any patient finds out that it does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from programme.content import END, Actions, Module, Step, When
from programme.errors import ContentError
from programme.library import Programme
from programme.paths import destinations, outcomes


def check_references(programme: Programme) -> None:
    for module in programme.modules.values():
        for wrong, mend in _missing_entries(module):
            raise ContentError(f"{module.id}.yml", "offer", wrong, mend)
        for step in module.steps:
            for wrong, mend in _missing(programme, module, step):
                raise ContentError(f"{module.id}.yml", f"step {step.id}", wrong, mend)
    for entry in programme.faq.entries.values():
        if entry.exercise and entry.exercise not in programme.modules:
            wrong = f'offers the exercise "{entry.exercise}", which does not exist.'
            raise ContentError("faq.yml", entry.id, wrong, "Correct the id.")
    for name, rule in programme.shared.rules.items():
        for branch in rule.branches:
            for wrong, mend in (*_missing_lists(programme, branch.when), *_missing_named(programme, branch)):
                raise ContentError("rules.yml", f"rule {name}", wrong, mend)


def _missing_entries(module: Module) -> Iterator[tuple[str, str]]:
    """Where a follow-up or a nudge begins must be a step that says so."""
    begins = [found.step for found in (module.offer.follow_up, module.offer.nudge) if found]
    for name in begins:
        step = module.step(name)
        if step is None or not step.entry:
            yield f'begins at "{name}", which is no step marked `entry: true`.', "Correct the name, or mark the step."
    saved = {step.save for step in module.steps}
    nudge = module.offer.nudge
    for fact in (nudge.on, nudge.at) if nudge else ():
        if fact not in saved:
            yield f'waits for the answer "{fact}", which no step saves.', "Correct the name."


def _missing(programme: Programme, module: Module, step: Step) -> Iterator[tuple[str, str]]:
    for target in destinations(module, step):
        owner, name = target.rpartition(".")[0] or module.id, target.rpartition(".")[2]
        found = programme.modules.get(owner)
        if name != END and (found is None or found.step(name) is None):
            yield f'leads to "{target}", which does not exist.', "Correct the name, or add the step it should lead to."
    if step.rule and step.rule not in programme.shared.rules:
        yield f'follows the rule "{step.rule}", which does not exist.', f"Use one of: {_known(programme.shared.rules)}."
    for branch in step.branches:
        yield from _missing_lists(programme, branch.when)
    for actions in outcomes(step):
        yield from _missing_named(programme, actions)


def _missing_lists(programme: Programme, when: When) -> Iterator[tuple[str, str]]:
    for name in (*when.speaks_of, *when.is_just):
        if name not in programme.shared.lists:
            yield f'listens for the list "{name}", which is not in words.yml.', f"Use one of: {_known(programme.shared.lists)}."


def _missing_named(programme: Programme, actions: Actions) -> Iterator[tuple[str, str]]:
    if actions.faq and programme.faq.entries and actions.faq not in programme.faq.entries:
        yield f'refers to the answer "{actions.faq}", which is not in faq.yml.', "Correct the id."
    if actions.offer and actions.offer not in programme.modules:
        yield f'offers the module "{actions.offer}", which does not exist.', "Correct the id."


def _known(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
