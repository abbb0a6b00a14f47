"""The rare turns of the screen: what is broken is told in words, what is unusual is read all the same."""

from __future__ import annotations

import io
import json
import runpy
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

from safety.assessment import Turn
from safety.cli import main
from safety.content import Clinical, load_clinical
from safety.entries import Entry
from safety.errors import ContentError, PatternError
from safety.layers import written
from safety.lint import main as lint
from safety.matcher import Index, View
from safety.pattern import Parser, inflections
from safety.phrasebook import read_phrases
from safety.protocol import Facts, ProtocolState
from safety.protocol.messages import begin
from safety.screen import assess
from safety.spelling import CACHE, Speller
from safety.wordlist import ordinary

PHRASE: dict[str, Any] = {
    "id": "S-ONE", "level": 3, "category": "S", "why": "Wants to die.", "source": "test", "reviewed_by": "needs review",
    "say": ["want to die"], "fires": ["i want to die"], "quiet": ["i want to diet"],
}  # fmt: skip


CUE: dict[str, Any] = {
    "id": "D-NOT", "kind": "denial", "why": "Denied.", "to_level": 0, "before": ["(do not | don't)"],
    "fires": ["i do not want to die"], "quiet": ["i want to die"],
}  # fmt: skip
RULE: dict[str, Any] = {
    "id": "C-BACK", "why": "Taken back.", "say": ["just kidding"], "fires": ["i want to die => just kidding"], "quiet": ["just kidding"]
}  # fmt: skip
QUESTION: dict[str, Any] = {
    "id": "Q-NOW", "level": 2, "category": "S", "why": "An end.", "asked": ["what now"], "answers": ["the end"],
    "fires": ["what now => the end"], "quiet": ["what now => soup"],
}  # fmt: skip


def folder(tmp_path: Path, phrases: list[dict[str, Any]], context: Any, cases: Any) -> Path:
    (tmp_path / "phrases").mkdir()
    files = {"phrases/one.yml": {"phrases": phrases}, "context.yml": context, "cases.yml": None if cases is None else {"cases": cases}}
    for name, data in files.items():
        if data is not None:
            (tmp_path / name).write_text(yaml.safe_dump(data), "utf-8")
    return tmp_path


def test_a_text_may_come_through_a_pipe(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("I want to die"))
    assert main([]) == 0
    assert "level 3" in capsys.readouterr().out


def test_many_lines_may_come_through_a_pipe(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO('{"id": 1, "text": "soup"}\n'))
    monkeypatch.setattr("sys.argv", ["safety", "--jsonl"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("safety", run_name="__main__")
    assert ended.value.code == 0
    assert json.loads(capsys.readouterr().out)["level"] == 0


def test_a_line_that_could_not_be_screened_says_so(monkeypatch: pytest.MonkeyPatch, clinical: Clinical) -> None:
    from safety import cli

    out = io.StringIO()
    assert cli.stream(io.StringIO('{"id": 1, "text": "hi"}'), out, None) == 0  # type: ignore[arg-type]  # no content at all
    assert json.loads(out.getvalue())["unscreened"]


@pytest.mark.parametrize(
    ("words", "remedy"),
    [(b"phrases: [", "check quotes"), (b"\xff\xfe\xff", "save the file as UTF-8"), (b"- a list", "compare with the other files")],
)
def test_a_file_that_is_broken_is_told_with_its_name_and_the_remedy(tmp_path: Path, words: bytes, remedy: str) -> None:
    (tmp_path / "phrases").mkdir()
    (tmp_path / "phrases" / "one.yml").write_bytes(words)
    with pytest.raises(ContentError, match=r"phrases/one\.yml") as fault:
        load_clinical(tmp_path)
    assert remedy in str(fault.value)


def test_an_entry_that_is_no_list_of_fields_is_told(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="is not a list of named fields"):
        Entry("phrases/one.yml", "want to die", "3rd entry")


LINTED: list[tuple[str, dict[str, Any]]] = [
    ("'mood', which is no kind of cue", {"phrases": [{**PHRASE, "spares": ["mood"]}]}),
    ("should leave this alone and does not: 'i want to die too'", {"phrases": [{**PHRASE, "quiet": ["i want to die too"]}]}),
    ("It has no example that must be heard", {"phrases": [{**PHRASE, "fires": []}]}),
    ("It has no near miss", {"phrases": [{**PHRASE, "quiet": []}]}),
    ("should lower a phrase here and does not: 'i want to die'", {"cues": [CUE | {"fires": ["i want to die"]}]}),
    ("must not lower a phrase here and does: 'i do not want to die'", {"cues": [CUE | {"quiet": ["i do not want to die"]}]}),
    ("should act here and does not: 'hello'", {"retractions": [RULE | {"fires": ["hello"]}]}),
    ("must not act here and does: 'i want to die => just kidding'", {"retractions": [RULE | {"quiet": ["i want to die => just kidding"]}]}),
    ("should be heard and is not: 'what now' => 'soup'", {"questions": [QUESTION | {"fires": ["what now => soup"]}]}),
    ("must be left alone and is not: 'what now' => 'the end'", {"questions": [QUESTION | {"quiet": ["what now => the end"]}]}),
    (
        "must get level 5, category S and gets level 3, category S by S-ONE",
        {"cases": [{"id": "C", "say": "i want to die", "level": 5, "category": "S"}]},
    ),
    ("must get level 2 to 5 and gets level 0, category none.", {"cases": [{"id": "C", "say": "soup", "at_least": 2}]}),
    ("must get level 0 to 1 and gets level 3", {"cases": [{"id": "C", "say": "i want to die", "at_most": 1}]}),
]


@pytest.mark.parametrize(("told", "content"), LINTED, ids=[told[:40] for told, _ in LINTED])
def test_the_lint_tells_each_fault_in_words(told: str, content: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    context = {
        "cues": [CUE],
        "retractions": [RULE],
        "questions": [QUESTION],
        **{k: v for k, v in content.items() if k not in ("phrases", "cases")},
    }
    here = folder(tmp_path, content.get("phrases", [PHRASE]), context, content.get("cases"))
    assert lint(["--clinical", str(here)]) == 1
    assert told in capsys.readouterr().out


def test_content_without_a_fault_has_nothing_to_mend(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    here = folder(tmp_path, [PHRASE], {"cues": [CUE], "retractions": [RULE], "questions": [QUESTION]}, None)
    assert lint(["--clinical", str(here)]) == 0
    assert "0 to mend" in capsys.readouterr().out


def test_a_case_of_a_category_that_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    here = folder(tmp_path, [PHRASE], {}, [{"id": "C", "say": "x", "level": 3, "category": "Z"}])
    assert lint(["--clinical", str(here)]) == 2
    assert "`category` is 'Z'" in capsys.readouterr().err


def test_the_lint_runs_as_a_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.argv", ["lint", "--clinical", str(folder(tmp_path, [PHRASE], None, None))])
    monkeypatch.delitem(sys.modules, "safety.lint")
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("safety.lint", run_name="__main__")
    assert ended.value.code == 0


def test_the_same_class_twice_and_a_class_without_its_bracket_are_told() -> None:
    with pytest.raises(ContentError, match="this class is defined twice"):
        read_phrases({"a.yml": {"words": {"DIE": "die"}}, "b.yml": {"words": {"DIE": "end"}}})
    with pytest.raises(ContentError, match=r"a '\)' without its '\('"):
        read_phrases({"a.yml": {"words": {"DIE": "die) end"}}})


def parser() -> Parser:
    return Parser(lambda piece: tuple(piece.split("-")), {})


def heard(pattern: str, text: str, clinical: Clinical) -> bool:
    return bool(Index([(parser().parse(pattern), "it")]).hits(View(clinical.phrases.tokens(text))))


def test_a_word_or_the_end_may_itself_be_missing(clinical: Clinical) -> None:
    assert heard("going (soon | $)? home", "going home", clinical)
    assert heard("going (soon | $)? home", "going soon home", clinical)


def test_a_written_out_word_may_be_missing_as_a_whole(clinical: Clinical) -> None:
    assert heard("going far-away? home", "going home", clinical)
    assert heard("going far-away? home", "going far away home", clinical)
    assert not heard("going far-away? home", "going far home", clinical)


@pytest.mark.parametrize("wrong", ["going ...? home", "going ^? home"])
def test_what_cannot_be_missing_is_told(wrong: str) -> None:
    with pytest.raises(PatternError, match="may only follow a word"):
        parser().parse(wrong)


def test_a_pattern_none_of_whose_words_is_said_costs_no_reading(clinical: Clinical) -> None:
    view = View(clinical.phrases.tokens("the soup is warm"))
    assert Index([(parser().parse("soup of (death | the end)"), "it")]).hits(view) == []
    assert view.steps == 0


def test_markers_said_in_different_messages_are_one_weight(clinical: Clinical) -> None:
    said = assess(
        "I'm just a burden to everyone", history=[Turn("patient", "it's never going to get better")], clinical=clinical, layers=written()
    )
    assert said.level == 3
    assert {f.phrase_id for f in said.counted} >= {"S-SLIDE"}
    assert assess("I'm just a burden to everyone", clinical=clinical, layers=written()).level == 2


def test_the_speller_forgets_rather_than_grows() -> None:
    speller = Speller({}, ["die"], [])
    for n in range(CACHE + 1):
        speller.words(f"w{n}")
    assert len(speller._cache) <= CACHE
    assert speller.words("die") == ("die",)


@pytest.mark.parametrize(("typed", "read"), [("s*icide", "suicide"), ("***e", "***e"), ("d!e", "die"), ("k*ll", "kill")])
def test_letters_behind_stars_are_found_when_enough_is_left(typed: str, read: str) -> None:
    assert Speller({}, ["suicide", "die", "kill"], []).words(typed)[0] in (read, typed.replace("*", ""))


def test_ordinary_words_are_those_said_twice_in_harmless_lines(tmp_path: Path) -> None:
    rows = [{"text": "homeless soup", "level": 0}, {"text": "homeless again", "level": 1}, {"text": "hopeles hopeles", "level": 3}]
    (tmp_path / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n\n", "utf-8")
    (tmp_path / "plain.yml").write_text("again: Ágain", "utf-8")
    assert ordinary([tmp_path / "corpus.jsonl", tmp_path / "plain.yml"]) == ["again", "homeless"]


def test_the_word_list_is_written_one_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.yml").write_text("soup soup", "utf-8")
    monkeypatch.setattr("sys.argv", ["wordlist", str(tmp_path / "a.yml")])
    monkeypatch.delitem(sys.modules, "safety.wordlist")
    runpy.run_module("safety.wordlist", run_name="__main__")
    assert capsys.readouterr().out == "soup\n"


def test_verbs_keep_their_plain_form_among_their_forms() -> None:
    assert "kill" in inflections("kill")


def test_importing_the_programs_starts_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("safety.__main__", "safety.lint", "safety.protocol.__main__", "safety.protocol.lint", "safety.wordlist"):
        import_module(name)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [("safety.protocol.__main__", ["3S: i think about ending it"], "i think about ending it"), ("safety.protocol.lint", [], "reads well")],
)
def test_the_protocols_programs_run(
    name: str, arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", [name, *arguments])
    monkeypatch.delitem(sys.modules, name, raising=False)
    with pytest.raises(SystemExit) as ended:
        runpy.run_module(name, run_name="__main__")
    assert ended.value.code == 0
    assert said in capsys.readouterr().out


def test_what_lies_inside_a_denied_phrase_is_denied_with_it(tmp_path: Path) -> None:
    """The cue stands before the longer phrase, two words away from the shorter one."""
    longer = {**PHRASE, "id": "S-LONG", "say": ["about wanting to want to die"], "level": 4}
    small = load_clinical(folder(tmp_path, [PHRASE, longer], {"cues": [CUE]}, None))
    found = {f.phrase_id: f for f in assess("i do not about wanting to want to die", clinical=small, layers=written()).findings}
    assert not found["S-LONG"].counted
    assert (found["S-ONE"].counted, found["S-ONE"].cue) == (False, "D-NOT")
    assert assess("about wanting to want to die", clinical=small, layers=written()).level == 4


def test_a_weight_said_once_with_nothing_before_it_is_no_slide(clinical: Clinical) -> None:
    found = assess("I'm just a burden to everyone", history=[Turn("patient", "the soup was good")], clinical=clinical, layers=written())
    assert found.level == 2
    assert "S-SLIDE" not in {f.phrase_id for f in found.findings}


def test_a_choice_may_begin_at_an_edge_or_hold_what_need_not_be_said(clinical: Clinical) -> None:
    assert heard("(^ go | went) home", "go home", clinical)
    assert not heard("(^ go | went) home", "then go home", clinical)
    assert heard("going (soon? | late) home", "going home", clinical)


def test_a_pattern_of_signs_only_is_told() -> None:
    with pytest.raises(PatternError, match="'--' is not a word"):
        Parser(lambda piece: (), {}).parse("--")


def test_words_spelt_out_are_parted_by_the_wider_gaps(clinical: Clinical) -> None:
    assert clinical.phrases.tokens("I  w a n t  t o  d i e").words == ["i", "want", "to", "die"]
    assert assess("I  w a n t  t o  d i e", clinical=clinical, layers=written()).level == 3


def test_of_two_reasons_in_one_turn_the_more_telling_one_is_read(clinical: Clinical) -> None:
    draft = begin(ProtocolState(), Facts(), clinical, datetime(2026, 11, 25, tzinfo=UTC))
    draft.raise_flag("repeated")
    draft.raise_flag("no_call")
    draft.raise_flag("repeated")
    assert draft.flag is not None
    assert draft.flag.code == "no_call"


def test_a_sign_that_is_on_no_key_beside_it_mends_nothing() -> None:
    speller = Speller({}, ["hopeless"], [])
    assert speller.words("hopelezs") == ("hopeless",), "z lies below s"
    assert speller.words("hopelþss") == ("hopelþss",)
