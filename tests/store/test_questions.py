"""Questions without an answer: kept once, encrypted, grouped by their words, settled by a clinician."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from store import Store, open_store, read_settings
from store.clinicians import add_clinician
from store.messages import add_inbound, lock_conversation
from store.patients import add_patient, conversation_of
from store.questions import OpenQuestion, Settled, keep_question, pass_on, put_another_way, read_questions, settle
from store.schema import migrate
from store.talk import Message

KEY = base64.urlsafe_b64encode(b"k" * 32).decode()
NOW = datetime(2026, 11, 25, 15, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(read_settings({"DATA_DIR": str(tmp_path), "SECRET_KEY": KEY, "DATA_KEY": KEY}))
    migrate(store.engine)
    yield store
    store.close()


def asks(session: Session, patient_id: str, text: str, minutes: int = 0, kind: str | None = "unanswered") -> Message:
    conversation = lock_conversation(session, conversation_of(session, patient_id).id)
    message = add_inbound(
        session, conversation, text=text, channel="web", external_id=f"{patient_id[:8]}-{len(text)}-{minutes}", choice=None,
        at=NOW + timedelta(minutes=minutes),
    )  # fmt: skip
    session.flush()
    if kind:
        keep_question(session, patient_id, message, kind, "F31", None)
    return message


def patient(session: Session, name: str) -> str:
    return add_patient(session, name=name).id


def test_the_same_message_keeps_one_question(store: Store) -> None:
    with store.write() as session:
        someone = patient(session, "Maya")
        message = asks(session, someone, "why no toast?")
        keep_question(session, someone, message, "unanswered", None, None)
        assert len(read_questions(session)) == 1


def test_its_words_are_encrypted_at_rest(store: Store, tmp_path: Path) -> None:
    with store.write() as session:
        asks(session, patient(session, "Maya"), "a canary about toast?")
    store.close()
    assert b"canary" not in (tmp_path / "afterglow.db").read_bytes()


def test_the_same_words_are_one_question_asked_often_and_a_waiting_patient_comes_first(store: Store) -> None:
    with store.write() as session:
        maya, jonas = patient(session, "Maya"), patient(session, "Jonas")
        asks(session, maya, "Why no toast?", 1)
        asks(session, jonas, "why no toast", 2)
        asks(session, jonas, "can I bring my dog?", 3)
        groups = read_questions(session)
        assert [(len(group.asked), group.waits) for group in groups] == [(2, False), (1, False)]
        pass_on(session, conversation_of(session, jonas), asks(session, jonas, "yes", 4, kind=None))
        assert read_questions(session)[0].text == "can I bring my dog?"


def test_a_yes_passes_on_the_question_and_not_itself(store: Store) -> None:
    with store.write() as session:
        maya = patient(session, "Maya")
        asked = asks(session, maya, "why no toast?", 1)
        yes = asks(session, maya, "yes please", 2, kind=None)
        assert pass_on(session, conversation_of(session, maya), yes).id == asked.id


def test_put_another_way_it_was_understood_and_the_words_stay_to_be_learnt_from(store: Store) -> None:
    with store.write() as session:
        maya = patient(session, "Maya")
        asks(session, maya, "the floaty thing, ok?", 0, kind="unclear")
        put_another_way(session, maya, "F28", NOW + timedelta(minutes=2))
        assert read_questions(session)[0].asked[0].question.answered_by_faq == "F28"


def test_settled_ones_leave_the_list_and_it_is_on_record_who_said_so(store: Store) -> None:
    from store.people import AuditEntry

    with store.write() as session:
        dana = add_clinician(session, email="dana@clinic.example", name="Dana", password="a long enough password").id
        maya = patient(session, "Maya")
        asks(session, maya, "why no toast?", 1)
        settle(session, dana, read_questions(session)[0].ids.split(","), Settled.ANSWERED, NOW + timedelta(hours=1))
        assert read_questions(session) == []
        assert [group.asked[0].question.settled_as for group in read_questions(session, settled=True)] == ["answered"]
        entry = session.query(AuditEntry).one()
        assert (entry.clinician_id, entry.patient_id, entry.action) == (dana, maya, "question_settled")
        assert session.query(OpenQuestion).one().settled_by == dana
