"""Read the clinicians' files into one Programme."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from programme.content import END, Module, Shared, Step
from programme.errors import ContentError
from programme.faq import Faq, load_faq
from programme.files import read_yaml, shape
from programme.paths import destinations
from programme.turns import Place

SHARED = ("words.yml", "rules.yml")


@dataclass(frozen=True)
class Programme:
    """All modules, grounding scripts and shared rules, read once and never changed."""

    modules: dict[str, Module]
    shared: Shared
    faq: Faq = field(default_factory=Faq)

    def module(self, module_id: str) -> Module:
        if module_id not in self.modules:
            raise ContentError("clinical/programme", module_id, "there is no such module.", "Check the id.")
        return self.modules[module_id]

    def step(self, place: Place) -> Step:
        """The step that asked; "G1.S3" is step S3 of script G1, entered from a module."""
        owner, step = self.locate(place.module, place.step)
        found = owner.step(step)
        if found is None:
            raise ContentError(f"{owner.id}.yml", step, "there is no such step.", "Check the id.")
        return found

    def locate(self, module_id: str, step_id: str) -> tuple[Module, str]:
        owner, dot, step = step_id.rpartition(".")
        return (self.module(owner), step) if dot else (self.module(module_id), step_id)

    @cached_property
    def patient_modules(self) -> tuple[Module, ...]:
        """M1 ... M12, X1: what a patient can be offered."""
        found = [module for module in self.modules.values() if module.kind == "module"]
        return tuple(sorted(found, key=lambda module: (module.id[0], int(module.id[1:] or 0))))


def load_programme(folder: Path) -> Programme:
    """Read every module file in the folder; `faq.yml` beside the folder is used where a step refers to an answer."""
    shared = shape(Shared, _merged(folder), " and ".join(SHARED))
    modules = {}
    for file in sorted(folder.glob("*.yml")):
        if file.name in SHARED:
            continue
        module = shape(Module, read_yaml(file), file.name)
        if module.id != file.stem:
            raise ContentError(file.name, "id", f'the id is "{module.id}".', f'Make it "{file.stem}", as the file is named.')
        modules[module.id] = module
    faq_file = folder.parent / "faq.yml"
    programme = Programme(modules, shared, load_faq(faq_file) if faq_file.exists() else Faq())
    _check_targets(programme)
    return programme


def _merged(folder: Path) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for name in SHARED:
        merged |= read_yaml(folder / name)
    return merged


def _check_targets(programme: Programme) -> None:
    """Every place that a branch leads to must exist, before any patient finds out."""
    for module in programme.modules.values():
        for step in module.steps:
            for target in destinations(module, step):
                owner, name = target.rpartition(".")[0] or module.id, target.rpartition(".")[2]
                found = programme.modules.get(owner)
                if name != END and (found is None or found.step(name) is None):
                    mend = "Correct the name, or add the step it should lead to."
                    raise ContentError(f"{module.id}.yml", f"step {step.id}", f'leads to "{target}", which does not exist.', mend)
