"""A second opinion may raise what the local screen said, and can do nothing else. Against a stand-in over real HTTP."""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from gateway.second_opinion import Opinion, read_instruction, read_opinion, weigh
from safety.errors import ContentError
from safety.protocol import Phase, ProtocolState
from store import Store, open_store, read_settings
from store.base import utc_now
from store.course import ModuleRun, RunStatus
from store.errors import SettingsError
from store.messages import lock_conversation
from store.outcomes import protocol_state
from store.people import Clinician, Patient
from store.second_opinion_settings import LONGEST_WAIT
from store.second_opinions import TOO_LATE, TRIES, WAITING, OpinionStatus, SecondOpinionRow
from store.talk import AssessmentRow, Conversation, Message
from tests.gateway import house as houses
from tests.gateway.house import House, environ, open_house
from tests.gateway.processes import gateway_process

OBLIQUE = "the freezer is full for Maya's boys and i left the number 555-010-0142 on the fridge"


def wait_until(holds: Callable[[], bool]) -> None:
    """Longer than elsewhere: three parties must have had their turn."""
    houses.wait_until(holds, 30)


@dataclass
class Hosted:
    """What was asked, and what it says next: a level, raw words, a status, or nothing for a while."""

    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    says: str = '{"level": 0, "category": "none"}'
    status: int = 200
    waits: float = 0.0

    def about(self, words: str) -> list[dict[str, Any]]:
        """What was asked about a message with these words; another test's may come late."""
        return [body for body in self.asked if words in body["messages"][-1]["content"]]


@contextmanager
def hosted_model() -> Iterator[Hosted]:
    hosted = Hosted()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            assert self.path == "/v1/chat/completions"
            hosted.keys.append(self.headers.get("Authorization", ""))
            hosted.asked.append(body)
            time.sleep(hosted.waits)
            answer = json.dumps({"choices": [{"message": {"role": "assistant", "content": hosted.says}}]}).encode()
            self.send_response(hosted.status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            with suppress(BrokenPipeError):  # whoever asked was killed
                self.wfile.write(answer)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    hosted.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield hosted
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, Hosted]]:
    env = {"SECOND_OPINION_MODEL": "contracted-1", "SECOND_OPINION_KEY": "a-key-for-tests", "SECOND_OPINION_SECONDS": "2"}
    with hosted_model() as hosted, open_house(tmp_path_factory.mktemp("house"), SECOND_OPINION_URL=hosted.url, **env) as house:
        yield house, hosted


@pytest.fixture
def house(both: tuple[House, Hosted]) -> House:
    return both[0]


@pytest.fixture
def hosted(both: tuple[House, Hosted]) -> Hosted:
    """As it was: agreeing that nothing is the matter, at once."""
    fresh, one = Hosted(), both[1]
    one.asked, one.keys, one.says, one.status, one.waits = [], [], fresh.says, fresh.status, fresh.waits
    return one


def say(house: House, text: str) -> Message:
    """The first words of a guest without a past."""
    house.browser(None).say(text)
    statement = select(Message).where(Message.author == "patient").order_by(Message.created_at.desc()).limit(1)
    return house.read(lambda session: session.scalars(statement).one())


def row(house: House, message: Message) -> AssessmentRow:
    return house.read(lambda session: session.get_one(AssessmentRow, message.id))


def asked(house: House, message: Message) -> SecondOpinionRow:
    return house.read(lambda session: session.get_one(SecondOpinionRow, message.id))


def state(house: House, message: Message) -> ProtocolState:
    return house.read(lambda session: protocol_state(session.get_one(Conversation, message.conversation_id)))


def protocol_lines(house: House, message: Message) -> list[Message]:
    statement = (
        select(Message).where(Message.conversation_id == message.conversation_id, Message.author == "protocol").order_by(Message.seq)
    )
    return house.read(lambda session: list(session.scalars(statement)))


def test_a_graver_opinion_opens_the_protocol_pages_a_person_and_is_kept_with_the_message(house: House, hosted: Hosted) -> None:
    hosted.says = 'Here you are: ```json\n{"level": 4, "category": "S"}\n```'
    message = say(house, OBLIQUE)
    assert row(house, message).level < 2, "the local screen hears nothing here: otherwise this test shows nothing"
    wait_until(lambda: bool(protocol_lines(house, message)))
    kept = row(house, message)
    assert (kept.level, kept.category) == (4, "S")
    assert [(f["layer"], f["level"]) for f in kept.findings if f["phrase_id"] == "SECOND-OPINION"] == [("second", 4)]
    assert state(house, message).phase is Phase.HANDOFF_PENDING
    (flag,) = [flag for flag in house.flags() if flag.conversation_id == message.conversation_id and flag.kind == "risk"]
    assert (flag.level, flag.message_id) == (4, message.id)
    assert [page for page in house.pages() if page.flag_id == flag.id]
    one = asked(house, message)
    assert (one.status, one.level, one.category, one.model) == (OpinionStatus.RAISED, 4, "S", "contracted-1")


def test_what_leaves_the_house_has_no_name_number_or_id_and_carries_the_key(house: House, hosted: Hosted) -> None:
    message = say(house, f"for you: {OBLIQUE}")
    wait_until(lambda: bool(hosted.about("for you")))
    (question,) = hosted.about("for you")
    sent = json.dumps(question)
    assert set(hosted.keys) == {"Bearer a-key-for-tests"}
    assert question["model"] == "contracted-1"
    assert all(secret not in sent for secret in ("Maya", "555-010-0142", message.id, message.conversation_id))
    words = json.loads(question["messages"][-1]["content"])["message"]
    assert words == "for you: the freezer is full for [NAME] boys and i left the number [PHONE] on the fridge"


def test_nor_those_whom_only_the_record_knows_however_they_are_written(house: House, hosted: Hosted) -> None:
    with house.store.write() as session:
        patient = session.get_one(Patient, house.patient_id)
        patient.trusted_person, patient.location = "Lena (sister)", "Boise, Idaho"
        session.add(Clinician(email="oduya@clinic.example", name="Dr. Kim Oduya", password_hash="-"))
    house.browser().say("told lena and oduyas nurse that i am back in boise")
    wait_until(lambda: bool(hosted.about("back in")))
    (question,) = hosted.about("back in")
    words = json.loads(question["messages"][-1]["content"])["message"]
    assert words == "told [NAME] and [NAME] nurse that i am back in [NAME]"


def test_a_milder_opinion_changes_nothing(house: House, hosted: Hosted) -> None:
    message = say(house, "I want to kill myself, honestly")
    before = row(house, message)
    lines = [line.text for line in protocol_lines(house, message)]
    assert lines, "the local verdict has acted before anybody else was asked"
    wait_until(lambda: bool(hosted.about("honestly")))
    wait_until(lambda: asked(house, message).status == OpinionStatus.NOT_GRAVER)
    assert asked(house, message).level == 0, "what it said is kept"
    after = row(house, message)
    assert (after.level, after.findings) == (before.level, before.findings)
    assert [line.text for line in protocol_lines(house, message)] == lines


@pytest.mark.parametrize(
    ("says", "status", "waits"),
    [
        ("I cannot help with that.", 200, 0.0),
        ('{"level": 9}', 200, 0.0),
        ('{"level": true}', 200, 0.0),
        ('{"level": 4}', 503, 0.0),
        ('{"level": 4}', 200, 2.8),
    ],
    ids=["no object", "no such level", "no number", "refused", "late"],
)
def test_a_failure_is_a_line_in_the_log_without_text_and_nothing_else(
    house: House, hosted: Hosted, caplog: pytest.LogCaptureFixture, says: str, status: int, waits: float
) -> None:
    hosted.says, hosted.status, hosted.waits = says, status, waits
    with caplog.at_level(logging.INFO):
        message = say(house, OBLIQUE)
        wait_until(lambda: any("no second opinion" in line.getMessage() for line in caplog.records))
    time.sleep(max(0.0, waits - 1.9))
    wait_until(lambda: asked(house, message).status == OpinionStatus.UNANSWERED)
    assert asked(house, message).failure
    assert asked(house, message).level is None
    assert row(house, message).level < 2
    assert protocol_lines(house, message) == []
    assert all(words not in caplog.text for words in ("freezer", "fridge", "cannot help"))
    assert message.id in caplog.text


def test_an_answer_for_level_one_is_kept_and_nothing_is_said(house: House, hosted: Hosted) -> None:
    hosted.says = '{"level": 1, "category": "none"}'
    message = say(house, "the bus was late again today")
    wait_until(lambda: row(house, message).level == 1)
    assert protocol_lines(house, message) == []


def test_words_said_before_a_question_never_answer_it(house: House, hosted: Hosted) -> None:
    """The ladder asked after "no way out": those words are no "no"."""
    message = say(house, "no way out of here for me")
    assert state(house, message).open
    weigh(house.app.state.parts, message.id, Opinion(4, "S"))
    after = state(house, message)
    assert after.level == 4
    assert after.answers == ()


def test_an_event_that_is_as_grave_already_is_not_opened_again(house: House, hosted: Hosted) -> None:
    message = say(house, OBLIQUE)
    parts = house.app.state.parts
    assert weigh(parts, message.id, Opinion(4, "S")) == message.conversation_id
    lines = len(protocol_lines(house, message))
    assert weigh(parts, message.id, Opinion(4, "S")) is None, "the same opinion from a second gateway"
    assert weigh(parts, message.id, Opinion(3, "S")) is None
    assert len(protocol_lines(house, message)) == lines


def test_what_a_clinician_has_closed_since_is_not_opened_again(house: House, hosted: Hosted) -> None:
    message = say(house, OBLIQUE)
    with house.store.write() as session:
        conversation = lock_conversation(session, message.conversation_id)
        closed = replace(protocol_state(conversation), last_event_closed_at=message.created_at + timedelta(minutes=2))
        conversation.protocol = closed.to_dict()
    assert weigh(house.app.state.parts, message.id, Opinion(5, "S"))
    assert row(house, message).level == 5, "kept for whoever reads it"
    assert protocol_lines(house, message) == []


def test_an_open_module_waits_as_it_does_for_a_local_verdict(house: House, hosted: Hosted) -> None:
    message = say(house, OBLIQUE)
    with house.store.write() as session:
        patient = session.get_one(Conversation, message.conversation_id).patient_id
        session.add(ModuleRun(patient_id=patient, module="M2", place={"module": "M2", "step": "1"}, status=RunStatus.OPEN))
    weigh(house.app.state.parts, message.id, Opinion(3, "S"))
    statement = select(ModuleRun.status).where(ModuleRun.patient_id == patient)
    assert house.read(lambda session: session.scalars(statement).one()) == RunStatus.PAUSED


def test_one_that_a_dead_gateway_left_is_asked_for_again_and_then_no_more(house: House, hosted: Hosted) -> None:
    hosted.says = '{"level": 3, "category": "S"}'
    message = say(house, "left behind on the way to the sea")
    wait_until(lambda: asked(house, message).status == OpinionStatus.RAISED)
    left_behind(house, message, attempts=1)
    wait_until(lambda: asked(house, message).status not in WAITING)
    assert asked(house, message).status == OpinionStatus.NOT_GRAVER, "level 3 is what stands there by now"
    assert len(hosted.about("to the sea")) == 2
    left_behind(house, message, attempts=TRIES)
    wait_until(lambda: asked(house, message).status not in WAITING)
    assert (asked(house, message).status, asked(house, message).failure) == (OpinionStatus.UNANSWERED, "interrupted")
    assert len(hosted.about("to the sea")) == 2


def test_an_opinion_that_would_come_too_late_is_not_asked_for(house: House, hosted: Hosted) -> None:
    message = say(house, "a gateway was away for an hour here")
    wait_until(lambda: asked(house, message).status == OpinionStatus.NOT_GRAVER)
    left_behind(house, message, attempts=0, status=OpinionStatus.DUE, created_at=utc_now() - 2 * TOO_LATE)
    wait_until(lambda: asked(house, message).status == OpinionStatus.UNANSWERED)
    assert asked(house, message).failure == "too late"
    assert len(hosted.about("for an hour")) == 1


def left_behind(house: House, message: Message, **as_it_was: Any) -> None:
    with house.store.write() as session:
        row = session.get_one(SecondOpinionRow, message.id)
        past = {"status": OpinionStatus.ASKING, "claimed_by": "a dead one", "claimed_until": utc_now() - timedelta(seconds=1)}
        for name, value in {**past, **as_it_was}.items():
            setattr(row, name, value)


def test_a_gateway_killed_over_the_question_is_followed_by_one_that_asks_again(tmp_path: Path) -> None:
    with hosted_model() as hosted:
        hosted.says, hosted.waits = '{"level": 4, "category": "S"}', 5.0
        env, store = alone(tmp_path, hosted)
        with gateway_process(["launch.serve"], env) as doomed:
            houses.Browser(doomed.url).open().say(OBLIQUE)
            wait_until(lambda: bool(hosted.asked))
            doomed.end()
        assert status_of(store) == OpinionStatus.ASKING
        hosted.waits = 0.0
        with gateway_process(["launch.serve"], env):
            wait_until(lambda: status_of(store) == OpinionStatus.RAISED)
        store.close()
        assert len(hosted.asked) == 2


def test_an_answer_on_its_way_when_the_house_closes_is_still_written_down(tmp_path: Path) -> None:
    with hosted_model() as hosted:
        hosted.waits = 2.0
        env, store = alone(tmp_path, hosted)
        with gateway_process(["launch.serve"], env) as gateway:
            houses.Browser(gateway.url).open().say(OBLIQUE)
            wait_until(lambda: bool(hosted.asked))
            gateway.process.terminate()
            wait_until(gateway.died)
        assert status_of(store) == OpinionStatus.NOT_GRAVER
        store.close()


def alone(folder: Path, hosted: Hosted) -> tuple[dict[str, str], Store]:
    """A clinic with one gateway, which may be started and ended at will."""
    env = environ(folder, houses.free_port(), SECOND_OPINION_URL=hosted.url, SECOND_OPINION_MODEL="contracted-1")
    settings = read_settings(env)
    houses.prepare(settings)
    return env, open_store(settings)


def status_of(store: Store) -> str:
    with store.read() as session:
        return session.scalars(select(SecondOpinionRow.status)).one()


def test_nobody_is_asked_about_what_is_gravest_already(house: House, hosted: Hosted) -> None:
    message = say(house, "I just took all of them")
    assert house.read(lambda session: session.get(SecondOpinionRow, message.id)) is None


def test_it_is_off_unless_an_address_is_set(tmp_path: Path) -> None:
    assert read_settings(environ(tmp_path, 8080)).second_opinion is None


@pytest.mark.parametrize(
    ("env", "told"),
    [
        ({"SECOND_OPINION_URL": "http://models.example/v1", "SECOND_OPINION_MODEL": "m"}, "must be an https address"),
        ({"SECOND_OPINION_URL": "https://models.example/v1"}, "SECOND_OPINION_MODEL must name the model"),
        (
            {"SECOND_OPINION_URL": "https://models.example/v1", "SECOND_OPINION_MODEL": "m", "SECOND_OPINION_SECONDS": "99"},
            f"1 to {LONGEST_WAIT}",
        ),
    ],
)
def test_a_wrong_setting_is_told_at_the_start(tmp_path: Path, env: dict[str, str], told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        read_settings(environ(tmp_path, 8080, **env))


def test_the_settings_do_not_show_the_key(tmp_path: Path) -> None:
    env = {"SECOND_OPINION_URL": "https://models.example/v1", "SECOND_OPINION_MODEL": "m", "SECOND_OPINION_KEY": "very-secret"}
    assert "very-secret" not in repr(read_settings(environ(tmp_path, 8080, **env)).second_opinion)


def test_without_its_instruction_it_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="unset SECOND_OPINION_URL"):
        read_instruction(tmp_path)
    (tmp_path / "second_opinion.yml").write_text("- a list", "utf-8")
    with pytest.raises(ContentError, match="cannot be read"):
        read_instruction(tmp_path)


def test_a_category_that_is_not_ours_is_read_as_the_gravest_common_one() -> None:
    answer = {"choices": [{"message": {"content": '{"level": 3, "category": "suicide"}'}}]}
    assert read_opinion(answer) == Opinion(3, "S")
