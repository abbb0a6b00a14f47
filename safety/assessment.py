"""What the screen says about one message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Literal

CATEGORIES = ("none", "S", "N", "V", "A", "AC", "P", "E", "U", "D", "T", "H", "Q")
LAYERS = ("phrase", "model", "question", "history")


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier message of the same conversation."""

    author: Literal["patient", "assistant"]
    text: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was heard, and where. `counted=False` means set aside because of `cue`, but kept."""

    phrase_id: str
    layer: str
    category: str
    level: int
    start: int
    end: int
    text: str
    counted: bool = True
    cue: str | None = None
    why: str = ""

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Finding:
        return cls(**{f.name: data[f.name] for f in fields(cls) if f.name in data})


@dataclass(frozen=True, slots=True)
class Assessment:
    """The verdict: `level` 0 to 5 and `category` as in the crisis protocol, and the findings behind it."""

    level: int = 0
    category: str = "none"
    findings: tuple[Finding, ...] = ()
    score: float = 0.0
    content_version: str = ""
    unscreened: str | None = None

    @classmethod
    def unscreened_because(cls, reason: str, content_version: str = "") -> Assessment:
        """The screen could not read the message, so a person must."""
        return cls(content_version=content_version, unscreened=reason)

    @property
    def counted(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.counted)

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "findings": [f.to_dict() for f in self.findings]}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Assessment:
        return cls(
            level=int(data["level"]),
            category=str(data["category"]),
            findings=tuple(Finding.from_dict(f) for f in data.get("findings", ())),
            score=float(data.get("score", 0.0)),
            content_version=str(data.get("content_version", "")),
            unscreened=data.get("unscreened"),
        )
