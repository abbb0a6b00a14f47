"""Hands a finished turn to Rasa: one custom message for the gateway, and the events that keep Rasa's form in step."""

from __future__ import annotations

from typing import Any

from rasa_sdk.events import ActionExecutionRejected, ActiveLoop, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.asked import Asked
from programme import Effect, Place, Turn

FORM, SLOT = "integration_form", "step_answer"
Events = list[dict[str, Any]]


def custom_message(turn: Turn, asked: Asked) -> dict[str, Any]:
    """The contract with the gateway: everything of this turn, in order, in one message."""
    return {
        "afterglow": 1,
        "lines": [line.to_dict() for line in turn.lines],
        "effects": [effect.to_dict() for effect in (*turn.effects, *_question_is_over(turn, asked))],
        "understood": turn.understood,
        "intent": asked.intent,
        "confidence": round(asked.confidence, 4),
    }


def _question_is_over(turn: Turn, asked: Asked) -> tuple[Effect, ...]:
    """A yes belongs to the question just before it: days later it must not pass an old one on."""
    asks_again = any(effect.type == "faq" for effect in turn.effects)
    return () if asked.last_faq is None or asks_again or not turn.understood else (Effect("faq", {"id": None}),)


def send(dispatcher: CollectingDispatcher, turn: Turn, asked: Asked, active_loop: str | None) -> Events:
    dispatcher.utter_message(json_message=custom_message(turn, asked))
    return [*form_events(turn.place, active_loop), FollowupAction("action_listen")]


def form_events(place: Place | None, active_loop: str | None) -> Events:
    """The form is active exactly while a module is open, whatever this Rasa process remembers."""
    if place is None:
        return [ActiveLoop(None), SlotSet("requested_slot", None)] if active_loop else []
    if active_loop == FORM:
        return []
    return [ActiveLoop(FORM), SlotSet("requested_slot", SLOT)]


def leave_to_rules(place: Place | None, active_loop: str | None) -> Events:
    """The form takes no command and no question: it steps back, and the rules choose the action."""
    return [*form_events(place, active_loop), ActionExecutionRejected(FORM)]
