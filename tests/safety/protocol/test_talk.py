"""The talks that are read aloud can be printed, and docs/protocol.md shows today's."""

import subprocess
import sys
from pathlib import Path

import pytest

from safety.content import Clinical
from safety.protocol.__main__ import main
from safety.protocol.talk import talk, written
from safety.protocol.talks import TALKS

ROOT = Path(__file__).resolve().parents[3]


def test_a_talk_shows_both_sides_and_what_the_team_is_asked(clinical: Clinical) -> None:
    text = "\n".join(written(talk(["hello", "4S: i plan it", "!joins", "hm"], clinical)))
    assert "(the module or Rasa answers)" in text
    assert "(the bot says nothing)" in text
    assert "a clinician is paged" in text
    assert "{" not in text


@pytest.mark.parametrize("one", TALKS, ids=lambda one: one.title)
def test_no_talk_asks_two_questions_in_a_turn_or_repeats_a_line_three_times(clinical: Clinical, one: object) -> None:
    turns = list(talk(one.turns, clinical, one.facts))
    texts = [line.text for said in turns for line in said.outcome.lines]
    assert all(sum(line.text.count("?") for line in said.outcome.lines) <= 1 for said in turns)
    assert all(texts.count(text) <= 2 for text in texts)


def test_the_document_shows_todays_talks(tmp_path: Path) -> None:
    page = ROOT / "docs" / "protocol.md"
    copy = tmp_path / "protocol.md"
    copy.write_text(page.read_text("utf-8"), "utf-8")
    assert main(["--into", str(copy)]) == 0
    assert copy.read_text("utf-8") == page.read_text("utf-8"), "renew it: python -m safety.protocol --into docs/protocol.md"


def test_every_talk_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    printed = capsys.readouterr().out
    assert all(f"### {one.title}" in printed for one in TALKS)


def test_own_words_are_answered(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["2S: it will never get better", "no"]) == 0
    assert "> it will never get better" in capsys.readouterr().out


def test_own_words_can_be_tried() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "safety.protocol", "3S: it's too much", "no"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "> it's too much" in done.stdout
    assert done.returncode == 0
