"""The bot's own sentences, read from the responses in domain.yml so that no patient-read word lives in Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from programme import Line


class MissingWords(Exception):
    """domain.yml lacks a response that an action needs."""

    def __init__(self, name: str) -> None:
        super().__init__(f"bot/domain.yml has no response {name}: add it under responses.")


@dataclass(frozen=True)
class Words:
    """Responses by name, each with one variant for the web and possibly one for SMS."""

    variants: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)

    def line(self, name: str, channel: str = "web", locale: str = "en") -> Line:
        """The response for this channel; its buttons become the line's choices. `name_es` is its Spanish wording."""
        spanish = self.variants.get(f"{name}_es") if locale.startswith("es") else None
        variants = spanish or self.variants.get(name)
        if not variants:
            raise MissingWords(name)
        chosen = next((variant for variant in variants if variant.get("channel") == channel), None)
        chosen = chosen or next((variant for variant in variants if "channel" not in variant), variants[0])
        choices = tuple((str(button["payload"]), str(button["title"])) for button in chosen.get("buttons") or ())
        return Line(str(chosen["text"]).strip(), choices, name)


def load_words(domain: Path) -> Words:
    data = yaml.safe_load(domain.read_text(encoding="utf-8"))
    responses = data.get("responses") or {}
    return Words({name: tuple(variants) for name, variants in responses.items()})
