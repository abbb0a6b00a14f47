"""Measures what the trained model understands of people it has never met. Runs in Rasa's own environment:

    PYTHONPATH=. bot/.venv/bin/python -m bot.evaluate MODEL.tar.gz [--confusions 20] [--json FILE] [--results FOLDER]

Outside modules: bot/tests/nlu_held_out.yml. Inside: bot/tests/in_module.jsonl, where an answer must stay an answer
(else it was hijacked) and a question or command must be heard (else it was missed). Asked on right after an answer:
bot/tests/follow_ups.jsonl. Prints figures, never tunes anything. `--results` writes nlu.json, nlu.html and nlu.svg there.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
from collections import Counter
from pathlib import Path
from typing import Any

import structlog
import yaml
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from sklearn.metrics import f1_score

from bot.components.follow_up import PREFIX
from bot.picture import write_results

TESTS = Path(__file__).resolve().parent / "tests"
FALLBACK, ANSWER = "nlu_fallback", "answer"


def held_out(file: Path) -> list[tuple[str, str]]:
    """(text, intent) of every example."""
    groups = yaml.safe_load(file.read_text("utf-8"))["nlu"]
    lines = ((group["intent"], line) for group in groups for line in group["examples"].splitlines())
    return [(line[2:].strip(), intent) for intent, line in lines if line.startswith("- ")]


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]


async def parse(agent: Agent, text: str, place: bool, last_faq: str | None = None) -> dict[str, Any]:
    metadata = {"place": {"module": "M5", "step": "S1"}} if place else {"last_faq": last_faq} if last_faq else {}
    return dict(await agent.processor.parse_message(UserMessage(text, metadata=metadata)))  # type: ignore[union-attr]


async def outside(agent: Agent, examples: list[tuple[str, str]]) -> dict[str, Any]:
    heard = [await parse(agent, text, False) for text, _ in examples]
    wanted = [intent for _, intent in examples]
    got = [str(each["intent"]["name"]) for each in heard]
    first = [_ranked(each)[0] for each in heard]
    faq = [row for row, intent in enumerate(wanted) if intent.startswith("faq_")]
    known = sorted(set(wanted))
    each = f1_score(wanted, first, labels=known, average=None, zero_division=0)
    return {
        "examples": len(examples),
        "macro_f1": f1_score(wanted, first, labels=known, average="macro", zero_division=0),
        "macro_f1_with_fallback": f1_score(wanted, got, labels=known, average="macro", zero_division=0),
        "faq_top1": _share([first[row] == wanted[row] for row in faq]),
        "faq_top3": _share([wanted[row] in _ranked(heard[row])[:3] for row in faq]),
        "fallback": _share([intent == FALLBACK for intent in got]),
        "wrong_and_sure": _share([g not in (FALLBACK, w) for g, w in zip(got, wanted, strict=True)]),
        "f1_by_intent": {intent: round(float(value), 3) for intent, value in zip(known, each, strict=True)},
        "matrix": [[w, g, count] for (w, g), count in sorted(Counter(zip(wanted, first, strict=False)).items())],
        "confusions": Counter(f"{w} -> {g}" for w, g in zip(wanted, first, strict=True) if w != g).most_common(),
    }


async def inside(agent: Agent, examples: list[dict[str, Any]]) -> dict[str, Any]:
    heard = [(each, str((await parse(agent, each["text"], True))["intent"]["name"])) for each in examples]
    answers = [got for each, got in heard if each["expect"] == ANSWER]
    others = [(each["expect"], got) for each, got in heard if each["expect"] != ANSWER]
    questions = [(expect, got) for expect, got in others if expect.startswith("faq_")]
    return {
        "answers": len(answers),
        "hijacked": _share([got != ANSWER for got in answers]),
        "questions": len(questions),
        "questions_missed": _share([not got.startswith("faq_") for _, got in questions]),
        "questions_answered_right": _share([expect == got for expect, got in questions]),
        "commands": len(others) - len(questions),
        "commands_missed": _share([expect != got for expect, got in others if not expect.startswith("faq_")]),
        "wrong": [f"{each['expect']} -> {got}: {each['text']}" for each, got in heard if each["expect"] != got],
    }


async def asked_on(agent: Agent, examples: list[dict[str, Any]]) -> dict[str, Any]:
    """ "and how long does that last?" right after an answer; a question of its own or a thank-you stays what it is."""
    heard = [(each, str((await parse(agent, each["text"], False, each["after"]))["intent"]["name"])) for each in examples]
    on = [(each["expect"], got) for each, got in heard if each["expect"].startswith(PREFIX)]
    topics = [(each["expect"], got) for each, got in heard if each["expect"].startswith("faq_")]
    others = [(each["expect"], got) for each, got in heard if not each["expect"].startswith((PREFIX, "faq_"))]
    return {
        "asked_on": len(on),
        "understood": _share([expect == got for expect, got in on]),
        "taken_for_something_else": _share([got not in (expect, FALLBACK) for expect, got in on]),
        "new_subjects": len(topics),
        "new_subjects_right": _share([expect == got for expect, got in topics]),
        "others": len(others),
        "others_right": _share([expect == got for expect, got in others]),
        "wrong": [f"{each['after']}, {each['expect']} -> {got}: {each['text']}" for each, got in heard if each["expect"] != got],
    }


def _ranked(heard: dict[str, Any]) -> list[str]:
    return [entry["name"] for entry in heard.get("intent_ranking") or [] if entry["name"] != FALLBACK] or [FALLBACK]


def _share(flags: list[bool]) -> float:
    return sum(flags) / len(flags) if flags else 0.0


async def measure(model: str) -> dict[str, Any]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))  # Rasa says every message
    agent = Agent.load(model)
    return {
        "outside": await outside(agent, held_out(TESTS / "nlu_held_out.yml")),
        "inside": await inside(agent, lines(TESTS / "in_module.jsonl")),
        "asked_on": await asked_on(agent, lines(TESTS / "follow_ups.jsonl")),
    }


def main() -> None:
    options = argparse.ArgumentParser(description="Measures a trained model on held-out text.")
    options.add_argument("model")
    options.add_argument("--confusions", type=int, default=0)
    options.add_argument("--json", type=Path)
    options.add_argument("--results", type=Path)
    given = options.parse_args()
    found = asyncio.run(measure(given.model))
    if given.json:
        given.json.write_text(json.dumps(found, indent=1), "utf-8")
    if given.results:
        write_results(found, given.results)
    for where, figures in found.items():
        for name, value in figures.items():
            if isinstance(value, (int, float)):
                print(f"{where:8} {name:26} {value:.3f}" if isinstance(value, float) else f"{where:8} {name:26} {value}")  # noqa: T201
    for pair, count in found["outside"]["confusions"][: given.confusions]:
        print(f"{count:4} {pair}")  # noqa: T201


if __name__ == "__main__":
    main()
