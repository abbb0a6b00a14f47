"""Every line a patient reads goes through the lint, also those outside the modules; a patient's own words do not fill a phone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from programme import Programme
from programme.house_texts import house_texts
from programme.lint import faults, main
from tests.programme.patient import Patient

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    shutil.copytree(ROOT / "clinical", folder / "clinical")
    (folder / "bot").mkdir()
    shutil.copy(ROOT / "bot" / "domain.yml", folder / "bot" / "domain.yml")
    return folder


def test_lines_responses_and_the_answers_heads_are_all_read_and_in_order(programme: Programme) -> None:
    found = list(house_texts(programme, ROOT / "clinical"))
    entries = {(text.file, text.entry) for text in found}
    assert {
        ("lines.yml", "greeting"), ("lines.yml", "caring, door"), ("faq.yml", "prescriber_decides"),
        ("domain.yml", "utter_prescriber_in_module_es"), ("domain.yml", "utter_shared (sms)"),
    } <= entries  # fmt: skip
    assert list(faults(programme, found)) == []


@pytest.mark.parametrize(
    ("file", "before", "after", "named"),
    [
        ("bot/domain.yml", "There's no exercise open, so there's nothing to skip.", "You must {nobody_knows}. " + "Word " * 70, "utter_nothing_to_skip"),
        ("clinical/lines.yml", "I can only read words so far.", "Notwithstanding typographical considerations, comprehension necessitates vocabulary.", "no_words"),
        ("clinical/faq.yml", "I don't have a checked answer for that.", "You must trust the process {oops}.", "no_match"),
        ("clinical/programme/rules.yml", "That one didn't help, and that happens.", "You should have tried {more}.", "rerate, say"),
    ],
    ids=str,
)  # fmt: skip
def test_a_fault_in_any_of_them_is_named(
    copy: Path, capsys: pytest.CaptureFixture[str], file: str, before: str, after: str, named: str
) -> None:
    whole = (copy / file).read_text("utf-8")
    assert before in whole
    (copy / file).write_text(whole.replace(before, after, 1), "utf-8")
    try:
        assert main([str(copy / "clinical" / "programme")]) == 1
        assert f"{Path(file).name}, {named}" in capsys.readouterr().out
    finally:
        (copy / file).write_text(whole, "utf-8")


def test_a_plan_of_many_words_is_shortened_on_a_phone_and_whole_on_the_web(programme: Programme) -> None:
    long = "walking by the river with my sister and the dog and then some more of it " * 4
    said = {}
    for channel in ("web", "sms"):
        patient = Patient(programme, channel).opens("M12", helped_before=long, safest_with=long)
        patient.says(long, "keep", "keep", "body", long, "no", "yes")
        said[channel] = "".join(line.text for line in patient.turn.lines if line.key == "M12.plan")
    assert len(said["sms"]) < 600
    assert said["sms"].count("…") == 4
    assert said["web"].count(long.strip()) == 4
