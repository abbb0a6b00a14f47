"""The whole programme in memory: modules, scripts, shared words and answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from programme.content import Module, Shared, Step
from programme.errors import ContentError
from programme.faq import Faq
from programme.turns import Place


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
