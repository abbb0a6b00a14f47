"""The trained layer raises, never lowers, and its absence is said aloud."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safety import Clinical, Turn, assess, load_clinical
from safety.message import Message
from safety.model import layer as layers
from safety.model.layer import ModelLayer
from safety.model.limits import level_of, thresholds
from safety.model.network import DATA, load
from safety.model.windows import MOST, windows

CLINICAL = load_clinical(Path(__file__).parents[3] / "clinical")
HEAR_ALL = {"alone": dict.fromkeys(range(1, 6), 0.0001)}


def with_limits(content: dict[str, object]) -> Clinical:
    return replace(CLINICAL, model=content)


def model_findings(text: str, clinical: Clinical, layer: ModelLayer | None = None, **more: object) -> list[object]:
    found = assess(text, clinical=clinical, layers=[layer or ModelLayer()], **more)
    assert found.unscreened is None
    return [f for f in found.findings if f.layer == "model"]


def test_risk_in_plain_words_is_heard_without_any_phrase() -> None:
    found = model_findings("I think about suicide every single day and I want to kill myself.", CLINICAL)
    assert max(f.level for f in found) >= 2
    assert {f.category for f in found} == {"S"}


@pytest.mark.parametrize(
    "calm", ["The sun was out and I walked the dog.", "Can I move my appointment to Tuesday?", "mañana tengo cita a las diez"]
)
def test_ordinary_talk_is_left_alone(calm: str) -> None:
    assert model_findings(calm, CLINICAL) == []


def test_a_sentence_of_risk_is_heard_in_a_long_hopeful_entry() -> None:
    calm = "I walked the dog and made soup for the neighbours. The garden is coming along nicely this year. "
    text = calm * 3 + "I want to kill myself and I think about it every day. " + calm * 3
    found = model_findings(text, CLINICAL)
    assert any(f.level >= 2 and "kill myself" in f.text and len(f.text) < len(text) / 2 for f in found)


def test_findings_point_at_the_words_they_were_heard_in() -> None:
    text = "All well. " * 40 + "I want to die."
    for found in model_findings(text, with_limits(HEAR_ALL)):
        assert text[found.start : found.end] == found.text


def test_the_layer_never_lowers_what_others_heard() -> None:
    texts = ["i want to die", "I died in there and it was peaceful", "not gonna lie I want to kill myself", "took it all"]
    for text in texts:
        without = assess(text, clinical=with_limits({}))
        assert assess(text, clinical=CLINICAL).level >= without.level


def test_the_past_may_raise_but_never_lower() -> None:
    for text in ("ok", "i want to die", "it is done now", "thank you for everything"):
        alone = assess(text, clinical=CLINICAL).level
        calm = assess(text, clinical=CLINICAL, history=[Turn("patient", "Had soup."), Turn("patient", "It is a nice day.")]).level
        assert calm >= alone


def test_a_missing_file_is_said_and_stops_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    found = assess("i want to die", clinical=CLINICAL, layers=[ModelLayer(tmp_path)])
    assert found.level == 3
    assert [(f.phrase_id, f.counted) for f in found.findings if f.layer == "model"] == [("MODEL-MISSING", False)]
    assert "cannot be used" in caplog.text


def test_a_broken_file_is_said_and_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "first").mkdir()
    (tmp_path / "first" / "model.onnx").write_bytes(b"not a network")
    found = assess("i want to die", clinical=CLINICAL, layers=[ModelLayer(tmp_path)])
    assert (found.level, found.unscreened) == (3, None)


def test_a_clinic_without_limits_has_no_trained_layer() -> None:
    assert model_findings("I want to kill myself", with_limits({})) == []


def test_nothing_is_opened_at_import() -> None:
    load.cache_clear()
    ModelLayer()
    assert load.cache_info().currsize == 0
    assert layers.DATA == DATA


def test_the_network_is_opened_once() -> None:
    load.cache_clear()
    for _ in range(3):
        assess("good morning", clinical=CLINICAL, layers=[ModelLayer()])
    assert load.cache_info().misses == 1


def test_the_same_words_are_always_read_alike() -> None:
    readers = load()
    assert readers is not None
    assert readers.read("i cannot do this") == readers.read("i cannot do this")


@pytest.mark.parametrize("wrong", [{"alone": {2: 7}}, {"alone": {9: 0.5}}, {"alone": [1]}, {"agreeing": {2: 0.5}}, {"alone": {2: True}}])
def test_limits_that_make_no_sense_tell_how_to_mend_them(wrong: dict[str, object]) -> None:
    with pytest.raises(Exception, match="To mend it"):
        thresholds(wrong)


def test_a_level_without_a_limit_is_never_given() -> None:
    limits = thresholds({"alone": {2: 0.5}})
    assert limits is not None
    assert level_of((1.0, 1.0, 1.0, 1.0, 1.0), limits.alone) == 2


def test_a_very_long_message_is_cut_aloud() -> None:
    text = "I had soup and then a walk in the park with my neighbour and her three very old dogs today. " * (3 * MOST)
    assert model_findings(text, CLINICAL)[-1].phrase_id == "MODEL-CUT"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=600))
def test_any_text_is_answered(text: str) -> None:
    pieces = windows(text)
    assert all(0 <= start < end <= len(text) for start, end in pieces)
    assert assess(text, clinical=CLINICAL, layers=[ModelLayer()]).unscreened is None


@given(st.text(max_size=3000))
def test_no_word_of_a_message_falls_between_its_pieces(text: str) -> None:
    covered = set()
    for start, end in windows(text):
        covered.update(range(start, end))
    assert all(n in covered for n, character in enumerate(text) if not character.isspace())


def test_message_is_what_a_layer_reads() -> None:
    assert {"text", "prompt", "history", "clinical"} <= set(Message.__dataclass_fields__)


@pytest.mark.parametrize(
    "text", ["I am not suicidal", "I don't want to die, I want to sleep well again", "no thoughts of hurting myself"]
)
def test_a_short_plain_denial_is_heard_as_one(text: str) -> None:
    found = assess(text, clinical=load_clinical(Path(__file__).resolve().parents[3] / "clinical"))
    assert found.level < 2, found


def test_a_denial_beside_a_farewell_does_not_silence_it() -> None:
    clinical = load_clinical(Path(__file__).resolve().parents[3] / "clinical")
    assert assess("im not suicidal but i gave my dog away and wrote everyone letters", clinical=clinical).level >= 2
