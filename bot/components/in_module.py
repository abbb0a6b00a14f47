"""Inside a module, what a patient writes is an answer, unless it is clearly a command or clearly a question.

Runs after the classifier. The gateway sends the open step in the message's metadata, so this also works on the first
message that a Rasa process ever sees from a patient. What had been heard stays in the intent as `heard`.
"""

from __future__ import annotations

from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.components.clearly import Heard, clearly_meant, plainly, pressed

ANSWER, FALLBACK = "answer", "nlu_fallback"
WORTH_OFFERING, MOST_OFFERED = 0.08, 3


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class AnswersFirst(GraphComponent, IntentClassifier):
    """Demotes commands and questions to `answer` while a module is open, and reads pressed buttons."""

    @classmethod
    def required_components(cls) -> List[Any]:
        return [IntentClassifier]

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "AnswersFirst":
        return cls()

    @classmethod
    def validate_config(cls, config: Dict[Text, Any]) -> None:
        """Nothing to set."""

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            intent = self._intent(message, message.get("metadata") or {})
            message.set(INTENT, intent, add_to_output=True)
        return messages

    def _intent(self, message: Message, metadata: Dict[Text, Any]) -> Dict[Text, Any]:
        heard = message.get(INTENT) or {"name": None, "confidence": 0.0}
        in_module, choice = bool(metadata.get("place")), metadata.get("choice")
        if choice is not None:
            name = ANSWER if in_module else pressed(choice)
            return {"name": name, "confidence": 1.0} if name else heard
        if not in_module and heard.get("name") == FALLBACK:
            return {**heard, "guesses": _guesses(message)}
        plain = plainly(message.get(TEXT) or "") if in_module else None
        if plain is not None:
            return {"name": plain, "confidence": 1.0}
        if not in_module or _means_it(message, heard):
            return heard
        return {"name": ANSWER, "confidence": 1.0, "heard": _first_guess(message, heard)}


def _means_it(message: Message, heard: Dict[Text, Any]) -> bool:
    return clearly_meant(Heard(message.get(TEXT) or "", heard.get("name") or "", heard.get("confidence") or 0.0))


def _guesses(message: Message) -> List[Text]:
    """The likeliest questions, where the words could be more than one."""
    ranking = message.get("intent_ranking") or []
    likely = [entry["name"] for entry in ranking if (entry.get("confidence") or 0.0) >= WORTH_OFFERING]
    return [name for name in likely if name.startswith("faq_")][:MOST_OFFERED]


def _first_guess(message: Message, heard: Dict[Text, Any]) -> Dict[Text, Any]:
    """The classifier's favourite, also where the fallback classifier has hidden it."""
    ranking = [entry for entry in message.get("intent_ranking") or [] if entry["name"] != FALLBACK]
    best = ranking[0] if ranking else heard
    return {"name": best.get("name"), "confidence": float(best.get("confidence") or 0.0)}
