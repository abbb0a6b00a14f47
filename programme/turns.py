"""The nouns at the programme's border: what comes in (Place, Reply) and what goes out (Turn, Line, Effect, Risk).

All frozen, all JSON-able, so that a turn can travel through Rasa and come back, or wait in a database for days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Fact = str | int
Facts = Mapping[str, Fact]
Choice = tuple[str, str]  # (value, label): the value comes back in Reply.choice, the label is what the patient reads


@dataclass(frozen=True, slots=True)
class Place:
    """Where the patient stands in an open module. Facts beginning with "_" are the engine's own bookmarks."""

    module: str
    step: str
    facts: Facts = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        return {"module": self.module, "step": self.step, "facts": dict(self.facts)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Place:
        return cls(data["module"], data["step"], dict(data.get("facts") or {}))


@dataclass(frozen=True, slots=True)
class Reply:
    """What the patient answered: the words as typed and, when a button was pressed, that button's value."""

    text: str = ""
    choice: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One message to the patient. {placeholders} are still in; the gateway fills them."""

    text: str
    choices: tuple[Choice, ...] = ()
    key: str = ""

    def to_dict(self) -> dict[str, Any]:
        return {"text": self.text, "choices": [list(choice) for choice in self.choices], "key": self.key}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Line:
        choices = tuple((str(value), str(label)) for value, label in data.get("choices") or ())
        return cls(data["text"], choices, data.get("key", ""))


@dataclass(frozen=True, slots=True)
class Effect:
    """Something for the store to do: Effect("answer", {"module": "M4", "step": "S4", "value": 6, "text": "6ish"})."""

    type: str
    data: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        return {"type": self.type, **self.data}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Effect:
        return cls(data["type"], {key: value for key, value in data.items() if key != "type"})


@dataclass(frozen=True, slots=True)
class Risk:
    """An answer that opens the crisis protocol. Levels and categories are those of the screen."""

    level: int
    category: str
    reason: str


@dataclass(frozen=True, slots=True)
class Turn:
    """The programme's answer to one message. `place` is None when no module is open any more."""

    lines: tuple[Line, ...] = ()
    place: Place | None = None
    effects: tuple[Effect, ...] = ()
    understood: bool = True

    def to_dict(self) -> dict[str, Any]:
        return {
            "lines": [line.to_dict() for line in self.lines],
            "place": self.place.to_dict() if self.place else None,
            "effects": [effect.to_dict() for effect in self.effects],
            "understood": self.understood,
        }
