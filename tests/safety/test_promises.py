"""What the screen promises whatever is typed: no exception, bounded work, the same answer each time."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import safety
from safety.assessment import CATEGORIES, Assessment, Finding, Turn
from safety.content import Clinical
from safety.layers import written
from safety.matcher import View
from safety.message import Message
from safety.screen import assess, heard

STRANGE = [
    "", " ", "\n\n\n", "\x00", "\u200b" * 5000, "💊🔫" * 2000, "a" * 20_000, "s" + "o" * 20_000, "H\u0301\u0302\u0303" * 5000,
    "а" * 1000, "\ud800", "....." * 10_000, "k.m.s. " * 5000, "not " * 3_000, "i want to " * 3_000, "👨‍👩‍👧‍👦" * 500, "١٢٣" * 500, "no" * 9_000,
    "$" * 10_000, "*" * 10_000, "k*" * 9_000, "a " * 9_000, "'" * 10_000,
]  # fmt: skip
PIECES = [
    "I",
    "want",
    "to",
    "die",
    "not",
    "kill",
    "myself",
    "suicidal",
    "…",
    ".",
    "\n",
    "💊",
    "k1ll",
    "su!c1de",
    "never",
    "going",
    "the",
    "pills",
    "é",
]


def read(text: str, clinical: Clinical, **more: object) -> Assessment:
    return assess(text, clinical=clinical, layers=written(), **more)  # type: ignore[arg-type]  # the tests pass prompt and history


@pytest.mark.parametrize("text", STRANGE, ids=range(len(STRANGE)))
def test_strange_text_is_read_without_an_exception(text: str, clinical: Clinical) -> None:
    found = read(text, clinical)
    assert found.unscreened is None
    assert all(text[f.start : f.end] == f.text for f in found.findings)


@given(st.text(max_size=400))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_unicode_is_read_and_every_finding_points_at_its_words(clinical: Clinical, text: str) -> None:
    found = read(text, clinical)
    assert found.unscreened is None
    assert 0 <= found.level <= 5
    assert found.category in CATEGORIES
    assert all(text[f.start : f.end] == f.text for f in found.findings)


@given(st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join), st.lists(st.sampled_from(PIECES), max_size=9).map(" ".join))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_shuffle_of_risky_words_with_question_and_history_is_read(clinical: Clinical, text: str, other: str) -> None:
    found = read(text, clinical, prompt=other, history=[Turn("patient", other), Turn("assistant", text)])
    assert found.unscreened is None
    assert read(text, clinical, prompt=other, history=[Turn("patient", other), Turn("assistant", text)]) == found


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=25).map(" ".join))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_history_never_lowers_what_a_message_says(clinical: Clinical, said: str) -> None:
    for text in ("I want to die", "ok", "jk about earlier"):
        assert read(text, clinical, history=[Turn("patient", said)]).level >= read(text, clinical).level


@pytest.mark.parametrize(
    "piece", ["i want to die ", "not ", "never going to get better . ", "i ", "took all of them and ", "hola no quiero "]
)
def test_work_grows_with_the_length_not_faster(piece: str, clinical: Clinical) -> None:
    def steps(times: int) -> int:
        view = View(clinical.phrases.tokens(piece * times))
        heard(Message(piece * times, None, (), clinical, view))
        return view.steps

    few, many = steps(100), steps(400)
    assert many <= 4.5 * few + 2000


def test_a_pasted_megabyte_is_answered_in_seconds(clinical: Clinical) -> None:
    text = "Today I walked the dog and it rained a bit, then we had soup. " * 16_000 + "I want to kill myself."
    started = time.process_time()
    found = read(text, clinical)
    assert time.process_time() - started < 25
    assert found.level >= 3


def test_the_same_risk_two_thousand_times_is_answered_too(clinical: Clinical) -> None:
    started = time.process_time()
    found = read("I want to die. " * 2_000, clinical)
    assert time.process_time() - started < 25
    assert found.level == 3


def test_twenty_words_take_well_under_a_few_milliseconds(clinical: Clinical) -> None:
    text = "I slept okay and walked the dog, then my sister called about the garden and we laughed about the old car"
    took = []
    for _ in range(200):
        started = time.process_time()
        read(text, clinical)
        took.append(time.process_time() - started)
    assert sorted(took)[100] < 0.003


def test_an_error_inside_is_unscreened_and_says_what_failed(clinical: Clinical) -> None:
    class Broken:
        def findings(self, message: Message, heard: object) -> list[Finding]:
            raise RuntimeError("secret words of the patient")

    found = assess("hello", clinical=clinical, layers=[Broken()])
    assert found.unscreened == "screening failed (RuntimeError)"
    assert found.content_version == clinical.version


def test_no_content_at_all_is_unscreened_too() -> None:
    assert assess("hello", clinical=None).unscreened  # type: ignore[arg-type]  # on purpose


def test_an_assessment_survives_the_way_through_json(clinical: Clinical) -> None:
    found = read("I'm not suicidal but it's never going to get better", clinical)
    assert Assessment.from_dict(found.to_dict()) == found
    assert any(not f.counted and f.cue for f in found.findings), "what was set aside is kept, with its cue"


def test_safety_imports_nothing_of_ours_and_nothing_at_import() -> None:
    assert set(safety.__all__) == {"Assessment", "Clinical", "ContentError", "Finding", "SafetyError", "Turn", "assess", "load_clinical"}
    with pytest.raises(AttributeError):
        safety.nothing  # noqa: B018 - the lookup is the test
