"""The actions that the rules choose: one small class around a pure reply, and the one that restores a conversation."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActionExecuted, SessionStarted
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from bot.actions import questions, replies
from bot.actions.asked import Asked, read_message, read_place
from bot.actions.content import Content
from bot.actions.messages import form_events, send
from bot.actions.replies import Handler, say, step_command
from bot.actions.steps import understood_by_step
from programme import Turn


def agree(content: Content, asked: Asked) -> Turn:
    """A yes belongs to what was offered last: a question that is passed on, else an exercise."""
    return questions.agree_to_pass_on(content, asked) if asked.passing else replies.agree(content, asked)


HANDLERS: dict[str, Handler] = {
    "action_faq": questions.answer_question,
    "action_follow_up": questions.answer_question,
    "action_talk_to_person": replies.ask_for_person,
    "action_stop": step_command("stop"),
    "action_skip": step_command("skip"),
    "action_repeat": step_command("repeat"),
    "action_pause": step_command("pause"),
    "action_settle": replies.exercise("M6", "utter_settle"),
    "action_small_step": replies.exercise("M8", "utter_nothing_to_start"),
    "action_help": say("utter_help", then_step=True),
    "action_greet": replies.greet,
    "action_affirm": agree,
    "action_deny": replies.decline,
    "action_thanks": say("utter_thanks", then_step=True),
    "action_goodbye": say("utter_goodbye"),
    "action_bot_challenge": say("utter_bot_challenge", then_step=True),
    "action_smalltalk": say("utter_smalltalk", then_step=True),
    "action_out_of_scope": questions.out_of_scope,
    "action_dissatisfied": questions.dissatisfied,
    "action_default_fallback": questions.not_understood,
}


class RuleAction(Action):
    """Answers one message. A choice, scale or yes/no step that understands the message goes before the rule."""

    def __init__(self, content: Content, name: str, handler: Handler) -> None:
        self._content, self._name, self._handler = content, name, handler

    def name(self) -> str:
        return self._name

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[dict[str, Any]]:
        asked = read_message(tracker.latest_message)
        turn = understood_by_step(self._content, asked) or self._handler(self._content, asked)
        return send(dispatcher, turn, asked, tracker.active_loop_name)


class SessionStart(Action):
    """A conversation that this Rasa process has not seen begins where the store says the patient stands."""

    def name(self) -> str:
        return "action_session_start"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[dict[str, Any]]:
        place = read_place(tracker.slots.get("session_started_metadata") or {})
        return [SessionStarted(), *form_events(place, None), ActionExecuted("action_listen")]


def rule_actions(content: Content) -> list[Action]:
    return [RuleAction(content, name, handler) for name, handler in HANDLERS.items()]
