"""What the screen reads as history: so many of the patient's own messages as it was measured with, however much the house says between."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from safety import Turn
from store.conversations import HISTORY_TURNS, recent_turns, turns_before
from store.messages import Saying, add_outbound, lock_conversation
from store.talk import AssessmentRow, Author, Message
from tests.gateway.clockwork import Clockwork, clockwork

LINES = 3  # what the house says to one message


@pytest.fixture
def maya(tmp_path: Path) -> Iterator[Clockwork]:
    with clockwork(tmp_path) as found:
        yield found


def says(maya: Clockwork, text: str) -> None:
    """One message, and the bot's lines under it."""
    maya.now += timedelta(minutes=1)
    maya.says(text, channel="web")
    with maya.store.write() as session:
        conversation = lock_conversation(session, maya.conversation().id)
        for n in range(LINES):
            add_outbound(session, conversation, Saying(f"A line of the house, {n}.", Author.BOT), at=maya.now)


def turns(maya: Clockwork) -> tuple[Turn, ...]:
    return maya.read(lambda session: recent_turns(session, maya.conversation(), maya.now))


def test_as_many_of_the_patients_messages_as_measured_and_the_last_line_said(maya: Clockwork) -> None:
    for n in range(20):
        says(maya, f"message number {n}")
    assert [turn.text for turn in turns(maya)] == [*(f"message number {n}" for n in range(8, 20)), f"A line of the house, {LINES - 1}."]
    assert [turn.author for turn in turns(maya)] == ["patient"] * HISTORY_TURNS + ["assistant"]


def test_what_is_older_than_a_week_is_left_out(maya: Clockwork) -> None:
    says(maya, "long ago")
    maya.now += timedelta(days=7)
    says(maya, "today")
    assert [turn.text for turn in turns(maya) if turn.author == "patient"] == ["today"]


def test_two_messages_in_a_row_leave_no_question_between_them(maya: Clockwork) -> None:
    says(maya, "one")
    maya.says("two", channel="web")
    last = max(one.seq for one in maya.rows(Message) if one.inbound)
    before = maya.read(lambda session: turns_before(session, maya.conversation().id, last + 1, maya.now))
    assert [turn.text for turn in before if turn.author == "patient"] == ["one", "two"]
    assert before[-1].author == "patient"


def test_a_slow_slide_is_heard_over_ten_messages_with_the_houses_lines_between(maya: Clockwork) -> None:
    """Two different markers of the same weight, far apart: together they are graver than either."""
    for text in ("it's never going to get better", *(f"a quiet day, number {n}" for n in range(8)), "I'm just a burden to everyone"):
        says(maya, text)
    last = max(maya.rows(AssessmentRow), key=lambda row: row.created_at)
    assert last.level == 3
    assert "S-SLIDE" in {finding["phrase_id"] for finding in last.findings}
