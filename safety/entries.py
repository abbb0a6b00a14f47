"""Reading entries of clinical files field by field, with errors a clinician understands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from safety.assessment import CATEGORIES
from safety.errors import ContentError, PatternError
from safety.pattern import Parser, Seq


class Entry:
    """One entry of a file, under its id."""

    def __init__(self, file: str, data: Any, place: str) -> None:
        if not isinstance(data, Mapping):
            raise ContentError(file, place, "is not a list of named fields", "write `- id: …` and its fields below it")
        self.file, self.data = file, data
        self.id = str(data.get("id", ""))
        if not self.id:
            raise ContentError(file, place, "has no id", "give it one, like S-DIE-1")

    def error(self, problem: str, remedy: str) -> ContentError:
        return ContentError(self.file, self.id, problem, remedy)

    def text(self, field: str) -> str:
        value = self.data.get(field)
        if not isinstance(value, str) or not value.strip():
            raise self.error(f"`{field}` is missing", f"add a line `{field}: …`")
        return value.strip()

    def level(self, field: str = "level") -> int:
        value = self.data.get(field)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 5:
            raise self.error(f"`{field}` is {value!r}", "use a whole number from 0 to 5")
        return value

    def category(self) -> str:
        value = str(self.data.get("category"))
        if value not in CATEGORIES:
            raise self.error(f"`category` is {value!r}", f"use one of {', '.join(CATEGORIES)}")
        return value

    def texts(self, field: str) -> tuple[str, ...]:
        value = self.data.get(field, ())
        if not isinstance(value, list | tuple) or not all(isinstance(v, str) for v in value):
            raise self.error(f"`{field}` is not a list of texts", "start each with a dash, and quote it if it has a colon")
        return tuple(value)

    def patterns(self, field: str, parser: Parser) -> tuple[Seq, ...]:
        parsed = []
        for source in self.texts(field):
            try:
                parsed.append(parser.parse(source))
            except PatternError as error:
                raise self.error(f"`{field}` has a pattern that cannot be read: {error}", "see docs/safety.md") from error
        return tuple(parsed)


def entries(file: str, data: Mapping[str, Any], section: str) -> list[Entry]:
    rows = data.get(section) or []
    if not isinstance(rows, list):
        raise ContentError(file, section, "is not a list", "start each entry with a dash")
    return [Entry(file, row, f"{section} number {n}") for n, row in enumerate(rows, 1)]
