"""What happens around the questions: asides, pages, waiting, STOP, people, the way back."""

import copy
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from safety.content import Clinical
from safety.protocol import Phase, deadlines, dispositions, page_accept_limit
from tests.safety.protocol.visit import Visit


def test_ordinary_talk_is_rasas(visit: Visit) -> None:
    outcome = visit.says("what should I eat before")
    assert (outcome.pass_on, outcome.lines, outcome.flag, outcome.page) == (True, (), None, False)
    assert visit.phase is Phase.NORMAL


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("is this private?", "private"), ("are you real?", "real"), ("please don't tell my therapist", "secret"), ("HELP", "help_now"),
        ("END", "end_now"), ("start", "modules_wait"), ("i don't want a call", "no_call"), ("will the police come", "fear"),
        ("leave me alone", "pushback"), ("jk im fine", "denial"), ("thanks", "thanks"), ("how long will it take", "when"),
        ("what is the dose next time", "questions_wait"), ("the urge is too strong", "urge_ground"), ("¿eres real?", "real"), ("ayuda", "help_now"),
    ],
)  # fmt: skip
def test_asides_get_an_honest_answer_and_the_question_stays_open(visit: Visit, text: str, script: str) -> None:
    visit.says("I keep thinking about ending it", 3)
    outcome = visit.says(text)
    assert script in visit.scripts
    assert not outcome.pass_on
    assert visit.state.open
    assert visit.state.awaiting in ("thoughts", "ground")


def test_a_question_instead_of_a_number_is_answered_and_the_number_still_awaited(visit: Visit) -> None:
    visit.says("I plan to do it", 4)
    visit.says("the urge is too strong")
    assert visit.state.awaiting == "ground"
    visit.says("how long will it take")
    assert visit.scripts[0] == "when"
    assert visit.state.awaiting == "ground"


def test_yes_with_no_question_open_is_understood(visit: Visit) -> None:
    visit.says("I keep thinking about ending it", 3)
    visit.says("rather not say")
    for text in ("skip", "skip", "skip", "skip"):
        visit.says(text)
    visit.says("YES")
    assert visit.scripts == ["yes_now"]


def test_a_private_question_is_never_answered_with_a_promise(visit: Visit) -> None:
    visit.says("I keep thinking about ending it", 3)
    for _ in range(3):
        visit.says("can you keep this between you and me? don't tell anyone")
        assert "secret" in visit.scripts
        assert "can't" in visit.text or "won't" in visit.text


def test_exercises_and_questions_wait_while_the_event_is_open(visit: Visit) -> None:
    visit.says("I plan to do it", 4)
    for text in ("start", "what is ketamine", "next", "I feel like writing about my garden"):
        outcome = visit.says(text)
        assert not outcome.pass_on
        assert outcome.lines


def test_the_alert_is_claimed_only_after_it_was_accepted(visit: Visit) -> None:
    visit.says("I plan to do it", 4)
    assert "received" not in visit.text
    assert visit.happens("accepted").lines[0].script_id == "page_accepted"
    assert "received" in visit.text
    assert visit.happens("accepted").lines == (), "once in an event"


def test_a_page_that_nobody_takes_is_told_truthfully_once(visit: Visit) -> None:
    visit.says("I plan to do it", 4)
    outcome = visit.happens("failed")
    assert visit.scripts == ["page_failed"]
    assert "988" in visit.text
    assert (outcome.page, outcome.flag.code) == (True, "page_failed")
    assert visit.happens("failed").lines == ()
    visit.happens("accepted")
    assert visit.scripts == ["page_accepted"], "and when it is taken after all, that is told too"
    assert visit.happens("failed").lines == ()


def test_who_had_the_alert_and_did_not_come_is_told_truthfully_once(visit: Visit) -> None:
    visit.says("I plan to do it", 4)
    visit.happens("accepted")
    assert "received" in visit.text
    assert visit.happens("unreached").flag is None, "the ladder goes on by itself"
    assert visit.scripts == ["not_reached"]
    assert "received" not in visit.text
    assert "988" in visit.text
    assert visit.happens("unreached").lines == ()
    visit.says("is anyone coming")
    assert "has my alert" not in visit.text
    assert visit.scripts[0] == "when"
    assert visit.happens("failed").lines == (), "the same truth is not told twice"
    visit.happens("accepted")
    visit.happens("unreached")
    assert visit.scripts == ["not_reached"], "the next one did not come either"


def test_pages_mean_nothing_when_nothing_is_open(visit: Visit) -> None:
    for what in ("accepted", "failed", "unreached", "wait", "idle", "stop", "start", "closed"):
        outcome = visit.happens(what)
        assert (outcome.lines, outcome.flag, visit.phase) == ((), None, Phase.NORMAL)


def test_waiting_is_kept_company_in_new_words_and_then_ends_in_a_ring(visit: Visit) -> None:
    visit.says("I plan to do it", 4)
    said, codes = [], []
    for _ in range(8):
        outcome = visit.later(minutes=3, seconds=30).happens("wait")
        said += [line.text for line in outcome.lines]
        codes.append(visit.code)
    assert len(said) == len(set(said)) == 5
    assert "988" in said[-1]
    assert codes[1] == "silent"
    assert codes.count("silent") == 1
    assert ("today", "silence") in visit.state.answers
    visit.says("hi")
    assert visit.last.lines, "whoever writes is answered"
    assert visit.later(minutes=4).happens("wait").lines, "and kept company again"


def test_at_level_three_silence_is_no_reason_to_ring(visit: Visit) -> None:
    visit.says("I keep thinking about ending it", 3)
    for _ in range(8):
        assert visit.happens("wait").flag is None


def test_stop_is_honoured_and_a_person_must_ring(visit: Visit) -> None:
    visit.says("I plan to do it", 4)
    outcome = visit.happens("stop")
    assert (outcome.lines, outcome.page, outcome.flag.phone, outcome.flag.code) == ((), True, True, "opted_out")
    assert (visit.phase, visit.state.open) == (Phase.CLOSED_OPTOUT, True)
    assert visit.happens("wait").lines == ()
    assert visit.happens("failed").flag.phone
    assert visit.happens("accepted").lines == ()


def test_a_text_after_stop_cannot_be_answered_so_a_person_rings(visit: Visit) -> None:
    visit.says("I plan to do it", 4)
    visit.happens("stop")
    visit.with_facts(channel="sms", opted_out=True)
    outcome = visit.says("it's now", 5)
    assert (outcome.lines, outcome.flag.phone, outcome.flag.level, outcome.page) == ((), True, 5, True)
    assert visit.says("hello").flag.level == 5


def test_on_the_web_a_patient_who_stopped_the_texts_is_still_answered(visit: Visit) -> None:
    visit.says("I plan to do it", 4)
    visit.happens("stop")
    outcome = visit.says("are you there")
    assert outcome.lines
    assert visit.phase is Phase.HANDOFF_PENDING


def test_start_brings_the_bot_back_to_the_open_event(visit: Visit) -> None:
    visit.says("I plan to do it", 4)
    visit.happens("stop")
    assert visit.happens("start").lines
    assert visit.phase is Phase.HANDOFF_PENDING


def test_after_stop_a_rested_event_rests_no_more_until_the_person_who_was_called_has_been_there(visit: Visit) -> None:
    visit.says("there's no way out", 2)
    visit.says("no")
    assert visit.happens("stop").page
    outcome = visit.says("what can i eat")
    assert (visit.phase, outcome.pass_on) == (Phase.HANDOFF_PENDING, False)
    assert outcome.lines


def test_stop_while_a_person_writes_leaves_the_person_there(visit: Visit) -> None:
    visit.says("I plan to do it", 4)
    visit.happens("joined")
    visit.happens("stop")
    assert (visit.phase, visit.code) == (Phase.HUMAN_ACTIVE, "opted_out")


def test_the_bot_is_silent_within_one_message_of_a_person_joining(visit: Visit) -> None:
    visit.says("I keep thinking about ending it", 3)
    assert visit.happens("joined").lines == ()
    outcome = visit.says("hello", 0)
    assert (outcome.lines, outcome.flag, outcome.pass_on) == ((), None, False)
    assert visit.happens("wait").lines == ()


def test_beside_a_person_a_graver_message_is_still_pointed_at(visit: Visit) -> None:
    visit.says("I keep thinking about ending it", 3)
    visit.happens("joined")
    outcome = visit.says("I have it here", 5)
    assert (outcome.lines, outcome.flag.level, outcome.page, visit.state.level) == ((), 5, True, 5)
    assert visit.says("not really", 3).flag is None, "the level never falls by machine"
    assert visit.state.level == 5


def test_a_conversation_taken_over_for_another_reason_can_become_an_event(visit: Visit) -> None:
    visit.happens("joined")
    outcome = visit.says("wish I wouldn't wake up", 2, "S")
    assert (outcome.flag.level, outcome.page, visit.state.open) == (2, False, True)
    assert visit.state.opened_at is not None


def test_a_clinician_who_is_slow_is_covered_once_for_each_silence(visit: Visit) -> None:
    visit.happens("joined")
    assert visit.happens("idle").lines == (), "nothing was written"
    visit.says("hello?")
    assert visit.happens("idle").lines[0].script_id == "human_idle"
    assert visit.happens("idle").lines == ()
    visit.says("hello??")
    assert visit.happens("idle").lines


def test_a_slow_clinician_is_not_covered_where_texting_is_unsafe(visit: Visit) -> None:
    visit.says("he pushed me", 3, "A")
    visit.says("n")
    visit.happens("joined")
    visit.says("hm")
    assert visit.happens("idle").lines == ()


def test_after_the_disposition_the_bot_gives_no_tasks_until_it_is_released(visit: Visit) -> None:
    visit.says("I keep thinking about ending it", 3)
    visit.happens("joined")
    assert visit.happens("closed").lines == ()
    assert (visit.phase, visit.state.level, visit.state.last_event_level) == (Phase.RETURN_PENDING, 0, 3)
    assert visit.state.last_event_closed_at == visit.now
    outcome = visit.says("can we go on with the exercise")
    assert (visit.scripts, outcome.pass_on) == (["return_wait"], False)
    visit.happens("released")
    assert (visit.scripts, visit.phase) == (["released"], Phase.NORMAL)
    assert "No tasks today" in visit.text
    assert visit.state.released_at == visit.now
    assert visit.says("fine thanks").pass_on


def test_a_new_risk_after_the_disposition_is_a_new_event(visit: Visit) -> None:
    visit.says("I keep thinking about ending it", 3)
    visit.happens("joined")
    visit.happens("closed")
    outcome = visit.says("it's back, I want to die", 3)
    assert (outcome.page, visit.state.event, visit.phase) == (True, 2, Phase.HANDOFF_PENDING)


def test_giving_back_without_a_disposition_leaves_the_event_open(visit: Visit) -> None:
    visit.says("I keep thinking about ending it", 3)
    visit.happens("joined")
    assert visit.happens("released").lines == ()
    assert (visit.phase, visit.state.level) == (Phase.HANDOFF_PENDING, 3)


def test_giving_back_an_ordinary_talk_says_nothing(visit: Visit) -> None:
    visit.happens("joined")
    assert visit.happens("released").lines == ()
    assert visit.phase is Phase.NORMAL


def test_a_rested_event_ends_with_its_disposition_and_nothing_waits(visit: Visit) -> None:
    visit.says("there's no way out", 2)
    visit.says("no")
    visit.happens("closed")
    assert (visit.phase, visit.state.open, visit.state.last_event_level) == (Phase.NORMAL, False, 2)


def test_a_person_can_take_over_a_rested_event_and_give_it_back(visit: Visit) -> None:
    visit.says("there's no way out", 2)
    visit.says("no")
    visit.happens("joined")
    visit.happens("released")
    assert visit.phase is Phase.SUPPORT


def test_what_cannot_be_screened_is_told_and_not_passed_on(visit: Visit) -> None:
    from safety.assessment import Assessment

    outcome = visit.hears("\ud83d", Assessment.unscreened_because("ValueError"))
    assert (visit.scripts, outcome.pass_on) == (["unread"], False)
    visit.says("I plan it", 4)
    visit.hears("x", Assessment.unscreened_because("ValueError"))
    assert visit.last.lines


def test_service_times_follow_the_graver_of_level_and_category(clinical: Clinical) -> None:
    assert [deadlines(level, "S", clinical).respond_within for level in range(1, 6)] == [
        timedelta(days=1), timedelta(hours=4), timedelta(minutes=30), timedelta(minutes=10), timedelta(minutes=5),
    ]  # fmt: skip
    assert deadlines(2, "AC", clinical).respond_within == timedelta(minutes=10)
    assert deadlines(4, "A", clinical).respond_within == timedelta(minutes=10)
    assert deadlines(1, "E", clinical).respond_within == timedelta(days=1)
    assert deadlines(0, "none", clinical) == deadlines(1, "none", clinical)
    assert deadlines(5, "S", clinical).escalate_after == (timedelta(minutes=3), timedelta(minutes=6))


def test_an_unaccepted_page_is_told_within_a_minute(clinical: Clinical) -> None:
    assert timedelta(seconds=20) <= page_accept_limit(clinical) <= timedelta(seconds=60)


def test_every_disposition_of_the_reference_can_be_chosen(clinical: Clinical) -> None:
    assert len(dispositions(clinical)) == 11
    assert "unreachable" in dispositions(clinical)


# level 1


def test_a_first_sad_answer_inside_a_module_goes_on_with_a_note(visits: Callable[..., Visit]) -> None:
    visit = visits(in_module=True)
    outcome = visit.says("this week broke me", 1)
    assert (outcome.pass_on, outcome.lines, outcome.flag.level) == (True, (), 1)


def test_outside_a_module_distress_is_acknowledged_and_rated(visit: Visit) -> None:
    outcome = visit.says("this week broke me", 1)
    assert (visit.scripts, outcome.flag.level, outcome.page) == (["support_open"], 1, False)
    visit.says("6")
    assert visit.scripts == ["support_ground", "support_offer"]
    visit.says("yes please")
    assert (visit.scripts, visit.code, visit.phase) == (["support_person"], "wants_person", Phase.NORMAL)


def test_eight_or_more_brings_the_direct_question(visit: Visit) -> None:
    visit.says("this week broke me", 1)
    visit.says("9")
    assert visit.scripts == ["support_high", "ask_thoughts"]
    outcome = visit.says("yes")
    assert (visit.state.level, outcome.page) == (3, True)


def test_the_second_time_in_seven_days_brings_the_direct_question_even_in_a_module(visits: Callable[..., Visit]) -> None:
    visit = visits(in_module=True)
    visit.says("this week broke me", 1)
    visit.later(days=3).says("so tired of everything", 1)
    assert visit.scripts == ["soft_question"]
    visit.says("no")
    assert (visit.phase, visit.state.level) == (Phase.NORMAL, 0)
    assert visit.later(hours=3).says("so tired of everything", 1).pass_on, "after a plain no it rests for a day"
    visit.later(hours=24).says("so tired of everything", 1)
    assert visit.scripts == ["soft_question"]


def test_after_eight_days_it_is_a_first_time_again(visit: Visit) -> None:
    visit.says("this week broke me", 1)
    visit.later(days=8).says("so tired of everything", 1)
    assert visit.scripts == ["support_open"]


def test_in_the_dip_window_the_first_time_is_enough(visits: Callable[..., Visit]) -> None:
    visit = visits(dip_window=True)
    visit.says("what's the point", 1)
    assert visit.scripts == ["soft_question"]


def test_no_answer_to_the_soft_question_goes_to_a_person_and_the_talk_goes_on(visits: Callable[..., Visit]) -> None:
    visit = visits(dip_window=True)
    visit.says("what's the point", 1)
    visit.says("purple")
    assert visit.scripts == ["ask_thoughts_again"]
    outcome = visit.says("purple again")
    assert (outcome.flag.level, outcome.flag.code, visit.phase) == (2, "unanswered", Phase.SUPPORT)
    assert visit.says("what should I eat").pass_on


def test_a_question_instead_of_a_number_is_rasas(visit: Visit) -> None:
    visit.says("this week broke me", 1)
    assert visit.says("what should I eat before").pass_on
    assert visit.phase is Phase.NORMAL


def test_on_a_dosing_day_distress_gets_rest_and_company_and_no_questions(visits: Callable[..., Visit]) -> None:
    visit = visits(hours_since_dose=2.0, dip_window=False)
    visit.says("this is heavy", 1)
    assert visit.scripts == ["support_dosing"]


def test_an_answer_that_deserves_no_words_still_gets_some(visits: Callable[..., Visit]) -> None:
    visit = visits(dip_window=True)
    visit.says("what's the point", 1)
    visit.says("rather not say")
    assert visit.scripts == ["rather_not"]
    assert (visit.state.level, visit.phase, visit.code) == (2, Phase.SUPPORT, "refused")
    visit.later(days=1).says("so tired of everything", 1)
    assert (visit.scripts, visit.code) == (["support_presence"], "distress"), "not asked again, and not left in silence either"
    visit.later(days=1).says("I tried in 2015", 0, "H")
    assert visit.scripts == ["support_presence"]
    assert (visit.state.level, visit.phase) == (2, Phase.SUPPORT)


def test_after_a_refusal_a_sad_answer_inside_a_module_goes_on_to_the_module(visits: Callable[..., Visit]) -> None:
    visit = visits(dip_window=True, in_module=True)
    visit.says("what's the point", 1)
    visit.says("rather not say")
    outcome = visit.later(days=1).says("so tired of everything", 1)
    assert (outcome.pass_on, outcome.lines, visit.code) == (True, (), "distress")


def test_when_every_question_was_asked_over_days_the_next_sad_message_is_still_answered(visit: Visit) -> None:
    visit.says("there's no way out", 2)
    visit.says("no")
    for _ in range(6):
        visit.later(hours=25).says("so tired of everything", 1)
        assert visit.last.lines
        visit.says("no")
        assert visit.last.lines or visit.last.pass_on


def test_even_an_answer_for_which_nothing_was_written_is_met_with_a_word(clinical: Clinical) -> None:
    data = copy.deepcopy(dict(clinical.protocol))
    data["steps"]["strong"]["answers"]["low"] = {}
    visit = Visit(replace(clinical, protocol=data))
    visit.says("this week broke me", 1)
    visit.says("2")
    assert visit.scripts == ["support_presence"]


def test_risk_in_an_answer_to_a_gentle_question_opens_the_event(visit: Visit) -> None:
    visit.says("this week broke me", 1)
    outcome = visit.says("10, I want to die", 3)
    assert (visit.state.level, outcome.page) == (3, True)


def test_distress_after_a_rested_event_keeps_the_event(visit: Visit) -> None:
    visit.says("there's no way out", 2)
    visit.says("no")
    assert visit.later(hours=25).says("this week broke me", 1).lines
    assert visit.state.level == 2
    visit.says("4")
    assert visit.state.level == 2
