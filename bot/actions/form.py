"""integration_form: takes the answers of every module there is, one step after the other."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from bot.actions.asked import Asked, read_message
from bot.actions.content import Content
from bot.actions.messages import FORM, leave_to_rules, send
from bot.actions.replies import begin, thank_for_sharing
from bot.actions.steps import answer_step, understood_by_step
from programme import Turn

BEGINNINGS = frozenset({"start", "resume"})


class IntegrationForm(Action):
    """Rasa's form, run by us: one call a turn, and the open step comes from the message instead of Rasa's memory.

    The steps live in clinical/programme, so the form has one slot for all of them, and `programme` validates it.
    """

    def __init__(self, content: Content) -> None:
        self._content = content

    def name(self) -> str:
        return FORM

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[dict[str, Any]]:
        asked, loop = read_message(tracker.latest_message), tracker.active_loop_name
        turn = take_answer(self._content, asked)
        if turn is None:
            return leave_to_rules(asked.place, loop)
        return send(dispatcher, turn, asked, loop)


def take_answer(content: Content, asked: Asked) -> Turn | None:
    """The turn, or None when this is not for the form."""
    if asked.intent in BEGINNINGS:
        return begin(content, asked)
    if asked.intent == "answer":
        return answer_step(content, asked) if asked.place else thank_for_sharing(content, asked)
    return understood_by_step(content, asked)
