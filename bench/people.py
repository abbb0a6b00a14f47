"""Patients for the benchmarks, put straight into the record."""

from __future__ import annotations

from datetime import timedelta

from launch.stack import Stack
from store import Store, open_store, read_settings
from store.base import utc_now
from store.course import Dose, Enrolment
from store.crypto import hash_token
from store.messages import Saying, add_inbound, add_outbound, lock_conversation
from store.patients import add_patient, conversation_of
from store.talk import Author

BATCH = 500


def record(stack: Stack) -> Store:
    return open_store(read_settings(stack.environ))


def entry_links(store: Store, count: int, label: str) -> list[str]:
    """So many enrolled patients, a day after a dose; answers with their entry tokens."""
    links = [f"bench {label} {number}" for number in range(count)]
    with store.write() as session:
        for link in links:
            person = add_patient(session, name="Bench")
            person.entry_token_hash = hash_token(link)
            session.add(Enrolment(patient_id=person.id, look_at=utc_now() + timedelta(days=1)))  # no offer comes in between
            session.add(Dose(patient_id=person.id, ended_at=utc_now() - timedelta(hours=24)))
    return links


def with_past(store: Store, link: str, messages: int) -> None:
    """Give the patient behind `link` a long past: half theirs, half ours."""
    from store.patients import by_entry_token

    with store.read() as session:
        person = by_entry_token(session, link)
        assert person is not None
        conversation_id = conversation_of(session, person.id).id
    for start in range(0, messages, BATCH):
        with store.write() as session:
            conversation = lock_conversation(session, conversation_id)
            for number in range(start, min(start + BATCH, messages)):
                at = utc_now() - timedelta(days=60) + timedelta(minutes=number)
                if number % 2:
                    add_outbound(session, conversation, Saying("Thank you. It's kept.", Author.BOT), channel="web", at=at)
                else:
                    add_inbound(session, conversation, text=f"a line of an older day, number {number}", channel="web",
                                external_id=f"{person.id}:past-{number}", choice=None, at=at)  # fmt: skip
