"""The answers clinicians have written: found by id, worded for the web or for a phone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from programme.errors import ContentError
from programme.files import read_yaml, shape
from programme.follow_ups import FILE, FollowUps, Then, load_follow_ups
from programme.turns import Line

Defer = Literal["none", "soft", "hard"]


class Entry(BaseModel):
    """One question with its answer. `defer: hard` means that only the prescriber can decide."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    group: str = ""
    question: str
    also: tuple[str, ...] = ()
    answer: str
    sms: str
    es: str | None = None
    es_sms: str | None = None
    evidence: str
    sources: str
    defer: Defer
    exercise: str | None = None
    """A module that may help with just this: offered behind the answer, where it may be opened now."""
    seed: str
    needs_review: bool
    reviewed_by: str | None = None
    review_by: str

    @model_validator(mode="after")
    def _reviewed_by_somebody(self) -> Self:
        if not self.needs_review and not self.reviewed_by:
            raise ValueError("needs no review and names no reviewer: write `reviewed_by:` or `needs_review: true`")
        date.fromisoformat(self.review_by)
        return self

    def for_reader(self, channel: str, locale: str) -> str:
        if locale.startswith("es") and self.es:
            return self.es_sms if channel == "sms" and self.es_sms else self.es
        return self.sms if channel == "sms" else self.answer


@dataclass(frozen=True)
class Faq:
    """All entries by id, and what to say when a question has no entry or only a prescriber may answer it."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    no_match: str = ""
    offer_to_pass_on: str = ""
    prescriber_decides: str = ""
    follow_ups: FollowUps = field(default_factory=FollowUps)

    def then(self, faq_id: str | None, kind: str) -> Then | None:
        """What is said when this kind of question follows that answer; None when nobody has written it."""
        return self.follow_ups.then(faq_id, kind) if faq_id and faq_id in self.entries else None

    def answer(self, faq_id: str, channel: str = "web", locale: str = "en") -> Line:
        """The checked answer, or the plain "I don't have one": never an invention."""
        entry = self.entries.get(faq_id)
        if entry is None:
            return self.nothing_matches()
        return Line(entry.for_reader(channel, locale), key=f"faq.{faq_id}")

    def after(self, faq_id: str) -> Line | None:
        """The line that defers to the team, where the entry asks for one."""
        entry = self.entries.get(faq_id)
        text = {"soft": self.offer_to_pass_on, "hard": self.prescriber_decides}.get(entry.defer if entry else "none")
        return Line(text, key=f"faq.{faq_id}.defer") if text else None

    def nothing_matches(self) -> Line:
        return Line(self.no_match, key="faq.none")


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    needs_review: Literal[True]
    no_match: str
    offer_to_pass_on: str
    prescriber_decides: str
    entries: tuple[Entry, ...]


def load_faq(file: Path) -> Faq:
    data = shape(_File, read_yaml(file), file.name)
    entries: dict[str, Entry] = {}
    for entry in data.entries:
        if entry.id in entries:
            raise ContentError(file.name, entry.id, "the id is used twice.", "Give one of the two another number.")
        entries[entry.id] = entry
    follow_ups = load_follow_ups(file.with_name(FILE), entries)
    return Faq(entries, data.no_match, data.offer_to_pass_on, data.prescriber_decides, follow_ups)
