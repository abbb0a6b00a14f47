"""One message as the actions see it: the words, what was heard, and where the patient stands.

Everything comes from the message itself. Rasa's memory of the conversation is never asked, because it may be empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from programme import Fact, Place, Reply


@dataclass(frozen=True)
class Asked:
    text: str = ""
    intent: str = "nlu_fallback"
    confidence: float = 0.0
    heard: str = ""  # what the classifier heard before the open module made it an answer
    heard_confidence: float = 0.0
    channel: str = "web"
    locale: str = "en"
    place: Place | None = None
    paused: Place | None = None  # a module that waits for START; what is written meanwhile is not its answer
    offer: tuple[str, ...] = ()
    wishes: tuple[str, ...] = ()  # what may be opened when it is asked for by name or by what was said
    sorry: bool = False  # a complaint was answered not long ago
    choice: str | None = None
    last_faq: str | None = None
    passing: bool = False  # the last answer offered to pass the question on
    hours_since_dose: float | None = None
    known: Mapping[str, Fact] = field(default_factory=dict)  # what the record knows: the mood before, …
    guesses: tuple[str, ...] = ()  # what an unclear message may have asked, likeliest first

    @property
    def reply(self) -> Reply:
        return Reply(self.text, self.choice)

    @property
    def facts(self) -> dict[str, Fact]:
        """How to word the answer, how long ago the dose was, and what the record knows.

        An open module keeps what it began with: the mood before it is not the one that it has just asked for.
        """
        stands = self.place or self.paused
        begun = stands.facts if stands else {}
        facts: dict[str, Fact] = {name: value for name, value in self.known.items() if name not in begun}
        facts |= {"channel": self.channel, "locale": self.locale}
        if self.hours_since_dose is not None:
            facts["hours_since_dose"] = int(self.hours_since_dose)
        return facts


def read_message(message: Mapping[str, Any]) -> Asked:
    """From Rasa's `latest_message`: {"text", "intent": {…}, "metadata": {…}}."""
    intent = message.get("intent") or {}
    heard = intent.get("heard") or {}
    metadata = message.get("metadata") or {}
    return Asked(
        text=message.get("text") or "",
        intent=intent.get("name") or "nlu_fallback",
        confidence=float(intent.get("confidence") or 0.0),
        heard=heard.get("name") or "",
        heard_confidence=float(heard.get("confidence") or 0.0),
        channel=metadata.get("channel") or "web",
        locale=metadata.get("locale") or "en",
        place=read_place(metadata),
        paused=read_place(metadata, "paused"),
        offer=tuple(metadata.get("offer") or ()),
        wishes=tuple(metadata.get("wishes") or ()),
        sorry=bool(metadata.get("sorry")),
        choice=metadata.get("choice"),
        last_faq=metadata.get("last_faq"),
        passing=bool(metadata.get("passing")),
        hours_since_dose=metadata.get("hours_since_dose"),
        known=dict(metadata.get("facts") or {}),
        guesses=tuple(intent.get("guesses") or ()),
    )


def read_place(metadata: Mapping[str, Any], name: str = "place") -> Place | None:
    place = metadata.get(name)
    return Place.from_dict(place) if place else None
