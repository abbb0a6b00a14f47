"""What "same as yesterday" means at the open step: what the record has under its name, and nothing where it has none."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from programme import Place, Programme, Reply, answer, load_programme
from store import Store, open_store, read_settings
from store.course import Answer
from store.messages import add_inbound, lock_conversation
from store.passages import last_answer
from store.patients import add_patient, conversation_of
from store.schema import migrate

KEY = base64.urlsafe_b64encode(b"k" * 32).decode()
NOW = datetime(2026, 11, 25, 15, tzinfo=UTC)


@pytest.fixture(scope="module")
def programme() -> Programme:
    return load_programme(Path(__file__).resolve().parents[2] / "clinical" / "programme")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(read_settings({"DATA_DIR": str(tmp_path), "SECRET_KEY": KEY, "DATA_KEY": KEY}))
    migrate(store.engine)
    yield store
    store.close()


def same(store: Store, programme: Programme, place: Place, *said: tuple[str, str, Any, float]) -> Any:
    """What the step makes of "same as yesterday" after these answers: module, step, value, days ago."""
    with store.write() as session:
        patient_id = add_patient(session, name="Maya").id
        conversation = lock_conversation(session, conversation_of(session, patient_id).id)
        for number, (module, step, value, days) in enumerate(said):
            at = NOW - timedelta(days=days)
            message = add_inbound(session, conversation, text="x", channel="web", external_id=f"x{number}", choice=None, at=at)
            session.flush()
            session.add(Answer(patient_id=patient_id, message_id=message.id, module=module, step=step, value=value, text="x", at=at))
        session.flush()
        facts = last_answer(session, programme, patient_id, place, NOW)
    kept = [one for one in answer(programme, place, Reply("same as yesterday"), facts).effects if one.type == "answer"]
    return kept[0].data["value"]


def test_it_is_the_last_number_from_whichever_exercise_and_not_the_words_that_were_unclear(store: Store, programme: Programme) -> None:
    mood = Place("M10", "S1")
    assert same(store, programme, mood, ("M10", "S1", 4, 7.5), ("M4", "S4", 6, 6), ("M10", "S1", None, 0.01)) == 6


def test_a_choice_is_known_too(store: Store, programme: Programme) -> None:
    assert same(store, programme, Place("M4", "S1"), ("M4", "S1", "badly", 5)) == "badly"


def test_what_is_long_ago_or_unknown_is_asked_again(store: Store, programme: Programme) -> None:
    assert same(store, programme, Place("M10", "S1"), ("M4", "S4", 6, 20)) is None


def test_a_question_about_safety_is_answered_anew(store: Store, programme: Programme) -> None:
    assert same(store, programme, Place("M10", "S3"), ("M10", "S3", "no", 7)) is None
