"""What patients have asked for, or were promised: a nudge on a chosen day, one more offer, a question on another day."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from gateway.asking import question_of
from gateway.effects import apply_effects
from programme import open_module
from store.care import Flag, FlagKind
from store.course import Dose, Measure, ModuleRun, RunStatus
from store.flags import Ask, raise_flag
from store.messages import lock_conversation
from store.on_call import Override, Shift
from store.people import Clinician
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


def visit_in(maya: Clockwork, **span: float) -> None:
    maya.change(lambda session, *_: session.add(Dose(patient_id=maya.patient_id, ended_at=maya.now + timedelta(**span))))


def opens(maya: Clockwork, module: str) -> None:
    """START, as Rasa's turn would write it down."""
    maya.says("hello")
    with maya.store.write() as session:
        conversation = lock_conversation(session, maya.conversation().id)
        message = session.query(Message).filter(Message.author == "patient").order_by(Message.seq.desc()).first()
        assert message is not None
        turn = open_module(maya.parts.programme, module, {"channel": "web", "locale": "en"})
        apply_effects(maya.parts, session, conversation, message, turn.effects)


def test_the_ride_is_asked_on_the_day_before_although_the_intention_got_no_answer(maya: Clockwork) -> None:
    visit_in(maya, hours=72)
    maya.run(days=2, hours=3)
    assert maya.prompts() == [("M2", "Mon 11:00"), ("M2", "Wed 12:00")]
    assert maya.scripts()[-1] == "M2.S4"
    assert maya.missed() == []
    maya.run(hours=3)
    assert maya.missed()[0].reason.endswith("(M2: asked, no answer).")
    maya.answers("yes", "none")
    assert maya.answers_kept()["M2.S5"] == ["none"]
    maya.run(hours=10)
    assert len(maya.missed()) == 1


def test_an_answered_checklist_calls_nobody(maya: Clockwork) -> None:
    visit_in(maya, hours=72)
    maya.run(days=2, hours=12, then=maya.finishes)
    assert [module for module, _ in maya.prompts()] == ["M2", "M2"]
    assert maya.missed() == []


def test_where_doses_are_days_apart_the_ride_is_asked_before_each_and_the_numbers_come_once_a_week(maya: Clockwork) -> None:
    for days in (0, 3, 7, 10, 14):
        visit_in(maya, days=days)
    maya.change(lambda session, *_: [setattr(dose, "discharged_at", dose.ended_at) for dose in session.scalars(select(Dose))])
    maya.run(days=14, then=maya.finishes)
    numbers = [one.offered_at for one in maya.rows(Prompt, Prompt.module == "M11")]
    assert len(numbers) == 2
    assert numbers[1] - numbers[0] >= timedelta(days=6)
    assert maya.scripts().count("M2.S4") == 4  # before each of the visits that lay ahead
    assert maya.missed() == []


def finished(maya: Clockwork, *modules: str) -> None:
    """Out of the way: done since the dose."""
    same = {"status": RunStatus.FINISHED, "opened_at": maya.now, "moved_at": maya.now, "closed_at": maya.now}
    maya.change(lambda session, *_: session.add_all(ModuleRun(patient_id=maya.patient_id, module=one, **same) for one in modules))


def test_a_fade_check_left_after_start_is_offered_on_its_day_and_told_when_nobody_answers(maya: Clockwork) -> None:
    maya.dose(hours_ago=6.2 * 24)
    opens(maya, "M10")
    maya.run(days=3)
    assert ("M10", "Tue 09:00") in [(module, at[:-1] + "0") for module, at in maya.prompts()]
    assert maya.run_of("M10").status == RunStatus.LAPSED
    assert [flag.module for flag in maya.missed()] == ["M10"]
    maya.says("i feel awful today")
    assert not any(step.startswith("M10.") for step in maya.answers_kept())


def test_what_was_begun_after_start_is_named_once_and_gone_on_with_where_it_was_left(maya: Clockwork) -> None:
    maya.dose(hours_ago=100)
    finished(maya, "M5", "M6", "M7", "M9")
    opens(maya, "M8")
    maya.answers("a walk around the block")
    left_at = maya.run_of("M8").place["step"]
    maya.run(days=2, hours=12)
    assert maya.scripts().count("M8.reminder") + maya.scripts().count("M8.saved") == 1
    assert len(maya.rows(ModuleRun, ModuleRun.module == "M8")) == 1
    assert maya.run_of("M8").status == RunStatus.PAUSED
    assert maya.run_of("M8").place["step"] == left_at
    maya.says("start")
    assert maya.run_of("M8").status == RunStatus.OPEN


def test_no_to_the_set_up_is_asked_again_in_two_days_and_not_in_half_an_hour(tmp_path: Path) -> None:
    with clockwork(tmp_path, consent=False) as maya:
        opens(maya, "M1")
        maya.answers("no")
        maya.run(days=1, hours=12)
        assert maya.offered() == []
        maya.run(days=1)
        assert maya.offered() == ["M1"]


def test_a_half_done_second_offer_goes_on_where_it_was_left(tmp_path: Path) -> None:
    with clockwork(tmp_path, consent=False) as maya:
        maya.run(minutes=1)
        maya.answers("yes", "yes")
        left_at = maya.run_of("M1").place["step"]
        maya.run(days=3)
        assert maya.offered() == ["M1", "M1"]
        assert maya.run_of("M1").place["step"] == left_at
        assert maya.scripts().count("M1.S1") == 1


def test_a_fade_check_without_an_answer_is_told_also_when_the_next_dose_comes_first(maya: Clockwork) -> None:
    maya.dose(hours_ago=6 * 24 - 2)
    visit_in(maya, hours=26)
    maya.run(hours=25)
    assert "M10" in maya.offered()
    assert "M10" not in {flag.module for flag in maya.missed()}
    maya.run(hours=3)
    assert {flag.module: flag.reason for flag in maya.missed()}["M10"].endswith("(M10: no answer before the next dose).")
    maya.run(days=3)
    assert [flag.module for flag in maya.missed()].count("M10") == 1


def test_silence_in_the_middle_after_risk_goes_to_a_person(maya: Clockwork) -> None:
    maya.dose(hours_ago=4 * 24)
    maya.run(minutes=1)
    assert maya.offered() == ["M7"]
    maya.answers("i saw my grandmother's kitchen")
    finished(maya, "M5", "M6", "M8", "M9")

    def flagged(session, _e, _p, conversation) -> None:  # type: ignore[no-untyped-def]
        raise_flag(session, conversation, Ask(FlagKind.RISK, 2, "S", "heard", None, timedelta(hours=1)), maya.now)

    maya.change(flagged)
    maya.run(days=3)
    assert maya.scripts().count("M7.reminder") == 0
    assert [flag.reason for flag in maya.missed() if flag.module == "M7"] == [
        "Was flagged lately, and M7 got no answer. Please get in touch."
    ]


def test_a_promise_ends_with_the_next_dose(maya: Clockwork) -> None:
    maya.says("hello")
    maya.change(lambda _s, _e, _p, conversation: setattr(conversation, "next_module", "M6"))
    maya.now += timedelta(hours=1)
    maya.dose()
    maya.run(hours=1)
    assert maya.conversation().next_module is None


def facts_told(maya: Clockwork) -> Mapping[str, object]:
    with maya.store.write() as session:
        conversation = lock_conversation(session, maya.conversation().id)
        message = session.query(Message).order_by(Message.seq.desc()).first()
        assert message is not None
        told = question_of(maya.parts, session, conversation, message).metadata["facts"]
        return {str(name): value for name, value in told.items()}


def test_the_bot_is_told_whether_somebody_can_act_on_what_the_numbers_may_bring_up(maya: Clockwork) -> None:
    maya.dose(hours_ago=8 * 24)
    opens(maya, "M11")
    assert "human_can_act" not in facts_told(maya)  # no week was entered: a page calls everybody
    all_week = [Shift(clinician_id="dana", role="primary", weekday=day, starts=0, ends=0) for day in range(7)]
    dana = Clinician(id="dana", email="dana@example.org", name="Dana", password_hash="none")
    maya.change(lambda session, *_: [session.add(dana), session.flush(), session.add_all(all_week)])
    assert facts_told(maya)["human_can_act"] == "yes"
    away = Override(role="primary", starts_at=maya.now, ends_at=maya.now + timedelta(hours=2))
    maya.change(lambda session, *_: session.add(away))
    assert facts_told(maya)["human_can_act"] == "no"
    maya.now += timedelta(hours=3)
    assert facts_told(maya)["human_can_act"] == "yes"
