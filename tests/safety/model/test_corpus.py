"""What the network learns from: labels in the protocol's terms, and no voice or pair on both sides of the division."""

from __future__ import annotations

import json
from collections import Counter, defaultdict

import pytest

from training.gather import gather
from training.rows import CATEGORIES, CORPUS, grouped, read, share

ROWS = read()


def test_every_message_has_words_and_a_label_of_the_protocol() -> None:
    for row in ROWS:
        assert row.text.strip(), row.id
        assert 0 <= row.level <= 5, row.id
        assert row.category in CATEGORIES, row.id


def test_no_level_of_risk_is_without_a_category() -> None:
    assert [row.id for row in ROWS if row.level >= 2 and row.category == "none"] == []


def test_every_id_is_given_once() -> None:
    assert [name for name, times in Counter(row.id for row in ROWS).items() if times > 1] == []


def test_pairs_and_words_stay_on_one_side() -> None:
    sides = defaultdict(set)
    for row in ROWS:
        for key in [tag for tag in row.tags if tag.startswith("pair:")] + ([row.text.lower()] if len(row.text) > 25 else []):
            sides[row.file if key.startswith("pair:") else "", key].add(share(row))
    assert [key for key, found in sides.items() if len(found) > 1] == []


def test_each_share_has_risk_and_ordinary_talk() -> None:
    for side in ("train", "tune", "test"):
        risky = sum(row.level >= 2 for row in ROWS if share(row) == side)
        calm = sum(row.level < 2 for row in ROWS if share(row) == side)
        assert risky > 100, side
        assert calm > 300, side


def test_a_group_keeps_its_side_whatever_is_read_beside_it() -> None:
    part = [row for row in ROWS if row.file == "d_others"]
    assert {row.id: share(row) for row in grouped(part)} == {row.id: share(row) for row in ROWS if row.file == "d_others"}


def test_the_readme_counts_what_is_there() -> None:
    readme = (CORPUS / "README.md").read_text("utf-8")
    assert f"{len(ROWS):,} messages" in readme


def test_a_list_becomes_lines() -> None:
    rows = list(gather("x", ["@ a voice", "3S words", "", "{Why?} 0 because", "one // two // 2S three"]))
    assert rows[0] == {"id": "x-0001", "text": "words", "level": 3, "category": "S", "channel": "web", "voice": "a voice", "tags": []}
    assert rows[1]["prompt"] == "Why?"
    assert (rows[2]["history"], rows[2]["text"]) == (["one", "two"], "three")
    json.dumps(rows)


@pytest.mark.parametrize("wrong", ["9S words", "words", "3ZZ words"])
def test_a_line_that_is_no_message_is_named(wrong: str) -> None:
    with pytest.raises(ValueError, match="words"):
        list(gather("x", [wrong]))
