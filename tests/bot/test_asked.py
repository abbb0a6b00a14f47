"""What the actions read from a message: everything that matters comes with it, nothing from Rasa's memory."""

from __future__ import annotations

from bot.actions.asked import Asked, read_message
from programme import Place


def message(intent: dict[str, object], **metadata: object) -> dict[str, object]:
    return {"text": "like a 3 or 4", "intent": intent, "metadata": metadata}


def test_place_offer_and_last_question_come_from_the_metadata() -> None:
    place = {"module": "M4", "step": "S3", "facts": {"landing": "tired"}}
    asked = read_message(
        message({"name": "answer", "confidence": 1.0}, place=place, offer=["M4"], last_faq="F32", channel="sms", locale="es")
    )
    assert asked.place == Place("M4", "S3", {"landing": "tired"})
    assert (asked.offer, asked.last_faq, asked.channel, asked.locale) == (("M4",), "F32", "sms", "es")


def test_an_empty_message_is_not_understood_rather_than_an_error() -> None:
    asked = read_message({"text": None, "intent": {"name": None}, "metadata": None})
    assert (asked.text, asked.intent, asked.place) == ("", "nlu_fallback", None)


def test_what_was_heard_before_the_module_took_it_is_kept() -> None:
    asked = read_message(message({"name": "answer", "confidence": 1.0, "heard": {"name": "faq_f36", "confidence": 0.4}}))
    assert (asked.heard, asked.heard_confidence) == ("faq_f36", 0.4)


def test_the_record_tells_the_mood_before_when_a_module_begins() -> None:
    assert Asked(known={"baseline_mood": 6}).facts["baseline_mood"] == 6


def test_an_open_module_keeps_the_mood_that_it_began_with() -> None:
    asked = Asked(known={"baseline_mood": 2}, place=Place("M4", "S3", {"baseline_mood": 7}))
    assert "baseline_mood" not in asked.facts


def test_hours_since_the_dose_are_whole() -> None:
    assert Asked(hours_since_dose=4.9).facts["hours_since_dose"] == 4
    assert "hours_since_dose" not in Asked().facts
