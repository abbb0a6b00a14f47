"""Every other category, the clarifier, and somebody else in danger (CRISIS.md §3b, §4.5-4.10, §6.2)."""

from collections.abc import Callable

import pytest

from safety.protocol import Phase
from tests.safety.protocol.visit import Visit, finding


def test_imagery_beside_a_wish_is_asked_about_before_anything_else(visit: Visit) -> None:
    visit.says(
        "in the session I died and I wish I had stayed",
        2,
        findings=(finding("S-WISH", 2), finding("S-X", 0, cue="C-IMAGERY", counted=False)),
    )
    assert visit.scripts == ["clarifier"]
    visit.says("Only inside the session")
    assert (visit.scripts, visit.phase) == (["imagery_settles"], Phase.SUPPORT)


@pytest.mark.parametrize("answer", ["both I think", "not sure", "what do you mean", "it was beautiful"])
def test_anything_but_inside_only_leads_to_the_direct_question(visit: Visit, answer: str) -> None:
    visit.says("I dissolved in there and wish I'd stayed gone", 2)
    assert visit.scripts == ["clarifier"]
    visit.says(answer)
    assert visit.state.awaiting == "thoughts"


def test_a_plan_in_session_words_is_never_clarified(visit: Visit) -> None:
    visit.says("in the session I saw it's safe to go", 4)
    assert visit.scripts[0] == "open_plan"


def test_self_harm_asks_for_the_wound_first_and_then_for_thoughts(visit: Visit) -> None:
    outcome = visit.says("cut my legs", 3, "N")
    assert visit.scripts == ["injury_open"]
    assert outcome.page
    visit.says("no")
    assert visit.state.awaiting == "thoughts"
    assert "crisis_contact" in {line.script_id for line in visit.all}


@pytest.mark.parametrize("answer", ["yes", "not sure", "👍"])
def test_a_wound_is_level_five(visit: Visit, answer: str) -> None:
    visit.says("cut my legs", 3, "N")
    visit.says(answer)
    assert (visit.state.level, visit.scripts[0]) == (5, "injury_now")


def test_anger_asks_for_danger_and_distance(visit: Visit) -> None:
    visit.says("I want to hurt him", 4, "V")
    assert visit.scripts == ["anger_open", "anger_step"]
    visit.says("no")
    assert visit.scripts[0] != "anger_now"
    visit.says("yes")
    assert visit.state.level == 4


def test_somebody_in_danger_from_the_patient_is_level_five(visit: Visit) -> None:
    visit.says("I want to hurt him", 4, "V")
    visit.says("yes")
    assert (visit.state.level, visit.scripts) == (5, ["anger_now", "anger_apart"])
    visit.says("no")
    assert "anger_apart_no" in visit.scripts


def test_an_afraid_patient_is_first_asked_whether_texting_is_safe(visit: Visit) -> None:
    outcome = visit.says("he pushed me", 3, "A")
    assert visit.scripts == ["fear_open"]
    assert [choice.label for choice in outcome.lines[0].choices] == ["Y", "N"]
    visit.says("Y")
    assert visit.state.awaiting == "danger_me"
    visit.says("no")
    assert visit.scripts == ["not_your_fault", "offer_advocate"]
    visit.says("A number")
    assert "1-800-799-7233" in visit.text


@pytest.mark.parametrize("answer", ["n", "N", "no", "he's here", "rather not say", "🤫"])
def test_unless_it_is_plainly_safe_the_bot_never_writes_first(visit: Visit, answer: str) -> None:
    visit.says("he checks my phone and he pushed me", 3, "A")
    visit.says(answer)
    assert visit.state.unsafe_to_text
    assert len(visit.last.lines) == 1
    for what in ("wait", "accepted", "failed", "wait", "wait"):
        assert visit.happens(what).lines == ()
    outcome = visit.says("hm")
    assert len(outcome.lines) == 1, "an answer, and a short one"
    visit.says("y")
    assert not visit.state.unsafe_to_text
    assert visit.state.awaiting == "danger_me"


@pytest.mark.parametrize(("words", "level"), [("he pushed me", 3), ("he pushed me", 2), ("he has a knife", 5)])
def test_until_it_is_plainly_safe_silence_counts_as_watched(visit: Visit, words: str, level: int) -> None:
    visit.says(words, level, "A")
    assert visit.state.unsafe_to_text
    for what in ("accepted", "wait", "failed", "unreached", "wait", "wait"):
        assert visit.happens(what).lines == ()
    visit.says("y")
    assert not visit.state.unsafe_to_text
    assert visit.state.awaiting == "danger_me"


def test_a_disposition_and_giving_back_do_not_make_texting_safe(visit: Visit) -> None:
    visit.says("he pushed me", 3, "A")
    for what in ("joined", "closed", "released"):
        assert visit.happens(what).lines == ()
        assert visit.state.unsafe_to_text
    assert visit.phase is Phase.NORMAL
    outcome = visit.says("what can i eat")
    assert (visit.scripts, outcome.pass_on, outcome.flag) == (["presence_quiet"], False, None)
    assert [choice.label for choice in outcome.lines[0].choices] == ["Y", "N"]
    visit.says("n")
    assert (visit.scripts, visit.state.unsafe_to_text) == (["presence_quiet"], True)
    visit.says("y")
    assert (visit.scripts, visit.state.unsafe_to_text, visit.phase) == (["support_presence"], False, Phase.NORMAL)
    assert visit.says("what can i eat").pass_on


def test_a_plain_y_between_the_disposition_and_giving_back_is_heard(visit: Visit) -> None:
    visit.says("he pushed me", 3, "A")
    visit.happens("joined")
    visit.happens("closed")
    visit.says("Y")
    assert (visit.scripts, visit.state.unsafe_to_text, visit.phase) == (["return_wait"], False, Phase.RETURN_PENDING)


def test_a_watched_phone_stays_watched_in_the_next_event(visit: Visit) -> None:
    visit.says("he pushed me", 3, "A")
    for what in ("joined", "closed", "released"):
        visit.happens(what)
    outcome = visit.says("this week broke me", 1)
    assert (visit.scripts, outcome.flag.level, outcome.flag.code) == (["presence_quiet"], 1, "distress")
    assert visit.state.level == 0
    visit.says("I want to die", 3)
    assert visit.scripts[0] == "open_risk"
    assert visit.happens("wait").lines == ()
    assert visit.happens("accepted").lines == ()


def test_danger_from_somebody_names_the_emergency_number_and_next_steps(visit: Visit) -> None:
    visit.says("he pushed me", 3, "A")
    visit.says("y")
    visit.says("yes")
    assert (visit.state.level, visit.scripts[:2]) == (5, ["fear_go", "fear_steps"])


def test_no_line_of_this_path_asks_for_details(visit: Visit) -> None:
    visit.says("he has a gun", 5, "A")
    assert visit.scripts == ["fear_now"]
    visit.says("y")
    visit.says("no")
    visit.says("Not now")
    assert "What happened" not in "".join(line.text for line in visit.all)
    assert "clinician_line" not in {line.script_id for line in visit.all}, "a number could be seen"


def test_a_child_at_risk_hears_from_the_start_that_it_may_be_shared(visit: Visit) -> None:
    outcome = visit.says("I'm afraid I'll hurt my baby", 4, "AC")
    assert visit.scripts == ["child_open", "child_share"]
    assert outcome.page
    visit.says("yes")
    assert visit.scripts == ["child_now", "child_step", "child_share"]


def test_voices_that_command_are_level_five_and_beliefs_are_not_argued_with(visit: Visit) -> None:
    visit.says("they put messages in the music", 4, "P")
    assert visit.scripts == ["unreal_open"]
    visit.says("no")
    assert "unreal_tonight" in visit.scripts
    other = Visit(visit.clinical)
    other.says("they put messages in the music", 4, "P")
    other.says("kind of")
    assert (other.state.level, other.scripts[0]) == (5, "emergency")


def test_a_medical_emergency_gets_the_emergency_line_at_once(visit: Visit) -> None:
    outcome = visit.says("chest pain", 5, "E")
    assert visit.scripts == ["body_now", "body_stay"]
    assert "I'm trying" in outcome.lines[0].text
    assert outcome.page
    visit.says("no")
    assert visit.scripts == ["called_no"]
    visit.says("still no")
    assert visit.scripts == ["called_no"], "asked for until it is done"
    visit.says("ok calling")
    assert visit.scripts == ["called_yes", "body_wait"]


def test_the_day_of_the_dose_is_named_only_when_it_is_known(visits: Callable[..., Visit]) -> None:
    unknown, known = visits(), visits(dose_day="Monday")
    unknown.says("chest pain", 5, "E")
    known.says("chest pain", 5, "E")
    assert "{dose_day}" not in unknown.text
    assert "{dose_day}" in known.text


def test_an_alert_accepted_earlier_for_something_else_is_not_this_one(visits: Callable[..., Visit]) -> None:
    visit = visits(page_accepted=True)
    visit.says("chest pain", 5, "E")
    assert visit.scripts[0] == "body_now"
    other = visits(page_accepted=True)
    other.says("wish I wouldn't wake up", 2)
    assert not any(line.script_id.endswith("_accepted") for line in other.all)


def test_of_a_graver_danger_nobody_was_alerted_until_its_own_page_is_accepted(visit: Visit) -> None:
    visit.says("I keep thinking about ending it", 3)
    visit.happens("accepted")
    visit.says("I have them in my hand", 5)
    visit.says("hm")
    visit.says("my chest hurts", 5, "E")
    assert not any(line.script_id.endswith("_accepted") for line in visit.all[4:])
    outcome = visit.happens("failed")
    assert (visit.scripts, visit.code, outcome.page) == (["page_failed"], "page_failed", True)
    visit.happens("accepted")
    assert visit.scripts == ["page_accepted"], "and when it is taken after all, that is told too"


def test_once_accepted_the_same_page_may_be_named(visit: Visit) -> None:
    visit.says("blood pressure is high", 5, "U")
    visit.happens("accepted")
    visit.says("chest pain", 5, "E")
    assert visit.scripts[0] == "body_now_accepted"


def test_a_milder_bodily_complaint_is_checked_for_red_flags(visit: Visit) -> None:
    visit.says("blood pressure is high", 3, "E")
    assert visit.scripts == ["body_check"]
    visit.says("no")
    assert "body_rest" in visit.scripts
    visit.says("blood pressure is high", 1, "E")
    assert visit.last.lines


@pytest.mark.parametrize(("answer", "level"), [("Okay", 4), ("short of breath", 5), ("a bit sleepy", 5), ("my chest", 5)])
def test_mixing_is_met_without_shame_and_any_symptom_is_an_emergency(visit: Visit, answer: str, level: int) -> None:
    visit.says("had wine with it", 4, "U")
    assert visit.scripts == ["mixed_open"]
    visit.says(answer)
    assert visit.state.level == level


def test_saving_tablets_up_brings_the_direct_question(visit: Visit) -> None:
    visit.says("I'm saving lozenges for when it gets bad", 4, "U")
    visit.says("okay")
    visit.says("ok")
    assert "ask_thoughts" in {line.script_id for line in visit.all}


def test_a_mild_misuse_is_checked_and_saving_up_is_asked_about(visit: Visit) -> None:
    visit.says("I have been saving some", 1, "U")
    assert (visit.scripts, visit.phase) == (["mixed_open"], Phase.SUPPORT)
    visit.says("okay")
    assert visit.scripts == ["mixed_okay", "ask_thoughts"]
    other = Visit(visit.clinical)
    other.says("I drove home, sorry", 1, "U")
    other.says("okay")
    assert (other.scripts, other.phase) == (["mixed_okay"], Phase.NORMAL)


def test_panic_rules_out_the_body_first_and_then_grounds(visit: Visit) -> None:
    visit.says("I'm floating and I can't land", 1, "D")
    assert (visit.scripts, visit.phase) == (["wave_open"], Phase.SUPPORT)
    visit.says("no")
    assert visit.scripts == ["wave_ground"]
    visit.says("9")
    assert visit.scripts[0] == "wave_high"
    assert (visit.state.level, visit.last.flag is not None) == (2, True)


def test_panic_that_eases_is_over(visit: Visit) -> None:
    visit.says("I'm floating and I can't land", 1, "D")
    visit.says("no")
    visit.says("3")
    assert (visit.scripts, visit.phase, visit.state.level) == (["wave_ease"], Phase.NORMAL, 0)


def test_chest_pain_in_panic_is_an_emergency(visit: Visit) -> None:
    visit.says("heart pounding, going crazy", 1, "D")
    outcome = visit.says("yes")
    assert (visit.scripts[0], visit.state.level, outcome.page) == ("body_now", 5, True)


def test_somebody_else_in_danger_and_then_once_the_speaker(visit: Visit) -> None:
    visit.says("my brother wants to die", 1, "T")
    assert visit.scripts == ["other_open"]
    visit.says("no")
    assert visit.scripts == ["other_ask", "other_you"]
    visit.says("I'm worn out")
    assert (visit.scripts, visit.phase) == (["other_thanks"], Phase.NORMAL)
    assert [line.script_id for line in visit.all].count("other_you") == 1


def test_a_friend_who_has_taken_something_gets_the_emergency_number_at_once(visit: Visit) -> None:
    outcome = visit.says("asking for a friend, what if someone took a lot", 4, "T")
    assert visit.scripts == ["other_now", "other_open"]
    assert outcome.page


def test_a_past_attempt_is_thanked_for_and_checked_once(visit: Visit) -> None:
    visit.says("I tried in 2015", 0, "H")
    assert visit.scripts == ["history_open"]
    visit.says("no, not at all")
    assert (visit.scripts, visit.phase) == (["history_settles"], Phase.NORMAL)


def test_thoughts_now_after_history_are_level_three(visit: Visit) -> None:
    visit.says("I tried in 2015", 0, "H")
    outcome = visit.says("sometimes")
    assert (visit.state.level, visit.state.awaiting, outcome.page) == (3, "how", True)


def test_a_method_question_gets_no_facts_and_is_at_least_level_three(visit: Visit) -> None:
    outcome = visit.says("how many would kill me", 2, "Q")
    assert visit.scripts[0] == "method_open"
    assert "ending your life?" in outcome.lines[0].text or "of ending" in outcome.lines[0].text
    assert (visit.state.level, outcome.page) == (3, True)


def test_an_unknown_category_at_risk_is_treated_as_the_patients_own(visit: Visit) -> None:
    visit.says("???", 3, "none")
    assert visit.state.category == "S"
