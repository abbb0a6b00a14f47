"""`python -m safety.lint`: runs every example and case of clinical/, and says in plain words what does not hold."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from safety.assessment import CATEGORIES, Assessment, Turn
from safety.cli import HOME
from safety.content import Clinical, load_clinical, read_yaml
from safety.context import Cue, Question, Rule, in_context
from safety.entries import Entry, entries
from safety.errors import ContentError
from safety.layers import written
from safety.matcher import View
from safety.phrasebook import Phrase
from safety.screen import assess

KINDS = frozenset("denial history third_party idiom imagery quotation conditional question work".split())
SPARES = KINDS | {"denial_never"}


@dataclass(frozen=True, slots=True)
class Problem:
    """Where, what is wrong, and what to do."""

    place: str
    wrong: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.place}\n  {self.wrong}\n  To mend it: {self.remedy}"


@dataclass(frozen=True, slots=True)
class Case:
    """A message and the verdict it must get, from clinical/cases.yml. `at_least` and `at_most` loosen the level."""

    id: str
    text: str
    prompt: str | None
    history: tuple[str, ...]
    lowest: int
    highest: int
    category: str | None
    known_miss: str
    why: str

    def holds(self, found: Assessment) -> bool:
        right = self.category is None or found.category == self.category
        return found.unscreened is None and self.lowest <= found.level <= self.highest and right


def problems(clinical: Clinical, folder: Path) -> Iterator[Problem]:
    """Everything that does not hold, file by file."""
    for phrase in clinical.phrases.phrases.values():
        yield from phrase_problems(phrase, clinical)
    for cue in clinical.context.cues:
        yield from cue_problems(cue, clinical)
    for rule in clinical.context.rules:
        yield from rule_problems(rule, clinical)
    for question in clinical.context.questions:
        yield from question_problems(question, clinical)
    for case in read_cases(folder):
        yield from case_problems(case, clinical)


def phrase_problems(phrase: Phrase, clinical: Clinical) -> Iterator[Problem]:
    place = f"clinical/{phrase.file}, entry {phrase.id}"
    yield from _examples(place, phrase.fires, phrase.quiet)
    for unknown in sorted(phrase.spares - SPARES):
        yield Problem(place, f"`spares` names {unknown!r}, which is no kind of cue.", f"use {', '.join(sorted(KINDS))}")
    for text in phrase.fires:
        if not _counted(text, phrase, clinical):
            yield Problem(place, f"It should hear this and does not: {text!r}", "change `say`, or `spares` the cue that silenced it")
    for text in phrase.quiet:
        if _counted(text, phrase, clinical):
            yield Problem(place, f"It should leave this alone and does not: {text!r}", "narrow `say`, or add to `unless`")


def _counted(text: str, phrase: Phrase, clinical: Clinical) -> bool:
    """The phrase counts at its own level."""
    reads = in_context(View(clinical.phrases.tokens(text)), clinical.phrases, clinical.context)
    return any(r.hit.label.id == phrase.id and r.counted and r.level == phrase.level for r in reads)


def _examples(place: str, fires: Iterable[object], quiet: Iterable[object]) -> Iterator[Problem]:
    if not tuple(fires):
        yield Problem(place, "It has no example that must be heard.", "add `fires:` with at least one message")
    if not tuple(quiet):
        yield Problem(place, "It has no near miss that must be left alone.", "add `quiet:` with at least one message")


def cue_problems(cue: Cue, clinical: Clinical) -> Iterator[Problem]:
    place = f"clinical/context.yml, cue {cue.id}"
    yield from _examples(place, cue.fires, cue.quiet)
    if cue.kind not in KINDS:
        yield Problem(place, f"`kind` is {cue.kind!r}.", f"use {', '.join(sorted(KINDS))}")
    for text in cue.fires:
        if cue.id not in _cues(text, clinical):
            yield Problem(place, f"It should lower a phrase here and does not: {text!r}", "check `before`, `after`, `sentence`")
    for text in cue.quiet:
        if cue.id in _cues(text, clinical):
            yield Problem(place, f"It must not lower a phrase here and does: {text!r}", "narrow it, or add to `unless`")


def _cues(text: str, clinical: Clinical) -> set[str | None]:
    reads = in_context(View(clinical.phrases.tokens(text)), clinical.phrases, clinical.context)
    return {read.cue for read in reads}


def rule_problems(rule: Rule, clinical: Clinical) -> Iterator[Problem]:
    place = f"clinical/context.yml, rule {rule.id}"
    yield from _examples(place, rule.fires, rule.quiet)
    for expected, texts in ((True, rule.fires), (False, rule.quiet)):
        for text in texts:
            *before, last = (part.strip() for part in text.split("=>"))
            found = assess(last, history=[Turn("patient", t) for t in before], clinical=clinical, layers=written())
            if (rule.id in {f.phrase_id for f in found.counted}) is not expected:
                verb = "should act here and does not" if expected else "must not act here and does"
                yield Problem(place, f"It {verb}: {text!r}", "check its `say`; earlier messages stand before =>")


def question_problems(question: Question, clinical: Clinical) -> Iterator[Problem]:
    place = f"clinical/context.yml, question {question.id}"
    yield from _examples(place, question.fires, question.quiet)
    for expected, pairs in ((True, question.fires), (False, question.quiet)):
        for asked, answer in pairs:
            found = assess(answer, prompt=asked, clinical=clinical, layers=written())
            if (question.id in {f.phrase_id for f in found.counted}) is not expected:
                verb = "should be heard and is not" if expected else "must be left alone and is not"
                yield Problem(place, f"This answer {verb}: {asked!r} => {answer!r}", "check `asked` and `answers`")


def read_cases(folder: Path) -> list[Case]:
    path = folder / "cases.yml"
    if not path.is_file():
        return []
    return [read_case(entry) for entry in entries("cases.yml", read_yaml(path, folder), "cases")]


def read_case(entry: Entry) -> Case:
    exact = entry.level("level") if "level" in entry.data else None
    lowest = exact if exact is not None else entry.level("at_least") if "at_least" in entry.data else 0
    highest = exact if exact is not None else entry.level("at_most") if "at_most" in entry.data else 5
    category = str(entry.data["category"]) if "category" in entry.data else None
    if category is not None and category not in CATEGORIES:
        raise entry.error(f"`category` is {category!r}", f"use one of {', '.join(CATEGORIES)}")
    prompt = entry.data.get("prompt")
    return Case(
        entry.id, entry.text("say"), str(prompt) if prompt else None, entry.texts("history"), lowest, highest, category,
        str(entry.data.get("known_miss", "")), str(entry.data.get("why", "")),
    )  # fmt: skip


def case_problems(case: Case, clinical: Clinical) -> Iterator[Problem]:
    """A known miss is written down with its reason; when it is heard after all, the note has to go."""
    found = assess_case(case, clinical)
    place = f"clinical/cases.yml, case {case.id}"
    if case.holds(found) and case.known_miss:
        yield Problem(place, f"This is marked as a known miss and is right now: {case.text!r}", "remove `known_miss`")
    if not case.holds(found) and not case.known_miss:
        span = f"{case.lowest}" if case.lowest == case.highest else f"{case.lowest} to {case.highest}"
        wanted = f"level {span}" + (f", category {case.category}" if case.category else "")
        got = f"level {found.level}, category {found.category}" + (f" by {_decided(found)}" if found.level else "")
        yield Problem(place, f"{case.text!r} must get {wanted} and gets {got}.", "add or narrow a phrase, or correct the case")


def assess_case(case: Case, clinical: Clinical) -> Assessment:
    """By what clinicians wrote, without the trained layer: a case is mended by a phrase, not by a new network."""
    history = [Turn("patient", said) for said in case.history]
    return assess(case.text, prompt=case.prompt, history=history, clinical=clinical, layers=written())


def _decided(found: Assessment) -> str:
    return ", ".join(sorted({f.phrase_id for f in found.counted if f.level == found.level}))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m safety.lint", description="Checks the clinical content of the safety screen.")
    parser.add_argument("--clinical", type=Path, default=HOME, help="folder of clinical content")
    folder = parser.parse_args(arguments).clinical
    try:
        clinical = load_clinical(folder)
        found = list(problems(clinical, folder))
        cases = read_cases(folder)
    except ContentError as error:
        print(f"The clinical content cannot be read: {error}", file=sys.stderr)
        return 2
    for problem in found:
        print(f"{problem}\n")
    waiting = sum(bool(case.known_miss) for case in cases)
    print(
        f"{len(clinical.phrases.phrases)} phrases, {len(clinical.context.cues)} cues, {len(cases)} cases "
        f"({waiting} known misses): {len(found)} to mend."
    )
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
