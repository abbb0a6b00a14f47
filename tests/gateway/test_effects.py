"""What a module asks of the record is kept whole: urgency, exercise and step, what is private, and where to find the patient."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.effects import SAME_DAY, apply_effects
from programme import Effect
from store.care import Flag, FlagKind, Page
from store.course import Answer
from store.messages import add_inbound, lock_conversation
from store.people import Patient
from tests.gateway.clockwork import Clockwork, clockwork


@pytest.fixture
def maya(tmp_path: Path) -> Iterator[Clockwork]:
    with clockwork(tmp_path) as found:
        yield found


def write(maya: Clockwork, *effects: Effect) -> None:
    """As one turn with Rasa is written down."""
    with maya.store.write() as session:
        conversation = lock_conversation(session, maya.conversation().id)
        maya.texts += 1
        message = add_inbound(session, conversation, text="…", channel="web", external_id=str(maya.texts), choice=None, at=maya.now)
        session.flush()
        apply_effects(maya.parts, session, conversation, message, effects)


def notify(reason: str, level: int = 1, urgency: str = "same_day", **more: Any) -> Effect:
    data = {"kind": "side_effect", "level": level, "reason": reason, "urgency": urgency, "module": "M4", "step": "S3b"}
    return Effect("notify", data | more)


def test_a_note_carries_its_urgency_its_exercise_and_its_step(maya: Clockwork) -> None:
    write(maya, notify("Bladder pain."))
    (flag,) = maya.rows(Flag)
    assert (flag.kind, flag.urgency, flag.module, flag.step) == (FlagKind.NOTE, "same_day", "M4", "S3b")
    assert flag.reason == "Bladder pain. (M4)"
    assert flag.respond_by == maya.now + SAME_DAY
    assert maya.rows(Page) == []


@pytest.mark.parametrize(("urgency", "level", "within"), [("next_day", 1, timedelta(days=1)), ("page", 2, timedelta(minutes=30))])
def test_urgency_says_how_soon_and_page_wakes_somebody_at_any_level(maya: Clockwork, urgency: str, level: int, within: timedelta) -> None:
    write(maya, notify("Could not tell.", level, urgency))
    (flag,) = maya.rows(Flag)
    assert flag.respond_by == maya.now + within
    assert len(maya.rows(Page)) == (urgency == "page")


def test_a_later_note_hides_no_earlier_one_and_the_gravest_stands_first(maya: Clockwork) -> None:
    write(maya, notify("No location.", urgency="next_day"), notify("No named support."))
    write(maya, notify("Hopeless most days.", level=2), notify("No location."))
    (flag,) = maya.rows(Flag)
    assert flag.reason.split("\n") == ["Hopeless most days. (M4)", "No named support. (M4)", "No location. (M4)"]
    assert (flag.level, flag.urgency) == (2, "same_day")


def test_what_is_kept_private_is_marked_and_what_is_shared_too(maya: Clockwork) -> None:
    answer = {"module": "M5", "step": "S4", "value": "private", "text": "", "shared": False}
    write(maya, Effect("answer", answer), Effect("answer", {**answer, "step": "S3", "value": "x", "text": "x", "shared": True}))
    assert {one.step: one.shared for one in maya.rows(Answer)} == {"S4": False, "S3": True}


def test_what_an_emergency_needs_reaches_the_patients_card(maya: Clockwork) -> None:
    def said(step: str, value: str) -> Effect:
        return Effect("answer", {"module": "M1", "step": step, "value": value, "text": value})

    write(maya, said("S4", "Denver, Colorado"), said("S5", "Lena, 555 010 0111"), said("S5b", "yes"))
    (patient,) = maya.rows(Patient)
    assert (patient.location, patient.trusted_person, patient.trusted_person_consent) == ("Denver, Colorado", "Lena, 555 010 0111", True)
    assert patient.location_at == maya.now
    write(maya, said("S5", "Ben"))
    assert not maya.rows(Patient)[0].trusted_person_consent  # another person has not been agreed to


def test_a_promised_module_is_remembered_until_it_is_opened(maya: Clockwork) -> None:
    write(maya, Effect("offer_module", {"module": "M9"}))
    assert maya.conversation().next_module == "M9"
    write(maya, Effect("module_opened", {"module": "M9"}))
    assert maya.conversation().next_module is None
