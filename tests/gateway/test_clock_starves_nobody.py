"""Timers that cannot be carried out hold up nobody else's, however many they are."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.clock import Clock
from store.patients import add_patient, conversation_of
from store.talk import Timer
from store.timers import LOOK, TimerKind, set_timer
from tests.gateway.clockwork import Clockwork, clockwork
from tests.gateway.pager_house import awaited


@pytest.fixture
def maya(tmp_path: Path) -> Iterator[Clockwork]:
    with clockwork(tmp_path) as found:
        yield found


def test_more_broken_timers_than_one_look_sees_starve_nobody(maya: Clockwork) -> None:
    with maya.store.write() as session:
        for n in range(2 * LOOK + 1):
            stranger = conversation_of(session, add_patient(session, name=None, phone=f"+1555020{n:04d}").id)
            set_timer(session, stranger.id, TimerKind.UNSEEN_CRISIS, maya.now - timedelta(hours=1), subject="no number")
        set_timer(session, conversation_of(session, maya.patient_id).id, TimerKind.HUMAN_IDLE, maya.now)
    awaited(Clock(maya.parts).sweep)
    left = maya.rows(Timer)
    assert {timer.kind for timer in left} == {TimerKind.UNSEEN_CRISIS}, "hers was carried out"
    assert len(left) == 2 * LOOK + 1, "and theirs wait for the next beat"
