"""The shape of clinical/summary.yml: what the summary shows, and the rules for what to ask next."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from programme.content import Strings
from programme.errors import ContentError
from programme.files import read_yaml, shape
from programme.library import Programme
from programme.turns import Place

FILE = "summary.yml"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def _as_place(value: Any) -> Any:
    """ "M10.S3" -> Place("M10", "S3")."""
    module, dot, step = str(value).partition(".")
    if not dot:
        raise ValueError(f'"{value}" is no place: write module.step, for example M10.S3')
    return Place(module, step)


type At = Annotated[Place, BeforeValidator(_as_place)]


class Section(_Part):
    """Answers under one title; `quotes` ones are set as the patient's own words. `skipped`: what was left out is shown too."""

    title: str
    quotes: bool = False
    skipped: bool = False
    places: tuple[At, ...]


class ChartSpec(_Part):
    measure: str
    title: str
    lowest: int = Field(alias="from")
    highest: int = Field(alias="to")
    better: Literal["high", "low"]


class Ask(_Part):
    """One rule. It looks at exactly one thing; what it finds fills the braces of `say`."""

    say: str
    at: At | None = None
    instead: At | None = None
    """Where the answer may have been given anew since: that one is quoted."""
    is_: Strings = Field((), alias="is")
    is_not: Strings = ()
    at_least: int | None = None
    unless: At | None = None
    measure: str | None = None
    fell_by: int | None = None
    rose_by: int | None = None
    latest_at_least: int | None = None
    skipped: Literal["safety"] | None = None
    flag: Literal["open"] | None = None
    due: str | None = None
    from_day: int = 0
    missing: Literal["trusted_person", "location"] | None = None
    questions: Literal["open"] | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        looked_at = [self.at, self.measure, self.skipped, self.flag, self.due, self.missing, self.questions]
        if sum(one is not None for one in looked_at) != 1:
            raise ValueError("looks at one thing only: at, measure, skipped, flag, due, missing or questions")
        return self


class SummaryContent(_Part):
    needs_review: bool
    reviewed_by: str | None
    review_by: str
    safety: Section
    sections: tuple[Section, ...]
    charts: tuple[ChartSpec, ...]
    ask: tuple[Ask, ...]

    @property
    def places(self) -> tuple[Place, ...]:
        asked = [place for rule in self.ask for place in (rule.at, rule.instead, rule.unless)]
        shown = [place for section in (self.safety, *self.sections) for place in section.places]
        return (*shown, *(place for place in asked if place))


def load_summary_content(file: Path, programme: Programme) -> SummaryContent:
    """Raises ContentError when a place does not exist, in words for clinicians."""
    data = shape(SummaryContent, read_yaml(file), file.name)
    for place in data.places:
        try:
            programme.step(place)
        except ContentError as unknown:
            entry = f"{place.module}.{place.step}"
            raise ContentError(FILE, entry, "there is no such step.", "Look it up in clinical/programme.") from unknown
    for rule in data.ask:
        if rule.due and rule.due not in programme.modules:
            raise ContentError(FILE, rule.due, "there is no such exercise.", "Check the id.")
    return data
