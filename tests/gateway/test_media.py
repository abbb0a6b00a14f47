"""A photo, a voice note, a video: nobody here can read it, so it is never an answer, never lost, and where it may matter a person is told."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from safety.protocol import ProtocolState
from store.care import Flag, FlagKind, Page, PageStatus
from store.messages import lock_conversation
from store.outcomes import protocol_state
from store.talk import Message, Owner
from store.timeline import GROUPS, read_timeline
from tests.gateway.clockwork import Clockwork, clockwork

PHOTO = ("image",)


@pytest.fixture
def maya(tmp_path: Path) -> Iterator[Clockwork]:
    with clockwork(tmp_path) as found:
        found.says("hello", channel="sms")
        yield found


def state(maya: Clockwork) -> ProtocolState:
    return protocol_state(maya.conversation())


def unseen(maya: Clockwork) -> list[Flag]:
    return maya.rows(Flag, Flag.kind == FlagKind.UNSCREENED)


def last_in(maya: Clockwork) -> Message:
    return [one for one in maya.rows(Message) if one.inbound][-1]


def test_a_photo_in_the_ladder_is_unclear_and_a_person_is_told(maya: Clockwork) -> None:
    maya.says("i wish i could go to sleep and not wake up", channel="sms")
    asked = state(maya).awaiting
    assert asked is not None
    maya.says("", channel="sms", media=PHOTO)
    assert state(maya).answers[-1] == (asked, "unclear")
    [flag] = unseen(maya)
    assert flag.message_id == last_in(maya).id
    assert (flag.level, flag.respond_by is not None) == (2, True)
    assert PageStatus.QUIET in [page.status for page in maya.rows(Page, Page.flag_id == flag.id)], "told, not only listed"
    assert maya.scripts()[-3:] == ["picture_noted", "crisis_contact", "ask_thoughts_again"]
    assert state(maya).awaiting == asked, "and the question is put once more"


@pytest.mark.parametrize("answers", [(), ("yes",), ("yes", "yes"), ("yes", "yes", "i have pills here")])
def test_a_voice_note_is_no_answer_to_any_question_of_the_ladder(maya: Clockwork, answers: tuple[str, ...]) -> None:
    maya.says("i wish i could go to sleep and not wake up", channel="sms")
    for answer in answers:
        maya.says(answer, channel="sms")
    level, asked = state(maya).level, state(maya).awaiting
    maya.says("", channel="sms", media=("audio",))
    assert state(maya).level >= level
    assert asked is None or state(maya).answers[-1][1] == "unclear"
    assert "picture_noted" in maya.scripts()
    assert len(unseen(maya)) == 1


def test_where_somebody_may_read_along_nothing_is_said_of_the_photo(maya: Clockwork) -> None:
    maya.says("i want to kill myself tonight", channel="sms")
    with maya.store.write() as session:
        conversation = lock_conversation(session, maya.conversation().id)
        conversation.protocol = replace(protocol_state(conversation), unsafe_to_text=True).to_dict()
    maya.says("", channel="sms", media=PHOTO)
    assert "picture_noted" not in maya.scripts()
    assert len(unseen(maya)) == 1


def test_words_beside_the_photo_are_heard_as_ever_and_the_photo_is_told_of(maya: Clockwork) -> None:
    maya.says("i wish i could go to sleep and not wake up", channel="sms")
    maya.says("no", channel="sms", media=PHOTO)
    assert state(maya).answers[-1][1] == "no"
    assert len(unseen(maya)) == 1


def test_a_second_photo_joins_the_flag_of_the_first(maya: Clockwork) -> None:
    maya.says("i want to kill myself tonight", channel="sms")
    for _ in range(2):
        maya.says("", channel="sms", media=PHOTO)
    [flag] = unseen(maya)
    assert flag.message_id == last_in(maya).id


def test_where_nothing_is_open_a_photo_is_answered_kindly_and_kept(maya: Clockwork) -> None:
    maya.says("", channel="sms", media=(*PHOTO, "video"))
    assert maya.scripts()[-1] == "picture"
    assert maya.rows(Flag) == []
    assert last_in(maya).media == "image,video"
    timeline = maya.read(lambda session: read_timeline(session, maya.conversation(), GROUPS, None))
    assert "image,video" in [moment.code for moment in timeline.moments if moment.what == "said_patient"]


def test_a_very_first_photo_meets_the_plain_notice_as_well(tmp_path: Path) -> None:
    with clockwork(tmp_path) as noor:
        noor.says("", channel="sms", media=PHOTO)
        assert noor.scripts() == ["greeting_sms", "picture"]


def test_beside_a_person_the_bot_stays_silent_and_nobody_else_is_called(maya: Clockwork) -> None:
    maya.says("i want to kill myself tonight", channel="sms")
    with maya.store.write() as session:
        lock_conversation(session, maya.conversation().id).owner = Owner.HUMAN
    before = len(maya.said())
    maya.says("", channel="sms", media=PHOTO)
    assert len(maya.said()) == before or maya.scripts()[-1] != "picture_noted"
    assert unseen(maya) == []
    assert last_in(maya).media == "image"
