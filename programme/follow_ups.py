"""What is said when a patient asks on after an answer: the answer before it says what "that" is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict

from programme.content import Words
from programme.errors import ContentError
from programme.files import read_yaml, shape

Kind = Literal["how_long", "danger", "normal", "why", "proof", "explain", "what_to_do", "for_me"]
KINDS: tuple[str, ...] = get_args(Kind)
FILE = "follow_ups.yml"


class Then(Words):
    """Another answer (`to`), or words of its own; with `offer` the question is offered to the team."""

    to: str | None = None
    offer: bool = False


def _as_then(value: Any) -> Any:
    """`danger: F25` names an answer; any other text is said as it stands."""
    if not isinstance(value, str):
        return value
    return {"to": value} if is_id(value) else {"text": value}


def is_id(value: str) -> bool:
    return len(value) == 3 and value.startswith("F") and value[1:].isdigit()


type ThenOrWords = Annotated[Then, BeforeValidator(_as_then)]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    needs_review: Literal[True]
    reviewed_by: str | None
    review_by: str
    always: dict[Kind, ThenOrWords]
    after: dict[str, dict[str, ThenOrWords]]


@dataclass(frozen=True)
class FollowUps:
    """`after` an answer by its id, else `always`. A key that is itself an id stands in for that answer: F37 after F31 is F33."""

    always: Mapping[str, Then] = field(default_factory=dict)
    after: Mapping[str, Mapping[str, Then]] = field(default_factory=dict)

    def then(self, faq_id: str, kind: str) -> Then | None:
        own = self.after.get(faq_id, {})
        return own.get(kind) or self.always.get(kind)

    def instead(self, before: str | None, faq_id: str) -> str:
        """The answer that fits where the talk stands: "and alcohol?" is another question before a session than after it."""
        found = self.after.get(before or "", {}).get(faq_id)
        return found.to if found and found.to else faq_id

    def texts(self) -> Iterator[tuple[str, Then]]:
        for kind, then in self.always.items():
            yield f"always, {kind}", then
        for faq_id, kinds in self.after.items():
            for kind, then in kinds.items():
                yield f"after {faq_id}, {kind}", then


def load_follow_ups(file: Path, known: Mapping[str, object]) -> FollowUps:
    """`known`: the answers that there are. Without a file nothing is asked on."""
    if not file.exists():
        return FollowUps()
    data = shape(_File, read_yaml(file), file.name)
    found = FollowUps({str(kind): then for kind, then in data.always.items()}, data.after)
    for faq_id, kinds in data.after.items():
        _check(faq_id, "after", known)
        for kind in kinds:
            if kind not in KINDS:
                _check(kind, f"after {faq_id}", known)
    for entry, then in found.texts():
        if then.to:
            _check(then.to, entry, known)
        elif not then.text:
            raise ContentError(FILE, entry, "says nothing.", "Write a text, or the id of an answer.")
    return found


def _check(faq_id: str, entry: str, known: Mapping[str, object]) -> None:
    if faq_id not in known:
        mend = f"Use an id from faq.yml, or one of: {', '.join(KINDS)}."
        raise ContentError(FILE, entry, f'"{faq_id}" is no answer and no kind of question.', mend)
