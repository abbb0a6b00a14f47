"""The programme by the clock: the right module on the right day, and silence wherever silence is due."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from gateway.inbound import InboundMessage
from gateway.intake import receive
from store.care import Flag, FlagKind, FlagStatus
from store.course import Dose, Enrolment, EnrolmentStatus, Measure, ModuleRun, RunStatus
from store.flags import Ask, raise_flag
from store.prompts import Prompt
from store.talk import DeliveryStatus, Message, Owner
from tests.gateway.clockwork import NOON, Clockwork, clockwork


@pytest.fixture
def maya(tmp_path: Path) -> Iterator[Clockwork]:
    with clockwork(tmp_path) as found:
        yield found


def test_an_answering_patient_meets_each_module_on_its_day_and_five_in_the_first_week(maya: Clockwork) -> None:
    maya.dose()
    maya.run(days=15, then=maya.finishes)
    assert maya.prompts() == [
        ("M3", "Mon 15:00"), ("M4", "Tue 09:00"), ("M5", "Wed 09:00"), ("M7", "Fri 09:00"), ("M8", "Sat 09:00"),
        ("M10", "Mon 09:00"), ("M11", "Mon 09:01"), ("M8", "Tue 09:00"), ("M11", "Mon 09:00"),
    ]  # fmt: skip
    assert maya.scripts()[0] == "greeting_sms"  # who never heard from us is told who writes, and how to end it
    assert maya.rows(Prompt, Prompt.step.is_not(None))[0].step == "F1"  # how the small step went: on the first free day after the plan's
    assert maya.scripts().count("M8.N1") == 1  # and the nudge on the plan's own day
    assert maya.measures()["who5"] in range(101)
    assert maya.missed() == []


def test_two_unanswered_modules_make_it_once_a_week_and_a_silent_fade_check_goes_to_a_person(maya: Clockwork) -> None:
    maya.dose()
    maya.days(12)
    assert maya.prompts() == [("M3", "Mon 15:00"), ("M4", "Tue 09:00"), ("M10", "Tue 09:00")]
    told = {flag.module: flag for flag in maya.missed()}
    assert set(told) == {"M3", "M10"}
    assert "no answer" in told["M10"].reason
    assert told["M10"].urgency == "same_day"
    assert told["M10"].respond_by is not None
    assert [run.status for run in maya.rows(ModuleRun, ModuleRun.module == "M10")] == [RunStatus.LAPSED]


def test_one_reminder_a_day_later_puts_the_question_again_and_then_it_is_let_go(maya: Clockwork) -> None:
    maya.dose(hours_ago=40)  # the evening and the morning after were before the enrolment's first look
    maya.run(hours=50)
    (prompt,) = maya.rows(Prompt, Prompt.module == "M5")
    assert prompt.reminded_at is not None
    assert timedelta(hours=20) <= prompt.reminded_at - prompt.offered_at <= timedelta(hours=24)
    assert maya.scripts().count("M5.reminder") == 1
    assert maya.scripts().count("M5.S1") == 2
    assert maya.run_of("M5").status == RunStatus.LAPSED
    maya.says("i feel a bit lost today")
    assert not any(step.startswith("M5.") for step in maya.answers_kept())  # days later nothing is taken for an answer


def test_who_texted_stop_gets_nothing_and_the_team_is_told_what_was_not_asked(maya: Clockwork) -> None:
    maya.says("stop", channel="sms")
    said = len(maya.said())
    maya.dose()
    maya.days(11)
    assert maya.offered() == []
    assert len(maya.said()) == said
    assert {flag.module for flag in maya.missed()} == {"M3", "M10"}
    assert all("STOP" in flag.reason for flag in maya.missed())


def test_start_after_stop_lets_the_clock_write_again(maya: Clockwork) -> None:
    maya.says("stop", channel="sms")
    maya.dose()
    maya.run(hours=2)
    maya.says("start", channel="sms")
    maya.run(hours=3)
    assert maya.offered() == ["M3"]


@pytest.mark.parametrize("owner", [Owner.WAITING, Owner.HUMAN, Owner.RETURNING])
def test_while_a_person_has_the_conversation_nothing_is_offered(maya: Clockwork, owner: Owner) -> None:
    maya.change(lambda _s, _e, _p, conversation: setattr(conversation, "owner", owner))
    maya.dose(hours_ago=3)
    maya.run(hours=4)
    assert maya.offered() == []
    maya.change(lambda _s, _e, _p, conversation: setattr(conversation, "owner", Owner.BOT))
    maya.look()
    assert maya.offered() == ["M3"]


def test_a_risky_answer_is_kept_and_the_module_waits_until_start(maya: Clockwork) -> None:
    """The protocol speaks instead of Rasa: the answer must not be lost, and the next words are no answer to it."""
    maya.dose(hours_ago=7 * 24)
    maya.run(minutes=1)
    assert maya.offered() == ["M10"]
    maya.answers("6", "some days", "yes, ending my life")
    assert maya.answers_kept()["M10.S3"] == "ending"
    assert maya.run_of("M10").status == RunStatus.PAUSED
    assert maya.conversation().owner == Owner.WAITING
    maya.answers("i am alone right now")
    assert "M10.S4" not in maya.answers_kept()
    maya.days(8)
    assert maya.offered() == ["M10"]
    assert maya.missed() == []  # its own answer has called a person


def test_a_mood_of_two_is_in_the_trend_although_the_protocol_answered_it(maya: Clockwork) -> None:
    maya.dose(hours_ago=20)
    maya.run(minutes=1)
    maya.answers("well", "yes", "no", "2")
    assert maya.measures()["mood"] == 2
    assert [flag.level for flag in maya.rows(Flag, Flag.kind == FlagKind.RISK)] == [2]


def test_item_nine_opens_the_protocol_at_once_and_no_score_is_shown(maya: Clockwork) -> None:
    maya.dose(hours_ago=15 * 24)
    maya.change(lambda session, *_: session.add(_done(maya, "M10", days_ago=6)))
    maya.run(hours=1)
    assert maya.offered() == ["M11"]
    maya.answers("3", "3", "yes", "1", "1", "1", "1", "1", "1", "several days")
    (flag,) = maya.rows(Flag, Flag.kind == FlagKind.RISK)
    assert flag.level >= 2
    assert maya.answers_kept()["M11.P9"] == 1
    assert maya.measures()["phq9"] == 3 + 3 + 6 + 1  # the answer that woke somebody counts in its sum
    assert maya.run_of("M11").status == RunStatus.PAUSED


def _done(maya: Clockwork, module: str, days_ago: float) -> ModuleRun:
    at = maya.now - timedelta(days=days_ago)
    dose = maya.rows(Dose)[0]
    return ModuleRun(
        patient_id=maya.patient_id, module=module, status=RunStatus.FINISHED, dose_id=dose.id, opened_at=at, moved_at=at, closed_at=at
    )


def test_after_pause_words_are_no_answer_and_a_day_later_the_saved_exercise_is_named_once(maya: Clockwork) -> None:
    maya.dose(hours_ago=4 * 24)
    maya.run(minutes=1)
    assert maya.offered() == ["M7"]
    maya.answers("i saw my grandmother's kitchen")
    with maya.store.write() as session:
        run = session.get_one(ModuleRun, maya.run_of("M7").id)
        run.status, run.moved_at = RunStatus.PAUSED, maya.now  # PAUSE, as Rasa's effect writes it
    maya.answers("7", "the bus was late")
    assert set(maya.answers_kept()) == {"M7.S1"}
    maya.run(hours=26)
    assert maya.scripts().count("M7.saved") == 1
    assert maya.run_of("M7").status == RunStatus.PAUSED
    maya.says("start")
    assert maya.run_of("M7").status == RunStatus.OPEN


def test_what_a_step_promised_comes_first_also_after_its_days_are_over(maya: Clockwork) -> None:
    maya.dose(hours_ago=7 * 24)
    maya.run(minutes=1)
    maya.answers("6", "not at all", "no", "a walk", "a skill")
    assert maya.conversation().next_module == "M6"
    maya.change(lambda session, *_: session.add(_done(maya, "M11", days_ago=0)))
    maya.run(hours=26)
    assert maya.prompts() == [("M10", "Mon 11:00"), ("M6", "Tue 09:00")]  # another day: "type NEXT when you'd like that exercise"
    assert maya.conversation().next_module is None


def test_a_hold_a_pause_and_no_consent_keep_the_clock_silent(maya: Clockwork) -> None:
    maya.dose(hours_ago=3.5)
    maya.change(lambda _s, enrolment, *_: setattr(enrolment, "status", EnrolmentStatus.HELD))
    maya.run(hours=1)
    maya.change(lambda _s, enrolment, *_: setattr(enrolment, "status", EnrolmentStatus.ACTIVE))
    maya.change(lambda _s, enrolment, *_: setattr(enrolment, "paused_until", maya.now + timedelta(hours=2)))
    maya.run(hours=1)
    assert maya.offered() == []
    maya.run(hours=1.5)
    assert maya.offered() == ["M3"]


def test_without_consent_only_the_set_up_and_the_evening_check_come(tmp_path: Path) -> None:
    with clockwork(tmp_path, consent=False) as maya:
        maya.run(minutes=1)
        assert maya.offered() == ["M1"]
        maya.answers("yes", "no")
        maya.run(days=1)
        maya.dose()
        maya.run(hours=5)
        maya.run(days=3)
        maya.now += timedelta(days=7)
        maya.change(lambda *_: None)
        maya.run(hours=1)
        assert maya.offered() == ["M1", "M3", "M1"]
        assert {flag.module: flag.reason for flag in maya.missed()}["M10"].endswith("no consent to the team reading along).")


def test_signs_of_mania_stop_the_whole_programme_until_a_clinician_opens_it_again(maya: Clockwork) -> None:
    maya.dose(hours_ago=3.5)

    def risk(session, _e, _p, conversation) -> None:  # type: ignore[no-untyped-def]
        ask = Ask(FlagKind.RISK, 4, "P", "Hardly slept, racing.")
        raise_flag(session, conversation, ask, maya.now).status = FlagStatus.CLOSED

    maya.change(risk)
    maya.days(5)
    assert maya.offered() == []
    maya.change(lambda _s, enrolment, *_: setattr(enrolment, "reopened_at", maya.now))
    maya.run(hours=1)
    assert maya.offered() == ["M7"]


def test_a_text_that_could_not_go_out_before_the_quiet_hours_is_taken_back_and_offered_once_next_day(maya: Clockwork) -> None:
    maya.dose(hours_ago=4 * 24)
    maya.delivers = False  # the provider is away from the first minute on
    maya.run(hours=20)
    first = [one for one in maya.said() if one.script == "M7.S1"]
    assert [one.delivery_status for one in first] == [DeliveryStatus.CANCELLED]
    assert maya.offered() == []
    maya.delivers = True
    maya.run(hours=4)
    assert maya.prompts() == [("M7", "Tue 09:00")]
    assert [one.delivery_status for one in maya.said() if one.script == "M7.S1"] == ["cancelled", "sent"]


def test_prompts_go_where_the_patient_wrote_last_and_can_be_told_otherwise(maya: Clockwork) -> None:
    maya.says("hello", channel="web")
    maya.dose(hours_ago=3.5)
    maya.run(hours=1)
    assert {one.channel for one in maya.said() if one.script == "M3.S1"} == {"web"}
    maya.finishes()
    maya.change(lambda _s, enrolment, *_: setattr(enrolment, "channel", "sms"))
    maya.run(days=1)
    assert {one.channel for one in maya.said() if (one.script or "").startswith("M4.")} == {"sms"}


def test_the_chosen_time_of_day_is_waited_for_in_the_patients_own_zone_over_a_change_of_clocks(tmp_path: Path) -> None:
    """Madrid leaves summer time on 25 October 2026; the evening stays the evening."""
    with clockwork(tmp_path, timezone="Europe/Madrid") as ana:
        ana.now = datetime(2026, 10, 23, 10, 0, tzinfo=UTC)
        ana.change(lambda _s, enrolment, *_: [setattr(enrolment, "check_in", "evening"), setattr(enrolment, "started_at", ana.now)])
        ana.dose()
        ana.run(days=5, then=ana.finishes)
        assert ana.prompts() == [("M3", "Fri 16:00"), ("M4", "Sat 09:00"), ("M5", "Sun 17:00"), ("M7", "Tue 17:00")]


def test_a_dose_entered_with_its_discharge_opens_the_evening_check_four_hours_after(maya: Clockwork) -> None:
    maya.dose(discharged_after=None)
    maya.run(hours=5)
    assert maya.offered() == []
    maya.change(lambda session, *_: setattr(session.scalars(select(Dose)).one(), "discharged_at", maya.now))
    maya.look()
    assert maya.offered() == ["M3"]


def test_a_new_dose_begins_a_new_cycle_and_leaves_nothing_open_behind(maya: Clockwork) -> None:
    maya.dose(hours_ago=4 * 24)
    maya.run(minutes=1)
    assert maya.offered() == ["M7"]
    maya.dose()
    maya.run(hours=5)
    assert maya.run_of("M7").status == RunStatus.LAPSED
    assert maya.offered() == ["M7", "M3"]


def test_an_ended_enrolment_is_never_looked_at_again(maya: Clockwork) -> None:
    maya.change(lambda _s, enrolment, *_: setattr(enrolment, "status", EnrolmentStatus.ENDED))
    maya.dose()
    assert maya.look() is None
    assert maya.rows(Enrolment)[0].look_at == NOON


def test_rasa_is_told_of_a_paused_module_as_paused_and_not_as_the_open_question(maya: Clockwork) -> None:
    maya.dose(hours_ago=4 * 24)
    maya.run(minutes=1)
    with maya.store.write() as session:
        session.get_one(ModuleRun, maya.run_of("M7").id).status = RunStatus.PAUSED
    asked = receive(maya.parts, InboundMessage(maya.patient_id, "web", "my day was long", "web:told", maya.now, None)).turn
    assert asked is not None
    assert asked.metadata["place"] is None
    assert asked.metadata["paused"]["step"] == "S1"


def test_e1_can_name_the_day_of_the_dose_where_the_patient_lives(maya: Clockwork) -> None:
    maya.dose(hours_ago=20)
    maya.says("bad chest pain and i can't breathe", channel="sms")
    assert any("ketamine on Sunday" in one.text for one in maya.said())


def test_after_a_week_a_weekday_would_mislead(maya: Clockwork) -> None:
    maya.dose(hours_ago=200)
    maya.says("bad chest pain and i can't breathe", channel="sms")
    assert not any("Sunday" in one.text or "Saturday" in one.text for one in maya.said())


def test_the_weekly_habit_is_asked_after_four_times_if_the_patient_wanted_that(maya: Clockwork) -> None:
    maya.dose(hours_ago=22 * 24, last=True)
    done = [_done(maya, module, days_ago=1) for module in ("M10", "M11")]
    maya.change(lambda session, *_: session.add_all(done))
    maya.run(minutes=1)
    assert maya.offered() == ["M12"]
    maya.answers("i stop answering texts", "walking", "my sister", "nature", "a walk on sunday", "yes", "yes")
    assert maya.run_of("M12").status == RunStatus.FINISHED
    for days in (6, 1, 6, 1, 6, 1, 6, 1, 6, 1):  # the weekly numbers come first, the habit a day later
        maya.now += timedelta(days=days)
        maya.change(lambda *_: None)
        maya.run(minutes=1)
        maya.finishes()
    asked = [one for one in maya.rows(Prompt) if one.step == "F1"]
    assert len(asked) == 4
    assert any("a walk on sunday" in one.text for one in maya.said())
    assert maya.run_of("M12").status == RunStatus.STOPPED  # a follow-up does not read the plan out again


def test_a_slow_fall_from_before_the_dose_asks_the_question_too(maya: Clockwork) -> None:
    """Eight before the dose, then seven, then five: never three at once, and three in all."""
    maya.dose(hours_ago=7 * 24)
    for hours, mood in ((7 * 24 + 5, 8), (6 * 24, 7)):
        maya.now -= timedelta(hours=hours)
        maya.says("hello", channel="sms")
        at = maya.now
        message = maya.rows(Message, Message.created_at == at, Message.author == "patient")[0]
        maya.change(
            lambda session, *_, mood=mood, at=at, message=message: session.add(
                Measure(patient_id=maya.patient_id, message_id=message.id, kind="mood", value=mood, at=at)
            )
        )
        maya.now += timedelta(hours=hours)
    maya.change(lambda *_: None)
    maya.run(minutes=1)
    assert maya.offered() == ["M10"]
    maya.answers("5")
    assert [flag.category for flag in maya.rows(Flag, Flag.kind == FlagKind.RISK)] == ["S"]
