"""Runs the screen over examples, as the gateway does, and keeps what each layer said."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from evaluation.examples import ASKS, Example
from evaluation.keywords import alarms
from safety import Assessment, Clinical, Finding, Turn, assess
from safety.model.network import Readers
from safety.screen import verdict
from training.measure import score
from training.rows import Row


@dataclass(frozen=True)
class Heard:
    """One example and the verdict on it. `chance` is the trained layer's, of level 2 or more, where it was asked for."""

    example: Example
    found: Assessment
    seconds: float
    chance: float | None = None

    @property
    def level(self) -> int:
        """What cannot be screened goes to a person, so it counts as heard."""
        return ASKS if self.found.unscreened else self.found.level

    @property
    def alarmed(self) -> bool:
        return self.level >= ASKS

    @cached_property
    def by_phrases(self) -> int:
        """The level that what clinicians wrote gives alone."""
        return self._level([f for f in self.found.findings if f.layer != "model"])

    @cached_property
    def by_model(self) -> int:
        return self._level([f for f in self.found.findings if f.layer == "model"])

    @cached_property
    def by_keywords(self) -> bool:
        return any(map(alarms, (self.example.text, *self.example.history[-2:])))

    def _level(self, findings: Sequence[Finding]) -> int:
        return verdict(findings, "").level


def hear(example: Example, clinical: Clinical) -> Heard:
    history = tuple(Turn("patient", text) for text in example.history)
    began = time.perf_counter()
    found = assess(example.text, prompt=example.prompt, history=history, clinical=clinical)
    return Heard(example, found, time.perf_counter() - began)


def hear_all(examples: Iterable[Example], clinical: Clinical, network: Readers | None) -> list[Heard]:
    return [_with_chance(hear(example, clinical), network) if example.ours else hear(example, clinical) for example in examples]


def _with_chance(heard: Heard, network: Readers | None) -> Heard:
    if network is None:
        return heard
    example = heard.example
    row = Row(example.id, example.text, example.level or 0, example.category, example.prompt, example.history)
    return Heard(example, heard.found, heard.seconds, score(network, [row])[0].chances[ASKS - 1])
