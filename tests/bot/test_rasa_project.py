"""Rasa's own checks of the project, run by Rasa: data validation and the test stories, words and actions together."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from launch.model import ensure_model
from launch.places import ROOT, Places, environment, places
from launch.services import rasa_environ


@pytest.fixture(scope="module")
def here() -> Places:
    return places(environment())


@pytest.fixture(scope="module")
def model(here: Places) -> Path:
    env = environment()
    return ensure_model(here, env, Path(env["AFTERGLOW_MODELS"]) if env.get("AFTERGLOW_MODELS") else None)


def rasa(here: Places, *words: object) -> subprocess.CompletedProcess[str]:
    return run(here, "rasa", *words)


def run(here: Places, module: str, *words: object) -> subprocess.CompletedProcess[str]:
    """A module in Rasa's environment, which is another Python."""
    python = os.environ.get("AFTERGLOW_BOT_PYTHON") or str(here.bot_python)
    argv = [python, "-m", module, *map(str, words)]
    env = rasa_environ(environment(), here)
    return subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True, timeout=250, check=False)


def test_rasa_finds_nothing_wrong_with_the_data(here: Places) -> None:
    bot = ROOT / "bot"
    done = rasa(here, "data", "validate", "--config", bot / "config.yml", "--domain", bot / "domain.yml", "--data", bot / "data")
    assert done.returncode == 0, done.stderr[-2000:]
    said = done.stdout + done.stderr
    assert "No story structure conflicts found" in said
    for fault in ("not found in the NLU training data", "is not listed in the domain", "was found in multiple intents"):
        assert fault not in said, [line for line in said.splitlines() if fault in line]


def test_rasas_test_stories_hold_from_the_words_to_the_actions(here: Places, model: Path, tmp_path: Path) -> None:
    done = rasa(
        here, "test", "core", "--e2e", "--stories", ROOT / "bot" / "tests" / "test_stories.yml", "--model", model,
        "--endpoints", ROOT / "bot" / "endpoints.yml", "--out", tmp_path, "--no-plot",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert "all good" in (tmp_path / "failed_test_stories.yml").read_text("utf-8"), done.stderr[-1000:]


def test_people_the_model_has_never_met_are_understood(here: Places, model: Path, tmp_path: Path) -> None:
    """The held-out sentences of bot/tests: what a patient asks is answered, what a patient tells is not taken for a command."""
    figures = tmp_path / "figures.json"
    done = run(here, "bot.evaluate", model, "--json", figures)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(figures.read_text("utf-8"))
    outside, inside = found["outside"], found["inside"]
    assert outside["macro_f1"] >= 0.90
    assert outside["faq_top1"] >= 0.92
    assert inside["hijacked"] <= 0.02
    assert inside["questions_missed"] <= 0.08
    assert inside["commands_missed"] <= 0.08
