"""A module as a patient would meet it, on paper: every step, its branches, and what a clinician would be told."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from programme.content import Actions, Branch, Step, When, Words
from programme.library import Programme
from programme.lint import fill
from programme.phone import as_sms
from programme.run import Run
from programme.turns import Line

_WIDTH = 76


def preview(programme: Programme, module_id: str, channel: str = "web", locale: str = "en") -> str:
    """The patient's lines flush left, what happens behind them indented."""
    module = programme.module(module_id)
    run = Run(programme, module_id, {"channel": channel, "locale": locale})
    parts = [f"{module.id}  {module.name}   ({channel}, about {module.minutes} min)", f"For clinical review. {module.purpose}", ""]
    for step in module.steps:
        parts += [*_step(programme, run, step, channel), ""]
    parts += [_bubble(fill(run.words(words))[0]) for words in module.closing]
    return "\n".join(parts)


def _step(programme: Programme, run: Run, step: Step, channel: str) -> Iterator[str]:
    line = Line(fill(run.words(step))[0], run.choices(step))
    yield f"--- {step.id} ({step.answer}{', safety' if step.safety else ''}{', rule ' + step.rule if step.rule else ''})"
    if line.text:
        yield _bubble(as_sms(line) if channel == "sms" else line.text)
    if channel == "web" and line.choices:
        yield "    " + " ".join(f"[{label}]" for _, label in line.choices)
    for branch in step.branches:
        yield from _branch(run, _condition(branch), branch)
    if step.on_skip:
        yield from _branch(run, "if skipped", step.on_skip)


def _branch(run: Run, when: str, actions: Actions) -> Iterator[str]:
    yield f"      {when}: {', '.join(_consequences(actions)) or 'goes on'}"
    for words in actions.say:
        yield textwrap.indent(_bubble(fill(run.words(words))[0]), "        ")
    if isinstance(actions.close, Words):
        yield textwrap.indent(_bubble(fill(run.words(actions.close))[0]), "        ")


def _condition(branch: Branch) -> str:
    when = branch.when
    if when == When():
        return "otherwise"
    named = {name: value for name, value in when.model_dump(by_alias=True).items() if value not in ((), None, {})}
    words = [f"{name.replace('_', ' ')} {_shown(value)}" for name, value in named.items()]
    return "if " + " and ".join(words)


def _shown(value: object) -> str:
    if isinstance(value, dict):
        kept = {name: inner for name, inner in value.items() if inner not in ((), None)}
        return ", ".join(f"{name} {_shown(inner)}" for name, inner in kept.items())
    return " or ".join(map(str, value)) if isinstance(value, (tuple, list)) else str(value)


def _consequences(actions: Actions) -> Iterator[str]:
    if actions.risk:
        yield f"CRISIS PROTOCOL level {actions.risk.level} {actions.risk.category} ({actions.risk.reason})"
    if actions.notify:
        yield f"tells a clinician [{actions.notify.urgency}] {actions.notify.reason}"
    if actions.faq:
        yield f"answers with {actions.faq}"
    if actions.offer:
        yield f"offers {actions.offer}"
    if actions.ground:
        yield f"runs {actions.ground.script}{' light' if actions.ground.light else ''}"
    if actions.call:
        yield f"runs {actions.call}"
    if actions.open:
        yield f"opens {actions.open.module} at {actions.open.step}"
    if actions.close:
        yield "closes gently"
    if actions.go:
        yield f"goes to {actions.go}"


def _bubble(text: str) -> str:
    return "\n".join(textwrap.fill(part, _WIDTH, initial_indent="  > ", subsequent_indent="    ") for part in text.splitlines())
