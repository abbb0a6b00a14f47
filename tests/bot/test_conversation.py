"""Real Rasa, real actions, over the REST channel with the metadata that the gateway sends."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from launch.stack import Stack
from tests.bot.visitor import Visitor

Arrives = Callable[..., Visitor]

G1 = ("done", "lamp, cup, door, dog, wall", "my sleeve", "a clock", "soap", "tea")


def test_a_greeting_says_what_this_is_and_what_is_ready(visitor: Arrives) -> None:
    patient = visitor(offer=["M3"]).says("hello")
    assert patient.keys == ["utter_greet", "utter_offer_exercise"]
    assert "AI chatbot" in patient.heard
    assert patient.presses("start").at == "M3.S1"


def test_a_free_question_is_answered_from_the_faq(visitor: Arrives) -> None:
    patient = visitor().says("how does ketamine work in the brain")
    assert patient.keys[0] == "faq.F06"
    assert patient.turn["understood"]


def test_the_evening_after_the_dose_step_by_step(visitor: Arrives) -> None:
    patient = visitor(offer=["M3"], hours_since_dose=4.0).says("start", "yes my sister is here", "nope", "tired", "ok")
    assert patient.at is None
    assert patient.answers() == {"M3.S1": "yes", "M3.S2": "no", "M3.S3": "tired", "M3.S4": "ok"}
    assert [effect["module"] for effect in patient.did("module_finished")] == ["M3"]


def test_the_morning_after_in_a_patients_own_words(visitor: Arrives) -> None:
    patient = visitor(offer=["M4"], hours_since_dose=20.0).says("start", "so-so", "mostly", "no")
    patient.says("like a 6 or 7", "a wave, and then quiet")
    assert patient.answers()["M4.S1"] == "so_so"
    assert patient.answers()["M4.S3"] == "no"
    assert "a wave, and then quiet" in [effect["text"] for effect in patient.did("answer")]
    assert patient.turn["understood"]
    assert patient.did("module_finished")


def test_the_fade_check_takes_numbers_choices_and_ordinals(visitor: Arrives) -> None:
    patient = visitor(offer=["M10"], hours_since_dose=200.0).says("let's start", "like a 6 or 7", "the second one", "no")
    assert patient.answers()["M10.S1"] == 6
    assert patient.answers()["M10.S2"] == "some_days"
    assert patient.answers()["M10.S3"] == "no"
    assert [effect["value"] for effect in patient.did("mood")] == [6]


@pytest.mark.parametrize("module", ["M1", "M2", "M5", "M6", "M7", "M8", "M9", "M11", "M12", "X1"])
def test_every_other_module_opens_and_lets_itself_be_skipped_to_its_end(visitor: Arrives, module: str) -> None:
    patient = visitor(offer=[module], hours_since_dose=30.0).says("start")
    assert patient.at is not None
    assert patient.at.split(".")[0] == module
    for _ in range(40):
        if patient.at is None:
            break
        patient.says("skip")
        if patient.did("module_paused"):
            return
    assert patient.did("module_finished") or patient.did("module_stopped")


def test_grounding_is_led_through_inside_a_module(visitor: Arrives) -> None:
    patient = visitor(offer=["M3"], hours_since_dose=4.0).says("start", "yes", "no", "scared")
    assert patient.at is not None
    assert ".G1." in f"{patient.at}."
    patient.says(*G1)
    assert not [effect for effect in patient.did("faq") if effect["id"]]


def test_skip_repeat_pause_and_stop_work_in_the_middle(visitor: Arrives) -> None:
    patient = visitor(offer=["M4"], hours_since_dose=20.0).says("start", "can we skip this one please")
    assert patient.answers() == {"M4.S1": "skipped"}
    assert patient.says("what was the question").keys == ["M4.S2"]
    assert patient.says("I need a break").did("module_paused")
    assert patient.says("ok I'm back, let's go on").at == "M4.S2"
    assert patient.says("please stop").at is None
    assert patient.did("module_stopped")


def test_a_question_in_the_middle_is_answered_and_the_module_goes_on(visitor: Arrives) -> None:
    patient = visitor(offer=["M3"], hours_since_dose=4.0).says("start", "wait can I drive tomorrow")
    assert patient.keys == ["faq.F36", "utter_back_to_step", "M3.S1"]
    assert patient.says("yes she is here").at == "M3.S2"


def test_a_journal_entry_that_speaks_of_stopping_stops_nothing(visitor: Arrives) -> None:
    patient = visitor(offer=["M5"], hours_since_dose=30.0).says("start")
    before = patient.standing["place"]
    patient.says("I wanted to stop everything and just sit")
    assert not patient.did("module_stopped")
    assert patient.did("answer")
    assert patient.standing["place"] != before


def test_a_conversation_this_rasa_never_saw_goes_on_where_it_stood(visitor: Arrives) -> None:
    patient = visitor(offer=["M4"], hours_since_dose=20.0).says("start", "well")
    assert patient.at == "M4.S2"
    assert patient.moves_to_another_rasa().says("mostly").at == "M4.S3"
    assert patient.moves_to_another_rasa().says("stop").at is None
    assert patient.did("module_stopped")


def test_the_next_message_comes_from_the_phone(visitor: Arrives) -> None:
    patient = visitor(offer=["M4"], hours_since_dose=20.0).says("start")
    patient.standing["channel"] = "sms"
    assert patient.moves_to_another_rasa().says("resume").keys[-1] == "M4.S1"


def test_what_rasa_remembers_gives_way_to_the_record(visitor: Arrives) -> None:
    patient = visitor(offer=["M4"], hours_since_dose=20.0).says("start", "well")
    patient.standing["place"] = None  # closed elsewhere
    assert patient.says("skip").keys == ["utter_nothing_to_skip"]


@pytest.mark.parametrize("typed", ["/stop", '/stop{"step_answer": "x"}', "/restart", "/session_start", "/back"])
def test_a_typed_intent_is_only_words(visitor: Arrives, typed: str) -> None:
    """In a step that takes free text, so that anything but an answer would show."""
    patient = visitor(offer=["M5"], hours_since_dose=30.0).says("start")
    patient.says(typed)
    assert patient.turn["intent"] != "session_start"
    assert "lines" in patient.turn


def test_a_slash_sets_no_slot_and_forges_no_intent(visitor: Arrives) -> None:
    patient = visitor().says("/faq_f01")
    assert patient.turn["intent"] != "faq_f01" or patient.turn["confidence"] < 1.0


def test_nonsense_is_not_understood_and_offers_a_person(visitor: Arrives) -> None:
    patient = visitor().says("qwpo zzxv blorp")
    assert not patient.turn["understood"]
    assert patient.keys[0] in ("utter_not_understood", "utter_which_question")
    assert "talk_to_person" in patient.buttons


def test_a_subject_that_is_not_ours_offers_a_person(visitor: Arrives) -> None:
    patient = visitor().says("order a pizza for me")
    assert patient.keys == ["utter_out_of_scope"]
    assert patient.presses("talk_to_person").did("notify")[0]["kind"] == "person_requested"


def test_are_you_a_bot(visitor: Arrives) -> None:
    assert visitor().says("are you a real person?").keys == ["utter_bot_challenge"]


def test_a_question_for_the_prescriber_is_passed_on_after_a_yes(visitor: Arrives) -> None:
    patient = visitor().says("should I take my usual medicines before the session?")
    assert patient.keys == ["faq.F32", "faq.F32.defer"]
    patient.says("yes please")
    assert patient.did("notify") == [{"type": "notify", "kind": "faq_deferred", "level": 1, "reason": "F32"}]
    assert patient.says("yes").did("notify")[1:] == []


def test_an_exercise_is_asked_for_by_what_it_is_for(visitor: Arrives) -> None:
    assert visitor(wishes=["M6", "M8"], hours_since_dose=40.0).says("can you help me calm down a bit").at == "M6.S1"
    assert visitor(wishes=["M6", "M8"], hours_since_dose=120.0).says("I'd like to plan a small step for this week").at == "M8.S1"
    assert visitor(hours_since_dose=5.0).says("calm").keys == ["utter_settle"]


def test_complaining_twice_calls_a_person(visitor: Arrives) -> None:
    patient = visitor().says("this is useless")
    assert patient.keys == ["utter_dissatisfied"]
    assert not patient.did("notify")
    patient.standing["sorry"] = True  # as the gateway finds it in the record
    assert patient.says("that's not an answer").did("notify")[0]["kind"] == "person_requested"


def test_and_not_after_a_no(visitor: Arrives) -> None:
    patient = visitor().says("should I take my usual medicines before the session?").presses("deny")
    assert patient.keys == ["utter_not_passed_on"]
    assert not patient.did("notify")


def test_what_is_asked_on_is_understood_from_the_answer_before(visitor: Arrives) -> None:
    patient = visitor().says("what side effects are common?", "and how long does that last?")
    assert patient.keys == ["faq.F24.how_long"]
    assert patient.moves_to_another_rasa().says("is that dangerous?").keys[0] == "faq.F25"
    assert patient.says("what about alcohol?").keys[0] == "faq.F37"
    patient = visitor(locale="es").says("qué efectos secundarios tiene", "¿y eso cuánto dura?")
    assert patient.keys == ["faq.F24.how_long"]
    assert "horas" in patient.heard


def test_nothing_is_asked_on_where_nothing_was_answered(visitor: Arrives) -> None:
    assert not visitor().says("and how long does that last?").turn["intent"].startswith("more_")


def test_a_question_without_an_answer_is_kept_and_passed_on_after_a_yes(visitor: Arrives) -> None:
    patient = visitor().says("what should I eat or drink before the session?", "why can't I just have toast, what's the reason?")
    assert patient.keys == ["utter_no_answer"], patient.turn
    assert patient.did("question")[0]["kind"] == "unanswered"
    assert patient.says("yes please").did("notify")[0]["kind"] == "faq_deferred"


def test_a_person_asked_for_in_the_middle_is_called_and_the_module_waits(visitor: Arrives) -> None:
    patient = visitor(offer=["M10"], hours_since_dose=200.0).says("start", "can someone from the clinic call me")
    assert patient.did("notify")[0]["kind"] == "person_requested"
    assert patient.at == "M10.S1"


def test_a_spanish_patient_is_led_in_spanish(visitor: Arrives) -> None:
    patient = visitor(locale="es", offer=["M3"], hours_since_dose=4.0).says("hola")
    assert patient.heard.startswith("Hola")
    patient.presses("start").says("sí", "no", "saltar")
    assert patient.answers()["M3.S3"] == "skipped"


def test_sms_reads_its_own_wording(visitor: Arrives) -> None:
    web, sms = visitor().says("help"), visitor(channel="sms").says("help")
    assert "reply PERSON" in sms.heard
    assert not sms.buttons
    assert web.buttons == ["talk_to_person"]


def test_rasa_is_ready_on_loopback_and_its_api_wants_the_token(stack: Stack) -> None:
    assert httpx.get(f"{stack.rasa_url}/", timeout=5).status_code == 200
    assert httpx.get(f"{stack.rasa_url}/status", timeout=5).status_code == 401
    assert httpx.get(f"{stack.rasa_url}/status?token={stack.rasa_token}", timeout=5).status_code == 200


def test_the_actions_want_the_token(stack: Stack) -> None:
    assert httpx.post(f"{stack.actions_url}/webhook", json={"next_action": "action_stop"}, timeout=5).status_code == 401
