"""The report: what goes in, what it says, and what it never quotes."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from evaluation import examples, foreign, peers
from evaluation.examples import Example
from evaluation.hear import Heard, hear, hear_all
from evaluation.keywords import WORDS, alarms
from evaluation.page import page
from evaluation.report import build
from evaluation.talks import replay, summary
from safety import Clinical, load_clinical
from safety.model.network import load
from training.rows import read, share

LINES = [
    {"id": "x1", "text": "copper kettles want to die", "label": "crisis", "history": ["before"]},
    {"id": "x2", "text": "a quiet day", "label": "not_crisis", "hard_negative": True},
    {"id": "x3", "text": "could be anything", "label": "ambiguous"},
]
SAID = [
    Example("a", "I want to kill myself", "test", True, 3, "S", file="k_es_1"),
    Example("b", "the soup is warm", "test", True, 5, "S", tags=frozenset({"pair:1"})),
    Example("c", "I want to die", "test", False, 0, "none", tags=frozenset({"pair:1"})),
    Example("d", "see you on Tuesday", "exam", False, 0, "none", file="h_therapy"),
    Example("h", "tin whistles, gently, all of them", "exam", True, 5, "S", tags=frozenset({"group:kap_twin"})),
    Example("e", "copper kettles want to die", "diasafety_risk", False),
    Example("f", "bye then", "test", True, 3, "S", history=("slept well", "I keep thinking about killing myself")),
    Example("g", "made pasta", "test", False, 0, "none", history=("slept well",)),
]


@pytest.fixture(scope="module")
def clinical() -> Clinical:
    return load_clinical(examples.ROOT / "clinical")


@pytest.fixture(scope="module")
def heard(clinical: Clinical) -> list[Heard]:
    return hear_all(SAID, clinical, load())


def built(heard: list[Heard], clinical: Clinical, others: peers.Peers | None = None) -> dict[str, object]:
    about = {
        "at": "now",
        "quick": False,
        "content": "1",
        "trained layer": True,
        "examples": len(SAID),
        "strides": {},
        "seconds": 1,
        "nlu": None,
    }
    return {**about, **build(heard, replay(SAID, clinical), others or peers.Peers(absent={"all": "not asked"}), {})}


def test_ambiguous_lines_count_neither_as_risk_nor_as_harmless(tmp_path: Path) -> None:
    (tmp_path / "weval_cc0.jsonl").write_text("\n".join(map(json.dumps, LINES)), "utf-8")
    found = foreign.foreign(tmp_path)
    assert [(e.id, e.risk, e.history, e.ours) for e in found] == [("x1", True, ("before",), False), ("x2", False, (), False)]


def test_without_the_sets_of_others_there_is_simply_less_to_measure(tmp_path: Path) -> None:
    assert foreign.foreign(tmp_path) == []
    assert examples.exam(tmp_path / "none") == []


def test_an_exam_is_read_like_the_corpus(tmp_path: Path) -> None:
    row = {"id": "e-1", "text": "ya no quiero", "level": 2, "category": "S", "voice": "v", "tags": ["es"], "prompt": "How are you?"}
    (tmp_path / "exam.jsonl").write_text(json.dumps(row), "utf-8")
    (one,) = examples.exam(tmp_path)
    assert (one.origin, one.risk, one.level, one.prompt, one.spanish, one.ours) == ("exam", True, 2, "How are you?", True, True)


def test_only_the_share_kept_back_from_training_is_measured() -> None:
    kept = {row.id for row in read() if share(row) == "test"}
    assert {e.id for e in examples.test_share()} == kept


def test_every_case_that_says_risk_or_none_is_measured() -> None:
    found = examples.cases()
    assert len(found) > 250
    assert {e.risk for e in found} == {True, False}


def test_the_keyword_list_is_a_fair_one() -> None:
    assert len(WORDS) == len(set(WORDS)) == 20
    assert alarms("I just WANT TO DIE.")
    assert alarms("I don’t want to live like this")
    assert not alarms("my diet ends in suicidegirls posters")


def test_misses_and_alarms_come_with_what_each_layer_said(heard: list[Heard], clinical: Clinical) -> None:
    found = built(heard, clinical)
    assert [one["id"] for one in found["misses"]] == ["b"]  # type: ignore[attr-defined]
    (alarm,) = found["alarms"]  # type: ignore[misc]
    assert alarm["id"] == "c"
    assert {"phrase"} <= {f["layer"] for f in alarm["counted"]}
    assert alarm["counted"][0]["words"] == "want to die"


def test_the_words_of_others_are_counted_and_never_quoted(heard: list[Heard], clinical: Clinical) -> None:
    found = built(heard, clinical)
    assert found["sets"]["diasafety_risk"]["screens"]["Afterglow"]["alarms"]["hits"] == 1  # type: ignore[index]
    assert "copper kettles" not in json.dumps(found) + page(found)


def test_the_exam_is_counted_and_stays_unread(heard: list[Heard], clinical: Clinical) -> None:
    found = built(heard, clinical)
    assert found["groups"]["ours"]["their dangerous twins"]["heard"]["of"] == 1  # type: ignore[index]
    assert "tin whistles" not in json.dumps(found) + page(found)


def test_a_talk_is_heard_when_the_alarm_comes_no_later_than_its_last_turn(clinical: Clinical) -> None:
    talks = replay(SAID, clinical)
    assert [(t.example.id, t.alarm, t.turns) for t in talks] == [("f", 2, 3), ("g", None, 2)]
    found = summary(talks)
    assert (found["in time"]["hits"], found["needless"]["hits"], found["before the last turn"]) == (1, 0, 1)


def test_targets_say_what_is_met_and_where_there_is_too_little(heard: list[Heard], clinical: Clinical) -> None:
    first = built(heard, clinical)["targets"][0]["found"]["test share"]  # type: ignore[index]
    assert (first["hits"], first["of"], first["met"], first["few"]) == (2, 3, False, True)


def test_the_page_stands_alone_and_tells_what_is_missing(heard: list[Heard], clinical: Clinical) -> None:
    html = page(built(heard, clinical, peers.Peers(absent={"rrt-advocate": "no such package"})))
    assert html.count("<svg") == 4
    assert "rrt-advocate is missing: no such package" in html
    assert all(outside not in html for outside in ("<script", "http://", "https://", "src="))


def test_peers_answer_beside_ours(heard: list[Heard], clinical: Clinical) -> None:
    found = built(heard, clinical, peers.Peers(alarms={"loud 1.0": [True] * len(SAID)}))
    row = found["sets"]["test"]["screens"]["loud 1.0"]  # type: ignore[index]
    assert (row["heard"]["hits"], row["alarms"]["hits"], row["alarms"]["of"]) == (3, 2, 2)


def test_a_peer_that_is_not_there_is_named_with_the_reason() -> None:
    found = peers._ask(Path(sys.executable), SAID)
    assert found.alarms == {}
    assert set(found.absent) == {"rrt-advocate", "pantheon-guardrails", "cogno-aegis"}


def test_no_peers_at_all_is_said_and_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline() -> Path:
        raise OSError("no network")

    monkeypatch.setattr(peers, "_environment", offline)
    assert peers.ask(SAID) == peers.Peers(absent={"all": "could not be installed or run here (OSError)"})


def test_the_layers_are_told_apart(clinical: Clinical) -> None:
    one = hear(SAID[0], clinical)
    assert one.by_phrases == 3
    assert one.by_keywords


def test_what_the_bot_understands_stands_in_the_report_as_it_was_measured(heard: list[Heard], clinical: Clinical) -> None:
    """The real file of the other measurement: its parts and figures are rows, not an empty table."""
    measured = json.loads((examples.ROOT / "bench" / "results" / "nlu.json").read_text("utf-8"))
    text = page({**built(heard, clinical), "nlu": measured})
    assert f"<td>outside</td><td>macro f1</td><td class=\"n\">{measured['outside']['macro_f1']:.3f}</td>" in text
    assert f"<td>inside</td><td>answers</td><td class=\"n\">{measured['inside']['answers']}</td>" in text
