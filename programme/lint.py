"""Read every clinical text as a careful editor would. `python -m programme.lint` prints what to mend and fails if anything is.

Each finding names the file, the entry, what is wrong and how to mend it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from programme.content import END, Branch, Module, Step, Words
from programme.errors import ContentError
from programme.follow_ups import FILE as FOLLOW_UPS
from programme.house_texts import SMS_LIMIT, WEB_LIMIT, Text, house_texts
from programme.library import Programme
from programme.loading import load_programme
from programme.paths import outcomes, targets_of
from programme.phone import as_sms
from programme.reading import grade
from programme.review import missing
from programme.run import Run
from programme.summary_content import FILE as SUMMARY
from programme.summary_content import load_summary_content
from programme.tries import untrue_cases
from programme.turns import Line

PLACEHOLDERS = {
    "name": "Maya",
    "bot_name": "Afterglow",
    "crisis_line": "988",
    "emergency_number": "911",
    "clinic_phone": "(555) 555-0100",
    "clinic_name": "the clinic",
    "office_hours": "9 to 5 on weekdays",
    "session_day": "Thursday",
    "prep_instructions": "see the sheet your clinic gave you, or call (555) 555-0100.",
    "choices": "",
    "clinician": "Dana",
    "dose_day": "Thursday",
    "sla_time": "as soon as they can",
    "oncall_name": "the on-call clinician",
}
GRADE_LIMIT = 8.0
OWN_WORDS = "x" * 40  # how long a patient's own words usually are where a sentence quotes them
WORDS_LIMIT_FAQ = 90
UNKIND = re.compile(
    r"\b(streak|badge|score of the day|don'?t break the chain|you should have|you failed to|promise me|i promise|we promise"
    r"|guarantee|will cure|you will feel better|committed suicide|failed attempt|trust the process|shame on|lazy|disappointed"
    r"|ego death|bad trip|just the comedown|no excuse|you must)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Fault:
    file: str
    entry: str
    wrong: str
    mend: str

    def __str__(self) -> str:
        return f"{self.file}, {self.entry}: {self.wrong} {self.mend}"


def faults(programme: Programme, house: Iterable[Text] = ()) -> Iterator[Fault]:
    """`house`: what is read outside the modules (programme/house_texts.py)."""
    for text in (*texts(programme), *house):
        yield from _text_faults(text)
    for module in programme.modules.values():
        yield from _path_faults(programme, module)
    for file, entry, wrong in untrue_cases(programme):
        yield Fault(file, entry, wrong, "Correct the condition or the case.")
    yield from _faq_faults(programme)
    for unknown in sorted(set(programme.shared.closed_after_crisis) - set(programme.modules)):
        yield Fault("rules.yml", "closed_after_crisis", f"there is no module {unknown}.", "Check the id.")


# --- texts ---


def texts(programme: Programme) -> Iterator[Text]:
    for module in programme.modules.values():
        file = f"{module.id}.yml"
        for step in module.steps:
            yield from _step_texts(programme, file, module, step)
        for words in module.closing:
            yield from _variants(file, "closing", words)
        if module.closing:
            yield from _closings(programme, file, module)
    for name, said in programme.shared.says:
        for words in said.values() if isinstance(said, dict) else (said,):
            yield from _variants("words.yml", f"says.{name}", words)
    for name, rule in programme.shared.rules.items():
        for branch in rule.branches:
            for words in branch.say:
                yield from _variants("rules.yml", f"{name}, say", words)
    for entry in programme.faq.entries.values():
        yield Text("faq.yml", f"{entry.id} answer", entry.answer, WEB_LIMIT)
        yield Text("faq.yml", f"{entry.id} sms", entry.sms, SMS_LIMIT)
        if entry.es:
            yield Text("faq.yml", f"{entry.id} es", entry.es, WEB_LIMIT, spanish=True)
            yield Text("faq.yml", f"{entry.id} es_sms", entry.es_sms or entry.es, SMS_LIMIT, spanish=True)
    for name, then in programme.faq.follow_ups.texts():
        if not then.to:
            yield from _variants(FOLLOW_UPS, name, then)


def _closings(programme: Programme, file: str, module: Module) -> Iterator[Text]:
    """As it is read: with who reads along, and when."""
    for locale in ("en", "es"):
        run = Run(programme, module.id, {"channel": "sms", "locale": locale})
        run.finish()
        yield Text(file, f"closing as it is read ({locale})", run.lines[-1].text, SMS_LIMIT, standard=True)


def _step_texts(programme: Programme, file: str, module: Module, step: Step) -> Iterator[Text]:
    yield from _variants(file, f"step {step.id}", step, step.standard)
    run = Run(programme, module.id, {"channel": "sms"})
    on_phone = as_sms(Line(run.words(step), run.choices(step)))
    yield Text(file, f"step {step.id} with its choices", on_phone, SMS_LIMIT, standard=True)
    if step.unclear:
        yield from _variants(file, f"step {step.id}, unclear", step.unclear)
    for actions in outcomes(step):
        for words in actions.say:
            yield from _variants(file, f"step {step.id}, say", words)
        if isinstance(actions.close, Words):
            yield from _variants(file, f"step {step.id}, close", actions.close)


def _variants(file: str, entry: str, words: Words, standard: bool = False) -> Iterator[Text]:
    yield Text(file, entry, words.text, WEB_LIMIT, standard)
    yield Text(file, f"{entry} (sms)", words.sms or words.text, SMS_LIMIT, standard)
    if words.es:
        yield Text(file, f"{entry} (es)", words.es, WEB_LIMIT, standard, spanish=True)
        yield Text(file, f"{entry} (es, sms)", words.es_sms or words.es, SMS_LIMIT, standard, spanish=True)


def _text_faults(text: Text) -> Iterator[Fault]:
    filled, unknown = fill(text.words)
    for name in unknown:
        mend = f"Use one of: {', '.join(sorted(PLACEHOLDERS))}."
        yield Fault(text.file, text.entry, f"{{{name}}} is no known placeholder.", mend)
    long = len(re.sub(r"<\w+>", OWN_WORDS, filled))
    if long > text.limit:
        wrong = f"{long} characters, {text.limit} at most."
        yield Fault(text.file, text.entry, wrong, "Shorten it, or add a shorter `sms:` beside it.")
    if found := UNKIND.search(filled):
        wrong = f'"{found[0]}" shames, promises or counts.'
        yield Fault(text.file, text.entry, wrong, "Say it without blame and without a promise.")
    if not text.standard and not text.spanish and (reads := grade(filled)) > GRADE_LIMIT:
        wrong = f"reads at grade {reads:.1f}, {GRADE_LIMIT:.0f} at most."
        yield Fault(text.file, text.entry, wrong, "Use shorter sentences and shorter words.")


def fill(words: str) -> tuple[str, list[str]]:
    """Placeholders filled with plausible values; the unknown ones by name."""
    unknown = [name for name in re.findall(r"\{([^}]*)\}", words) if name not in PLACEHOLDERS]
    return re.sub(r"\{(\w+)\}", lambda found: PLACEHOLDERS.get(found[1], found[0]), words), unknown


# --- paths ---


def _path_faults(programme: Programme, module: Module) -> Iterator[Fault]:
    file = f"{module.id}.yml"
    reached = _reached(programme, module)
    for step in module.steps:
        if step.id not in reached:
            yield Fault(file, f"step {step.id}", "is never reached.", "Lead to it with `go:`, mark it `entry: true`, or remove it.")
        yield from _step_faults(file, step)


def _reached(programme: Programme, module: Module) -> set[str]:
    entered = {module.steps[0].id} | {step.id for step in module.steps if step.entry}
    for other in programme.modules.values():
        for step in other.steps:
            for actions in (*outcomes(step), *_rule_branches(programme, step)):
                entered |= {t.split(".")[1] for t in targets_of(actions) if t.startswith(f"{module.id}.")}
    open_ends, reached = list(entered), set[str]()
    while open_ends:
        name = open_ends.pop()
        step_found = module.step(name)
        if name in reached or step_found is None:
            continue
        reached.add(name)
        open_ends += [target for target in _onward(module, step_found) if "." not in target and target != END]
    return reached


def _onward(module: Module, step: Step) -> Iterator[str]:
    """Where the step can really lead: its default only if no branch catches everything with a move of its own."""
    for actions in outcomes(step):
        if actions.go:
            yield actions.go
    if not any(_always_leaves(branch) for branch in step.branches):
        yield module.after(step)


def _always_leaves(branch: Branch) -> bool:
    return branch.when == type(branch.when)() and bool(branch.close or branch.open or branch.go)


def _rule_branches(programme: Programme, step: Step) -> tuple[Branch, ...]:
    return programme.shared.rules[step.rule].branches if step.rule else ()


def _step_faults(file: str, step: Step) -> Iterator[Fault]:
    entry = f"step {step.id}"
    if step.safety and not (step.on_skip and step.on_skip.notify):
        yield Fault(file, entry, "is a safety question, but skipping it tells nobody.", "Add `on_skip:` with a `notify:`.")
    if step.answer in ("choice", "choices") and len(step.choices) < 2:
        yield Fault(file, entry, "offers fewer than two choices.", "Add choices.")
    if step.answer in ("yes_no", "choice", "choices"):
        known = {"yes", "no"} if step.answer == "yes_no" else {choice.value for choice in step.choices}
        for branch in step.branches:
            for value in set(branch.when.answer) - known - {"unclear"}:
                wrong = f'a branch waits for "{value}", which is no choice here.'
                yield Fault(file, entry, wrong, f"Use one of: {', '.join(sorted(known))}, unclear.")
    labels = [choice.label.casefold() for choice in step.choices]
    if len(set(labels)) < len(labels):
        yield Fault(file, entry, "has the same choice twice.", "Remove one.")


def _faq_faults(programme: Programme) -> Iterator[Fault]:
    for entry in programme.faq.entries.values():
        if len(entry.answer.split()) > WORDS_LIMIT_FAQ:
            wrong = f"{len(entry.answer.split())} words, {WORDS_LIMIT_FAQ} at most."
            yield Fault("faq.yml", f"{entry.id} answer", wrong, "Shorten it.")


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0]) if arguments else Path("clinical/programme")
    try:
        programme = load_programme(folder)
        if (summary := folder.parent / SUMMARY).exists():
            load_summary_content(summary, programme)
    except ContentError as error:
        print(error)
        return 1
    house = list(house_texts(programme, folder.parent))
    found = list(dict.fromkeys(faults(programme, house)))
    for fault in found:
        print(fault)
    for gap in missing(programme.faq, datetime.now(UTC).date()):
        print(gap)
    checked = sum(1 for _ in texts(programme)) + len(house)
    print(f"{len(programme.patient_modules)} modules, {len(programme.faq.entries)} answers, {checked} texts: {len(found)} to mend")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
