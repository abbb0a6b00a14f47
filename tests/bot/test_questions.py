"""Questions, tried without Rasa: the checked answer, what is asked on, and the plain "I don't have one"."""

from __future__ import annotations

from typing import Any

import pytest

from bot.actions.asked import Asked
from bot.actions.content import Content
from bot.actions.questions import answer_question, dissatisfied, not_understood, out_of_scope
from bot.actions.replies import decline, exercise
from bot.actions.turns import agree
from programme import Place, Turn
from programme.follow_ups import KINDS

IN_M4 = Place("M4", "S3")


def keys(turn: Turn) -> list[str]:
    return [line.key for line in turn.lines]


def effects(turn: Turn, kind: str = "") -> list[dict[str, Any]]:
    return [effect.to_dict() for effect in turn.effects if kind in ("", effect.type)]


def test_a_question_is_answered_and_remembered(content: Content) -> None:
    turn = answer_question(content, Asked(intent="faq_f36"))
    assert keys(turn)[0] == "faq.F36"
    assert effects(turn) == [{"type": "faq", "id": "F36", "offers": False}]


def test_a_question_in_the_middle_is_answered_before_the_step_comes_back(content: Content) -> None:
    turn = answer_question(content, Asked(intent="faq_f36", place=IN_M4))
    assert keys(turn) == ["faq.F36", "utter_back_to_step", "M4.S3"]
    assert turn.place == IN_M4


def test_every_deferring_answer_offers_the_team_and_no_other_does(content: Content) -> None:
    for faq_id, entry in content.faq.entries.items():
        turn = answer_question(content, Asked(intent=f"faq_{faq_id.lower()}"))
        assert (turn.lines[-1].choices != ()) == (entry.defer != "none"), faq_id
        assert effects(turn)[0]["offers"] == (entry.defer != "none"), faq_id
        assert ("prescriber" in turn.lines[-1].text) >= (entry.defer == "hard"), faq_id


def test_in_a_module_a_deferring_answer_asks_nothing_that_could_be_taken_for_the_steps_yes(content: Content) -> None:
    turn = answer_question(content, Asked(intent="faq_f26", place=IN_M4))
    assert keys(turn)[1] == "utter_defer_in_module"
    assert turn.lines[1].choices == ()
    assert effects(turn)[0]["offers"] is False


@pytest.mark.parametrize(("locale", "who"), [("en", "prescriber"), ("es", "quien te receta")])
@pytest.mark.parametrize("place", [None, IN_M4])
def test_what_only_a_prescriber_decides_is_said_so_in_both_languages_and_in_a_module(
    content: Content, locale: str, who: str, place: Place | None
) -> None:
    for faq_id, entry in content.faq.entries.items():
        turn = answer_question(content, Asked(intent=f"faq_{faq_id.lower()}", locale=locale, place=place))
        deferring = " ".join(line.text for line in turn.lines if line.key not in (f"faq.{faq_id}", "M4.S3"))
        assert (who in deferring) == (entry.defer == "hard"), faq_id


def test_yes_to_that_tells_the_team_which_question(content: Content) -> None:
    turn = agree(content, Asked(last_faq="F32", passing=True, offer=("M4",)))
    assert effects(turn) == [{"type": "notify", "kind": "faq_deferred", "level": 1, "reason": "F32"}]
    assert turn.place is None


def test_yes_after_an_answer_that_offered_nothing_tells_nobody(content: Content) -> None:
    assert not agree(content, Asked(last_faq="F36")).effects


def test_no_to_that_tells_nobody(content: Content) -> None:
    turn = decline(content, Asked(last_faq="F32", passing=True))
    assert keys(turn) == ["utter_not_passed_on"]
    assert not turn.effects


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("channel", ["web", "sms"])
@pytest.mark.parametrize("locale", ["en", "es"])
def test_every_kind_of_asking_on_gets_words_after_every_answer(content: Content, kind: str, channel: str, locale: str) -> None:
    for faq_id in content.faq.entries:
        turn = answer_question(content, Asked("and that?", f"more_{kind}", channel=channel, locale=locale, last_faq=faq_id))
        assert turn.lines, faq_id
        assert all(line.text for line in turn.lines), faq_id
        assert effects(turn, "faq"), faq_id


def test_the_answer_before_says_what_that_is(content: Content) -> None:
    after_driving = answer_question(content, Asked(intent="more_how_long", last_faq="F36"))
    after_drinking = answer_question(content, Asked(intent="more_how_long", last_faq="F37"))
    assert "slept" in after_driving.lines[0].text
    assert "24 hours" in after_drinking.lines[0].text


def test_asking_on_may_lead_to_another_answer_which_is_then_the_one_before(content: Content) -> None:
    turn = answer_question(content, Asked(intent="more_danger", last_faq="F24"))
    assert keys(turn)[0] == "faq.F25"
    assert effects(turn)[0]["id"] == "F25"


def test_alcohol_is_another_question_before_a_session_than_after_it(content: Content) -> None:
    assert keys(answer_question(content, Asked(intent="faq_f37", last_faq="F31")))[0] == "faq.F33"
    assert keys(answer_question(content, Asked(intent="faq_f37", last_faq="F36")))[0] == "faq.F37"


def test_whether_it_holds_for_me_is_never_answered_by_the_chat(content: Content) -> None:
    turn = answer_question(content, Asked(intent="more_for_me", last_faq="F28"))
    assert "can't say that for you" in turn.lines[0].text
    assert [value for value, _ in turn.lines[-1].choices] == ["affirm", "deny"]
    assert effects(turn, "faq")[0]["offers"] is True


def test_the_same_answer_is_not_said_twice_in_a_row(content: Content) -> None:
    turn = answer_question(content, Asked("but can I drive", "faq_f36", last_faq="F36"))
    assert keys(turn) == ["utter_same_answer"]
    assert effects(turn, "question")[0]["kind"] == "more"


def test_no_answer_says_so_offers_the_team_and_keeps_the_question(content: Content) -> None:
    turn = answer_question(content, Asked("why no toast?", "more_why", last_faq="F31"))
    assert keys(turn) == ["utter_no_answer"]
    assert effects(turn, "question") == [{"type": "question", "kind": "unanswered", "after": "F31", "guess": None}]
    passed = agree(content, Asked("yes", "affirm", last_faq="F31", passing=True))
    assert effects(passed, "notify")


def test_what_is_no_subject_of_ours_is_kept_too(content: Content) -> None:
    turn = out_of_scope(content, Asked("do you sell gift cards?", "out_of_scope"))
    assert effects(turn, "question")[0]["kind"] == "unanswered"
    assert effects(turn, "faq") == [{"type": "faq", "id": "none", "offers": True}]


def test_the_patients_words_travel_nowhere_with_it(content: Content) -> None:
    assert "canary" not in str(effects(out_of_scope(content, Asked("canary?", "out_of_scope"))))


def test_an_unclear_message_counts_as_not_understood_and_offers_a_person(content: Content) -> None:
    turn = not_understood(content, Asked("hm"))
    assert not turn.understood
    assert [value for value, _ in turn.lines[0].choices] == ["talk_to_person"]
    assert not effects(turn, "question")


def test_asked_on_in_words_nobody_foresaw_it_says_so_and_offers_the_team(content: Content) -> None:
    turn = not_understood(content, Asked("and with toast, how come?", last_faq="F31", guesses=("faq_f31", "faq_f24")))
    assert keys(turn) == ["utter_no_answer"]
    assert not turn.understood


def test_an_unclear_question_is_asked_back_with_the_likeliest_ones_and_kept(content: Content) -> None:
    turn = not_understood(content, Asked("what of the thing with the floating?", guesses=("faq_f28", "faq_f24")))
    assert [value for value, _ in turn.lines[0].choices] == ["faq_f28", "faq_f24", "talk_to_person"]
    assert turn.lines[0].choices[0][1] == content.faq.entries["F28"].question
    assert effects(turn, "question") == [{"type": "question", "kind": "unclear", "after": None, "guess": "F28"}]


def test_a_spanish_patient_reads_spanish_or_is_told_that_there_is_none_and_the_clinic_learns_it(content: Content) -> None:
    assert content.faq.entries["F49"].es is None
    turn = answer_question(content, Asked("hay estudios?", "faq_f49", locale="es"))
    assert keys(turn)[0] == "utter_only_in_english"
    assert effects(turn, "question")[0]["kind"] == "language"
    spanish = answer_question(content, Asked("puedo manejar?", "faq_f36", locale="es"))
    assert "manej" in spanish.lines[0].text or "coche" in spanish.lines[0].text
    assert not effects(spanish, "question")


def test_what_stopped_working_is_answered_and_the_fade_check_offered_at_once(content: Content) -> None:
    turn = answer_question(content, Asked(intent="faq_f42", wishes=("M10", "X1")))
    assert keys(turn) == ["faq.F42", "utter_exercise_for_this", "faq.F42.defer"]
    assert effects(turn, "offer_module") == [{"type": "offer_module", "module": "M10"}]
    assert [line.choices != () for line in turn.lines] == [False, False, True]  # one question only


@pytest.mark.parametrize("standing", [{"wishes": ("X1",)}, {"wishes": ("M10",), "place": IN_M4}, {"wishes": ("M10",), "paused": IN_M4}])
def test_and_not_where_it_may_not_be_opened_or_something_else_would_go_on(content: Content, standing: dict[str, Any]) -> None:
    turn = answer_question(content, Asked(intent="faq_f42", **standing))
    assert "utter_exercise_for_this" not in keys(turn)
    assert effects(turn, "offer_module") == []


def test_a_second_complaint_goes_on_to_a_person_and_repeats_nothing(content: Content) -> None:
    first, second = (dissatisfied(content, Asked(intent="dissatisfied", sorry=sorry)) for sorry in (False, True))
    assert effects(first, "notify") == []
    assert effects(second, "notify")[0]["kind"] == "person_requested"
    assert first.lines[0].text != second.lines[0].text
    assert second.lines[0].choices == ()


def test_something_to_calm_down_is_opened_where_it_may_be_and_a_minute_of_it_said_where_not(content: Content) -> None:
    settle = exercise("M6", "utter_settle")
    opened = settle(content, Asked(intent="settle", wishes=("M6",)))
    assert opened.place is not None
    assert opened.place.module == "M6"
    said = settle(content, Asked(intent="settle"))  # the evening of a dose: no module but the safe landing
    assert keys(said) == ["utter_settle"]
    assert said.place is None
