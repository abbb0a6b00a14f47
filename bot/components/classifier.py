"""Tells intents apart by kernel votes over the sentence vectors (kernel.py)."""

from __future__ import annotations

from typing import Any, Dict, List, Text, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.follow_up import weighed
from bot.components.kernel import KernelVotes

FILE = "votes.npz"
_DARK = [("nlu_fallback", 0.0)]  # a message without words


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class KernelIntentClassifier(GraphComponent, IntentClassifier):
    """`gamma`: how quickly nearness fades; `ridge`: how little a single sentence counts."""

    @classmethod
    def required_components(cls) -> List[Type]:
        return [Featurizer]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {"gamma": 1.0, "ridge": 0.3, "ranking_length": 10}

    def __init__(self, config: Dict[Text, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config, self._storage, self._resource = config, storage, resource
        self._votes: KernelVotes | None = None

    @classmethod
    def create(
        cls, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> "KernelIntentClassifier":
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "KernelIntentClassifier":
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder, np.load(folder / FILE, allow_pickle=False) as kept:
            component._votes = KernelVotes.from_arrays(dict(kept))
        return component

    @classmethod
    def validate_config(cls, config: Dict[Text, Any]) -> None:
        """Nothing to check: the settings are numbers."""

    def train(self, training_data: TrainingData) -> Resource:
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        vectors = np.vstack([_vector(example) for example in examples])
        labels = [example.get(INTENT) for example in examples]
        self._votes = KernelVotes.fit(vectors, labels, float(self._config["gamma"]), float(self._config["ridge"]))
        with self._storage.write_to(self._resource) as folder:
            np.savez(folder / FILE, **self._votes.arrays())
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            ranking = self._ranking(message)
            name, confidence = ranking[0]
            message.set(INTENT, {"name": name, "confidence": confidence}, add_to_output=True)
            entries = [{"name": each, "confidence": share} for each, share in ranking[: self._config["ranking_length"]]]
            message.set("intent_ranking", entries, add_to_output=True)
        return messages

    def _ranking(self, message: Message) -> List[Any]:
        assert self._votes is not None, "trained or loaded before it is asked"
        if not message.get(TEXT):
            return list(_DARK)
        return weighed(self._votes.ranking(_vector(message)), message.get(TEXT), message.get("metadata") or {})


def _vector(message: Message) -> np.ndarray:
    _, sentence = message.get_dense_features(TEXT)
    return np.asarray(sentence.features, dtype=np.float32).reshape(-1)
