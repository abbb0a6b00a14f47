"""What clinicians wrote holds: every example of every phrase, cue and question, and every case."""

from __future__ import annotations

from pathlib import Path

import pytest

from safety.content import Clinical, load_clinical
from safety.lint import Case, assess_case, main, problems, read_cases

FOLDER = Path(__file__).resolve().parents[2] / "clinical"


@pytest.mark.parametrize("case", read_cases(FOLDER), ids=lambda case: case.id)
def test_a_case_gets_the_verdict_it_must_get(case: Case, clinical: Clinical) -> None:
    found = assess_case(case, clinical)
    if case.known_miss:
        assert not case.holds(found), "heard after all: remove known_miss"
        return
    assert case.holds(found), (found.level, found.category, [f.phrase_id for f in found.counted])


def test_the_lint_finds_nothing_to_mend(clinical: Clinical, folder: Path) -> None:
    assert [str(problem) for problem in problems(clinical, folder)] == []


def test_every_phrase_has_an_example_a_near_miss_a_source_and_a_reviewer(clinical: Clinical) -> None:
    for phrase in clinical.phrases.phrases.values():
        assert phrase.fires, phrase.id
        assert phrase.quiet, phrase.id
        assert phrase.source, phrase.id
        assert phrase.reviewed_by, phrase.id


def test_the_four_markers_of_the_protocol_are_there(clinical: Clinical) -> None:
    markers = {phrase.marker for phrase in clinical.phrases.phrases.values()} - {""}
    assert markers >= {"hopeless", "burden", "trapped", "unbearable"}


WORDS = """
words:
  DIE: die | be dead
phrases:
  - id: S-1
    level: 3
    category: S
    why: Wants to die.
    source: test
    reviewed_by: nobody
    say: [want to DIE]
    fires: {fires}
    quiet: ["I want pie"]
"""


def lint(tmp_path: Path, fires: str, cases: str = "cases: []", context: str = "cues: []") -> int:
    (tmp_path / "phrases").mkdir(exist_ok=True)
    (tmp_path / "phrases" / "a.yml").write_text(WORDS.format(fires=fires))
    (tmp_path / "cases.yml").write_text(cases)
    (tmp_path / "context.yml").write_text(context)
    return main(["--clinical", str(tmp_path)])


def test_the_lint_names_file_entry_and_remedy_when_an_example_is_not_heard(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert lint(tmp_path, '["I long for the end"]') == 1
    said = capsys.readouterr().out
    assert "clinical/phrases/a.yml, entry S-1" in said
    assert "I long for the end" in said
    assert "To mend it" in said


def test_the_lint_reports_a_case_with_a_wrong_verdict_and_a_known_miss_that_is_heard(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = """
cases:
  - {id: A, say: I want to die, level: 5}
  - {id: B, say: I want to die, level: 3, known_miss: nobody knew}
  - {id: C, say: I want to die, level: 3, category: S}
"""
    assert lint(tmp_path, '["I want to die"]', cases) == 1
    said = capsys.readouterr().out
    assert "case A" in said
    assert "remove `known_miss`" in said
    assert "case C" not in said


def test_the_lint_asks_for_a_near_miss_and_a_kind_that_exists(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    context = """
cues:
  - {id: C-1, kind: mood, why: x, to_level: 0, before: [not], fires: ["I do not want to die"]}
"""
    assert lint(tmp_path, '["I want to die"]', context=context) == 1
    said = capsys.readouterr().out
    assert "no near miss" in said
    assert "`kind` is 'mood'" in said


def test_content_that_cannot_be_read_is_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert lint(tmp_path, '["I want to die"]', "cases: 7") == 2
    assert "cases.yml" in capsys.readouterr().err


def test_the_version_changes_with_any_word(tmp_path: Path) -> None:
    lint(tmp_path, '["I want to die"]')
    before = load_clinical(tmp_path).version
    path = tmp_path / "phrases" / "a.yml"
    path.write_text(path.read_text().replace("pie", "pies"))
    assert load_clinical(tmp_path).version != before
