"""Where a step can lead: used at loading, by the lint and to bound loops."""

from __future__ import annotations

from collections.abc import Iterator

from programme.content import END, Actions, Module, Step


def outcomes(step: Step) -> Iterator[Actions]:
    yield from step.branches
    if step.on_skip:
        yield step.on_skip


def destinations(module: Module, step: Step) -> Iterator[str]:
    """Every target named by the step, as "S2" (own module) or "G1.S1" (elsewhere)."""
    yield module.after(step)
    for actions in outcomes(step):
        yield from targets_of(actions)


def targets_of(actions: Actions) -> Iterator[str]:
    if actions.go:
        yield actions.go
    if actions.ground:
        yield f"{actions.ground.script}.S1"
    if actions.call:
        yield actions.call
    if actions.open:
        yield f"{actions.open.module}.{actions.open.step}"


def is_backward(owner: Module, step: Step, target: str) -> bool:
    """Does the target lie at or before the step, in the same file?"""
    found = owner.step(target)
    return target != END and found is not None and owner.steps.index(found) <= owner.steps.index(step)
