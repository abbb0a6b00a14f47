"""The answers carry what a clinic needs to sign them, and a fault in them is told in a clinician's words."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from programme import ContentError, Programme, load_faq
from programme.review import COMMON, missing


@pytest.fixture
def copy(content: Path, tmp_path: Path) -> Path:
    for name in ("faq.yml", "follow_ups.yml"):
        shutil.copy(content.parent / name, tmp_path / name)
    return tmp_path / "faq.yml"


def edited(file: Path, before: str, after: str) -> Path:
    text = file.read_text("utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), "utf-8")
    return file


def test_there_are_52_and_each_has_evidence_a_source_and_a_date(programme: Programme) -> None:
    entries = programme.faq.entries.values()
    assert len(entries) == 52
    for entry in entries:
        assert entry.evidence, entry.id
        assert entry.sources.strip(" -"), entry.id
        assert date.fromisoformat(entry.review_by) > date(2026, 11, 1), entry.id
        assert len(entry.sms) < len(entry.answer) + 1, entry.id


def test_nobody_has_signed_them_yet_and_the_lint_says_so(programme: Programme) -> None:
    gaps = list(missing(programme.faq, date(2026, 11, 25)))
    assert "52 of 52 answers have no reviewer yet: all." in gaps
    assert any("F05, F46" in gap for gap in gaps)


def test_after_its_date_an_answer_is_called_overdue(programme: Programme) -> None:
    assert any("past their review date" in gap for gap in missing(programme.faq, date(2027, 2, 1)))


def test_the_commonest_are_there_in_spanish(programme: Programme) -> None:
    assert len(COMMON) >= 10
    for one in COMMON:
        assert programme.faq.entries[one].es, one
        assert programme.faq.entries[one].es_sms, one


def test_signed_means_signed_by_somebody(copy: Path) -> None:
    with pytest.raises(ContentError, match="names no reviewer"):
        load_faq(edited(copy, "needs_review: true\n    review_by", "needs_review: false\n    review_by"))


def test_a_date_that_is_none_is_refused(copy: Path) -> None:
    with pytest.raises(ContentError):
        load_faq(edited(copy, "review_by: 2027-05-01", "review_by: next spring"))


def test_asking_on_that_leads_nowhere_is_refused(copy: Path) -> None:
    edited(copy.with_name("follow_ups.yml"), "F01: {how_long: F22", "F01: {how_long: F99")
    with pytest.raises(ContentError, match="F99"):
        load_faq(copy)


def test_a_kind_nobody_asks_is_refused(copy: Path) -> None:
    edited(copy.with_name("follow_ups.yml"), "F01: {how_long: F22", "F01: {how_lang: F22")
    with pytest.raises(ContentError, match="how_lang"):
        load_faq(copy)
