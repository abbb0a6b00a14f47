"""The model is trained when what it is made of changed, and again when its file is broken. Rasa itself is a stand-in here."""

import os
from pathlib import Path

import pytest

from launch.errors import StepFailed
from launch.model import ensure_model, is_whole
from launch.places import Places

RASA = """#!/bin/sh
echo trained >> "$COUNT"
while [ "$1" != --out ]; do shift; done
[ -z "$FAIL" ] || { echo 'Rasa is unwell'; exit 1; }
echo model > "$2/nlu" && tar -czf "$2/model.tar.gz" -C "$2" nlu
"""


@pytest.fixture
def places(tmp_path: Path) -> Places:
    for name in ("bot/config.yml", "bot/domain.yml", "bot/data/nlu.yml", "bot/actions/a.py", "clinical/faq.yml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    python = tmp_path / "bot/.venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(RASA)
    python.chmod(0o755)
    return Places(tmp_path, tmp_path / "var")


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "COUNT": str(tmp_path / "count")}


def trainings(environ: dict[str, str]) -> int:
    return len(Path(environ["COUNT"]).read_text().splitlines())


def test_the_same_files_are_trained_once(places: Places, environ: dict[str, str]) -> None:
    model = ensure_model(places, environ)
    assert is_whole(model)
    assert ensure_model(places, environ) == model
    assert trainings(environ) == 1


@pytest.mark.parametrize("changed", ["bot/data/nlu.yml", "bot/domain.yml", "clinical/faq.yml"])
def test_a_changed_input_is_trained_anew(places: Places, environ: dict[str, str], changed: str) -> None:
    first = ensure_model(places, environ)
    (places.root / changed).write_text("changed")
    assert ensure_model(places, environ) != first
    assert trainings(environ) == 2


def test_a_changed_action_or_a_touched_file_needs_no_training(places: Places, environ: dict[str, str]) -> None:
    first = ensure_model(places, environ)
    (places.root / "bot/actions/a.py").write_text("changed")
    os.utime(places.root / "bot/domain.yml", (1, 1))
    assert ensure_model(places, environ) == first
    assert trainings(environ) == 1


def test_a_broken_model_is_said_in_one_line_and_trained_again(
    places: Places, environ: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    model = ensure_model(places, environ)
    model.write_bytes(model.read_bytes()[:-7])
    assert ensure_model(places, environ) == model
    assert is_whole(model)
    told = [line for line in capsys.readouterr().out.splitlines() if "broken" in line]
    assert told == [f"The model file {model.name} is broken (cut off or changed): training it again."]


def test_a_failed_training_leaves_no_model_and_says_why(places: Places, environ: dict[str, str]) -> None:
    with pytest.raises(StepFailed, match="Rasa is unwell"):
        ensure_model(places, {**environ, "FAIL": "1"})
    assert list(places.models.glob("*.tar.gz")) == []
    assert list(places.models.glob("training-*")) == []


def test_the_three_latest_models_are_kept(places: Places, environ: dict[str, str]) -> None:
    for turn in range(5):
        (places.root / "bot/domain.yml").write_text(str(turn))
        latest = ensure_model(places, environ)
    kept = sorted(places.models.glob("*.tar.gz"))
    assert len(kept) == 3
    assert latest in kept
