"""Whatever breaks on the way in: the words are kept, the risk in them is not made smaller, and a person is called."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway import answering, looking
from programme import Place
from safety.protocol import Phase
from store.care import Flag, FlagKind, FlagStatus, Page, PageStatus
from store.course import ModuleRun, RunStatus
from store.messages import Saying, add_outbound, lock_conversation
from store.outcomes import protocol_state
from store.patients import conversation_of
from store.talk import AssessmentRow, Author, DeliveryStatus, Message, Owner
from tests.gateway.clockwork import Clockwork, clockwork

GRAVE = "I have the pills in my hand and I am going to kill myself tonight"


@pytest.fixture
def maya(tmp_path: Path) -> Iterator[Clockwork]:
    with clockwork(tmp_path) as found:
        yield found


def breaks(*_: object, **__: object) -> None:
    raise KeyError("a record that cannot be read")


def flags(maya: Clockwork, kind: FlagKind) -> list[Flag]:
    return maya.rows(Flag, Flag.kind == kind)


def test_a_time_zone_that_nobody_knows_loses_no_cry_for_help(maya: Clockwork) -> None:
    maya.change(lambda _session, _enrolment, patient, _conversation: setattr(patient, "timezone", "Mars/Olympus"))
    maya.says(GRAVE)
    [flag] = flags(maya, FlagKind.RISK)
    assert flag.level == 5
    assert [one.author for one in maya.said()][-1] == Author.PROTOCOL


@pytest.mark.parametrize("what", ["read_standing", "facts_for_protocol", "record_outcome", "note_answer", "on_message"])
def test_whatever_cannot_be_read_the_words_are_kept_as_grave_as_they_are(
    what: str, maya: Clockwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, what, breaks)
    if what == "read_standing":
        monkeypatch.setattr(looking, what, breaks)
    maya.says(GRAVE)
    [message] = [one for one in maya.rows(Message) if one.inbound]
    assert message.text == GRAVE
    assert [row.level for row in maya.rows(AssessmentRow)] == [5]
    [flag] = flags(maya, FlagKind.UNSCREENED)
    assert (flag.level, flag.category, flag.status) == (5, "S", FlagStatus.OPEN)
    assert [page.status for page in maya.rows(Page)] == [PageStatus.DUE]
    assert maya.scripts()[-2:] == ["fallback", "fallback_urgent"]
    assert "988" in maya.said()[-1].text
    assert maya.conversation().owner == Owner.WAITING, "and nothing is offered until a person has looked"


def test_where_the_protocol_breaks_no_exercise_goes_out_or_on(maya: Clockwork, monkeypatch: pytest.MonkeyPatch) -> None:
    maya.delivers = False
    with maya.store.write() as session:
        conversation = lock_conversation(session, conversation_of(session, maya.patient_id).id)
        add_outbound(session, conversation, Saying("Good morning. How did you sleep?", Author.BOT), channel="sms", at=maya.now)
        opened = {"module": "M4", "status": "open", "opened_at": maya.now, "moved_at": maya.now}
        session.add(ModuleRun(patient_id=maya.patient_id, **opened))
    monkeypatch.setattr(answering, "on_message", breaks)
    maya.says(GRAVE, channel="sms")
    waiting = [one.delivery_status for one in maya.said() if one.author == Author.BOT]
    assert waiting == [DeliveryStatus.CANCELLED]
    assert maya.run_of("M4").status == RunStatus.PAUSED


def test_a_message_that_could_not_be_screened_is_told_to_somebody_not_only_listed(maya: Clockwork, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.screening.assess", breaks)
    maya.says("hello there")
    [flag] = flags(maya, FlagKind.UNSCREENED)
    assert flag.level == 2
    assert [page.status for page in maya.rows(Page)] == [PageStatus.QUIET]
    assert "unread" in maya.scripts()


@pytest.mark.parametrize("word", ["END", "STOP"])
def test_the_carriers_word_after_the_question_about_death_is_honoured_and_heard(word: str, maya: Clockwork) -> None:
    """ "…or of ending your life?" – "END": no text may follow, so somebody must ring."""
    ask_about_death(maya)
    maya.says(word, channel="sms")
    assert protocol_state(maya.conversation()).phase is Phase.CLOSED_OPTOUT
    assert [flag.level for flag in flags(maya, FlagKind.RISK)] == [2]
    [ring] = flags(maya, FlagKind.UNDELIVERED)
    assert ring.status == FlagStatus.OPEN
    assert maya.scripts()[-1] == "stopped", "the confirmation, and nothing beside it"


def test_stop_anywhere_else_is_only_stop(maya: Clockwork) -> None:
    maya.says("hello", channel="sms")
    maya.says("STOP", channel="sms")
    assert flags(maya, FlagKind.UNDELIVERED) == []
    assert maya.scripts()[-1] == "stopped"


def test_a_picture_without_words_does_not_make_the_bot_speak_beside_a_person(maya: Clockwork) -> None:
    maya.says("hello", channel="sms")
    before = len(maya.said())
    with maya.store.write() as session:
        lock_conversation(session, maya.conversation().id).owner = Owner.HUMAN
    maya.says("", channel="sms")
    assert len(maya.said()) == before
    with maya.store.write() as session:
        lock_conversation(session, maya.conversation().id).owner = Owner.BOT
    maya.says("", channel="sms")
    assert maya.scripts()[-1] == "no_words"


def ask_about_death(maya: Clockwork) -> None:
    text = maya.parts.programme.step(Place("M10", "S3")).text
    maya.says("hello", channel="sms")
    with maya.store.write() as session:
        conversation = lock_conversation(session, conversation_of(session, maya.patient_id).id)
        add_outbound(session, conversation, Saying(text, Author.BOT), channel="sms", at=maya.now)
