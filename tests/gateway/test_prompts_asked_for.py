"""What patients have asked for, or were promised: a nudge on a chosen day, one more offer, a question on another day."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.asking import question_of
from store.care import Flag, FlagKind
from store.course import Dose, Measure, RunStatus
from store.flags import Ask, raise_flag
from store.messages import lock_conversation
from store.prompts import Prompt
from store.talk import Message, Owner
from tests.gateway.clockwork import Clockwork, clockwork

PLAN = ("a walk around the block", "by the river after lunch", "if it's after lunch, then I will walk", "9")


@pytest.fixture
def maya(tmp_path: Path) -> Iterator[Clockwork]:
    with clockwork(tmp_path) as found:
        yield found


def planned(maya: Clockwork, *nudge: str, hours_ago: float = 120) -> None:
    """M8 offered on its day (a Saturday at 11 where she lives), and answered to its end."""
    maya.now += timedelta(days=5)
    maya.dose(hours_ago=hours_ago)
    maya.change(lambda _s, _e, _p, conversation: setattr(conversation, "next_module", "M8"))
    maya.run(minutes=1)
    assert maya.offered() == ["M8"]
    maya.answers(*PLAN, *nudge)
    assert maya.run_of("M8").status == RunStatus.FINISHED


def nudges(maya: Clockwork) -> list[tuple[str, str]]:
    return [(maya.local(one.created_at), one.text) for one in maya.said() if one.script == "M8.N1"]


def asked_about(maya: Clockwork) -> list[str]:
    return [maya.local(one.offered_at) for one in maya.rows(Prompt, Prompt.step == "F1")]


@pytest.mark.parametrize(
    ("nudge", "at"),
    [(("morning", "tomorrow"), "Sun 09:00"), (("evening", "in 2 days"), "Mon 17:00"), (("evening", "today"), "Sat 17:00"),
     (("yes", "Tuesday"), "Tue 09:00")],
)  # fmt: skip
def test_the_nudge_comes_on_the_chosen_day_with_the_patients_own_words(maya: Clockwork, nudge: tuple[str, ...], at: str) -> None:
    planned(maya, *nudge)
    maya.run(days=4)
    ((said_at, text),) = nudges(maya)
    assert said_at[:-1] == at[:-1]  # the looks are half an hour apart, and begin at the minute of the last words
    assert "a walk around the block" in text
    others = [moment for module, moment in maya.prompts() if module not in ("M8", "M10") and moment[:3] == at[:3]]
    assert others == []  # its day is kept for it


def test_how_it_went_is_asked_on_a_day_after_the_nudge(maya: Clockwork) -> None:
    planned(maya, "evening", "tomorrow")
    maya.run(days=5, then=maya.finishes)
    assert nudges(maya)[0][0] == "Sun 17:00"
    assert asked_about(maya)[0][:3] in ("Mon", "Tue", "Wed")


def test_without_a_nudge_nothing_is_said_and_it_is_asked_three_days_later(maya: Clockwork) -> None:
    planned(maya, "no")
    maya.run(days=6, then=maya.finishes)
    assert nudges(maya) == []
    assert asked_about(maya)[0][:3] in ("Tue", "Wed")


def test_no_nudge_after_stop_in_a_crisis_beside_a_person_or_when_its_day_is_over(tmp_path: Path) -> None:
    def stops(maya: Clockwork) -> None:
        maya.says("stop", channel="sms")

    def flagged(maya: Clockwork) -> None:
        maya.change(
            lambda s, _e, _p, conversation: raise_flag(
                s, conversation, Ask(FlagKind.RISK, 2, "S", "heard", None, timedelta(hours=1)), maya.now
            )
        )

    def taken(maya: Clockwork) -> None:
        maya.change(lambda _s, _e, _p, conversation: setattr(conversation, "owner", Owner.HUMAN))

    def dosed(maya: Clockwork) -> None:
        maya.dose()

    for number, happens in enumerate((stops, flagged, taken, dosed)):
        with clockwork(tmp_path / str(number)) as maya:
            planned(maya, "morning", "tomorrow")
            happens(maya)
            maya.days(2)
            assert nudges(maya) == [], happens.__name__
            maya.change(lambda _s, _e, _p, conversation: setattr(conversation, "owner", Owner.BOT))
            maya.days(2)
            assert nudges(maya) == [], happens.__name__


def test_not_now_is_asked_once_more_and_silence_is_not(maya: Clockwork) -> None:
    maya.dose(hours_ago=46)
    maya.run(minutes=1)
    assert maya.offered() == ["M5"]
    maya.answers("not now")
    assert "once more" in maya.said()[-1].text
    maya.run(days=2)
    assert [module for module, at in maya.prompts() if at[:3] in ("Mon", "Tue")] == ["M5", "M5"]
    maya.days(2)
    assert maya.offered().count("M5") == 2


def test_the_question_about_home_comes_back_when_nobody_reads_along(maya: Clockwork) -> None:
    maya.now += timedelta(days=5)
    maya.dose(hours_ago=124)
    maya.change(lambda _s, _e, _p, conversation: setattr(conversation, "next_module", "M9"))
    maya.run(minutes=1)
    maya.answers("my sister", "no", "just listen", "no thanks", "skip")

    def answers() -> None:
        again = maya.rows(Prompt, Prompt.step == "F1", Prompt.module == "M9")
        maya.answers("yes", "not always") if again else maya.finishes()

    maya.run(days=6, then=answers)
    risk = maya.rows(Flag, Flag.kind == FlagKind.RISK)[0]
    assert (risk.level, risk.category) == (3, "A")


def test_begun_three_days_before_a_visit_only_the_intention_is_asked_and_the_ride_on_the_day_before(maya: Clockwork) -> None:
    visit = maya.now + timedelta(hours=72)
    maya.change(lambda session, *_: session.add(Dose(patient_id=maya.patient_id, ended_at=visit)))
    maya.run(hours=1)
    assert maya.offered() == ["M2"]
    maya.answers("to be less afraid", "keep", "4", "no")
    assert maya.run_of("M2").status == RunStatus.FINISHED
    assert "M2.S4" not in maya.answers_kept()
    maya.run(days=2, hours=4)
    (asked,) = maya.rows(Prompt, Prompt.step == "S4")
    assert maya.local(asked.offered_at) == "Wed 12:00"
    maya.answers("no ride yet", "none")
    assert maya.answers_kept()["M2.S5"] == ["none"]
    assert maya.scripts().count("M2.S6") == 1
    assert [flag for flag in maya.rows(Flag) if "ride" in flag.reason]


def wishes(maya: Clockwork) -> tuple[list[str], list[str]]:
    """What Rasa would be told that START opens, and what may be asked for."""
    with maya.store.write() as session:
        conversation = lock_conversation(session, maya.conversation().id)
        message = session.query(Message).filter(Message.text.is_not(None)).order_by(Message.seq.desc()).first()
        assert message is not None
        asked = question_of(maya.parts, session, conversation, message).metadata
        return asked["offer"], asked["wishes"]


def test_the_fade_check_may_be_asked_for_from_the_morning_after_and_x1_never_comes_by_a_bare_start(maya: Clockwork) -> None:
    maya.dose(hours_ago=40)
    maya.says("hello")
    offer, may_wish = wishes(maya)
    assert "M10" not in offer
    assert "X1" not in offer
    assert {"M10", "X1", "M6"} <= set(may_wish)
    maya.change(lambda _s, _e, _p, conversation: setattr(conversation, "next_module", "M10"))
    assert wishes(maya)[0][0] == "M10"


def test_nothing_but_the_safe_landing_may_be_asked_for_on_the_evening_of_a_dose(maya: Clockwork) -> None:
    maya.dose(hours_ago=5)
    maya.says("hello")
    assert wishes(maya) == (["M3"], ["M3"])


def test_a_mood_that_fell_by_three_promises_the_fade_check(maya: Clockwork) -> None:
    maya.says("hello")
    hello, before = maya.rows(Message)[0].id, maya.now - timedelta(days=3)
    rated = Measure(patient_id=maya.patient_id, message_id=hello, kind="mood", value=8, at=before)
    maya.change(lambda session, *_: session.add(rated))
    maya.dose(hours_ago=20)
    maya.run(minutes=31)
    maya.answers("well", "yes", "no", "5")
    assert maya.rows(Flag, Flag.kind == FlagKind.RISK)[0].level == 2
    assert maya.conversation().next_module == "M10"


def test_the_last_weekly_check_in_says_that_it_is_the_last(maya: Clockwork) -> None:
    maya.dose(hours_ago=28 * 24)
    maya.run(minutes=1)
    assert maya.offered() == ["M11"]
    assert maya.scripts().count("M11.last") == 1
    maya.finishes()
    maya.days(8)
    assert maya.offered() == ["M11"]
