"""Clinicians read what they changed, text by text."""

import subprocess
from pathlib import Path

import pytest

from launch.changes import changes, main

MODULE = """id: M4
steps:
  - id: S1
    text: "Good morning. How did you sleep?"
    choices:
      - {value: well, label: well}
      - {value: badly, label: badly}
  - id: S2
    text: Back to normal?
"""


def git(root: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=Test", "-c", "user.email=test@clinic.example", *arguments], cwd=root, check=True, capture_output=True
    )


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    """A folder of content with one commit."""
    (tmp_path / "clinical" / "programme").mkdir(parents=True)
    (tmp_path / "clinical" / "programme" / "M4.yml").write_text(MODULE)
    (tmp_path / "clinical" / "lines.yml").write_text("lines: {greeting: Hello}\n")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "First")
    return tmp_path


def edit(clinic: Path, name: str, old: str, new: str) -> list[str]:
    file = clinic / "clinical" / name
    file.write_text(file.read_text().replace(old, new))
    return [str(change) for change in changes(clinic, "HEAD")]


def test_an_edited_text_is_shown_as_it_was_and_is(clinic: Path) -> None:
    told = edit(clinic, "programme/M4.yml", "How did you sleep?", "How was the night?")
    assert told == ["M4.yml, step S1, text:\n    was  “Good morning. How did you sleep?”\n    now  “Good morning. How was the night?”"]


def test_new_and_removed_steps_and_choices_are_named(clinic: Path) -> None:
    told = edit(clinic, "programme/M4.yml", "  - id: S2\n    text: Back to normal?\n", "  - id: S9\n    text: Anything else?\n")
    assert told == [
        "M4.yml, step S2: gone; was: {id: S2, text: 'Back to normal?'}",
        "M4.yml, step S9: new: {id: S9, text: 'Anything else?'}",
    ]
    told = edit(clinic, "programme/M4.yml", "label: badly", "label: not well")
    assert "M4.yml, step S1, choices 2, label:\n    was  “badly”\n    now  “not well”" in told


def test_comments_and_line_breaks_are_no_change(clinic: Path) -> None:
    assert (
        edit(
            clinic,
            "programme/M4.yml",
            'text: "Good morning. How did you sleep?"',
            "text: >-\n      Good morning.\n      How did you sleep?",
        )
        == []
    )


def test_a_whole_file_more_or_less_is_one_line(clinic: Path) -> None:
    (clinic / "clinical" / "faq.yml").write_text("entries: []\n")
    (clinic / "clinical" / "lines.yml").unlink()
    assert [str(change) for change in changes(clinic, "HEAD")] == ["faq.yml: new: a whole file", "lines.yml: gone; was: a whole file"]


def test_a_file_that_cannot_be_read_is_said_and_the_others_are_still_compared(clinic: Path) -> None:
    (clinic / "clinical" / "programme" / "M4.yml").write_text("id: M4\nid: M5\n")
    told = edit(clinic, "lines.yml", "Hello", "Good day")
    assert "cannot be compared" in told[1]
    assert "greeting" in told[0]


def test_since_another_version_and_since_one_that_is_not_there(
    clinic: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(clinic, "lines.yml", "Hello", "Good day")
    git(clinic, "commit", "-q", "-a", "-m", "Second")
    monkeypatch.chdir(clinic)
    assert main([""]) == 0
    assert capsys.readouterr().out == "0 changes in clinical/ since the last commit\n"
    assert main(["HEAD~1"]) == 0
    assert "1 change in clinical/ since HEAD~1" in capsys.readouterr().out
    assert main(["v9"]) == 0
    assert "there is no 'v9'" in capsys.readouterr().out
