"""A patient who talks to the real Rasa as the gateway does: what must last is kept here and travels in the metadata."""

from __future__ import annotations

import itertools
from typing import Any, Self

import httpx

_NUMBERS = itertools.count(1)


class Visitor:
    """Keeps place, offer and last question from the effects, exactly as the gateway's record does."""

    def __init__(self, rasa_url: str, **standing: Any) -> None:
        self._url = f"{rasa_url}/webhooks/rest/webhook"
        self.sender = f"visitor-{next(_NUMBERS)}.0"
        self.standing: dict[str, Any] = {
            "channel": "web", "locale": "en", "place": None, "offer": [], "last_faq": None, "passing": False, "hours_since_dose": None,
            "facts": {}, **standing,
        }  # fmt: skip
        self.turn: dict[str, Any] = {}
        self.effects: list[dict[str, Any]] = []

    def says(self, *texts: str) -> Self:
        for text in texts:
            self._send(text, None)
        return self

    def presses(self, *values: str) -> Self:
        """A button: the gateway sends its label as the text and its value as the choice."""
        labels = {value: label for line in self.turn.get("lines", ()) for value, label in line["choices"]}
        for value in values:
            self._send(labels.get(value, value), value)
        return self

    def moves_to_another_rasa(self) -> Self:
        """A sender this process never saw: its tracker is empty, as after a restart."""
        self.sender = f"visitor-{next(_NUMBERS)}.0"
        return self

    @property
    def heard(self) -> str:
        return "\n".join(line["text"] for line in self.turn["lines"])

    @property
    def keys(self) -> list[str]:
        return [line["key"] for line in self.turn["lines"]]

    @property
    def buttons(self) -> list[str]:
        return [value for line in self.turn["lines"] for value, _ in line["choices"]]

    @property
    def at(self) -> str | None:
        place = self.standing["place"]
        return f"{place['module']}.{place['step']}" if place else None

    def did(self, kind: str) -> list[dict[str, Any]]:
        """The effects of this kind over the whole talk."""
        return [effect for effect in self.effects if effect["type"] == kind]

    def answers(self) -> dict[str, Any]:
        return {f"{each['module']}.{each['step']}": each["value"] for each in self.did("answer")}

    def _send(self, text: str, choice: str | None) -> None:
        metadata = {**self.standing, "choice": choice, "message_id": f"m{next(_NUMBERS)}"}
        body = {"sender": self.sender, "message": text, "metadata": metadata}
        answer = httpx.post(self._url, json=body, timeout=20)
        found = [item["custom"] for item in answer.json() if "custom" in item]
        assert len(found) == len(answer.json()) == 1, f"one turn was expected, Rasa sent {answer.json()}"
        self.turn = found[0]
        for effect in self.turn["effects"]:
            self._keep(effect)

    def _keep(self, effect: dict[str, Any]) -> None:
        self.effects.append(effect)
        match effect["type"]:
            case "place" if effect["place"]:
                self.standing["place"] = effect["place"]
            case "module_finished" | "module_stopped":
                self.standing["place"] = None
            case "faq":
                self.standing["last_faq"] = effect.get("id")
                self.standing["passing"] = bool(effect.get("offers"))
