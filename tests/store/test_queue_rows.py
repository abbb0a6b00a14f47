"""What the queue says of conversations whose flags are beyond the list that is shown."""

from datetime import timedelta
from pathlib import Path

import pytest

from store import open_store, queue, read_settings
from store.base import utc_now
from store.care import FlagKind
from store.flags import Ask, raise_flag, request_person
from store.messages import lock_conversation
from store.patients import add_patient, conversation_of
from store.queue import read_queue
from store.schema import migrate
from tests.gateway.house import environ


def test_a_patient_whose_flag_is_beyond_the_list_is_not_shown_as_returning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "LONGEST", 3)
    store = open_store(read_settings(environ(tmp_path, 9)))
    migrate(store.engine)
    with store.write() as session:
        for number in range(5):
            row = lock_conversation(session, conversation_of(session, add_patient(session, name=str(number)).id).id)
            ask = Ask(FlagKind.RISK, 4, "S", "The screen heard risk.", None, timedelta(minutes=10), timedelta(seconds=40))
            request_person(session, row, raise_flag(session, row, ask, utc_now()), utc_now())
    with store.read() as session:
        found = read_queue(session, utc_now())
    store.close()
    assert (len(found.entries), len(found.returning), found.hidden) == (3, 0, 2)
