"""`python -m safety`: explains a verdict, or reads many lines."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from safety.assessment import Assessment
from safety.cli import main, stream
from safety.content import Clinical
from safety.explain import explain

HOME = Path(__file__).resolve().parents[2]


def test_a_text_is_explained_with_level_words_and_reason(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["I'm not okay, I want to die"]) == 0
    said = capsys.readouterr().out
    assert "level 3, category S" in said
    assert "[want to die]" in said
    assert "Wants to die" in said


def test_question_and_history_can_be_given(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["this life", "--prompt", "What would you like to let go of?"]) == 0
    assert "QA-LETGO" in capsys.readouterr().out
    assert main(["jk about earlier", "--history", "I want to kill myself"]) == 0
    assert "C-TAKEBACK" in capsys.readouterr().out


def test_lines_in_lines_out_and_a_bad_line_stops_nothing(clinical: Clinical) -> None:
    lines = io.StringIO(
        '{"id": 1, "text": "I want to die"}\n\nnot json\n{"id": 2, "text": "hi", "history": [{"role": "user", "text": "x"}]}\n'
    )
    out = io.StringIO()
    assert stream(lines, out, clinical) == 1
    rows = [json.loads(line) for line in out.getvalue().splitlines()]
    assert rows[0]["level"] == 3
    assert "error" in rows[1]
    assert (rows[2]["id"], rows[2]["level"]) == (2, 0)


def test_broken_content_is_one_line_and_a_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hi", "--clinical", str(tmp_path)]) == 2
    assert "restore clinical/phrases" in capsys.readouterr().err


def test_it_runs_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "safety", "--jsonl"],
        input='{"id": "a", "text": "kms"}\n',
        capture_output=True,
        text=True,
        cwd=HOME,
        check=True,
    )
    assert json.loads(done.stdout)["level"] >= 3


def test_what_was_not_screened_is_said_plainly() -> None:
    assert "A person must read it" in explain("x", Assessment.unscreened_because("screening failed (OSError)"), colour=False)


def test_colours_mark_the_words_on_a_terminal(clinical: Clinical) -> None:
    from safety.screen import assess

    text = "I'm not suicidal but I want to die"
    said = explain(text, assess(text, clinical=clinical), colour=True)
    assert "\x1b[31;1m" in said
    assert "\x1b[2m" in said
