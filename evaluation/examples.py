"""What the screen is measured on, of our own: the corpus' test share, the clinicians' cases, and the exam when there is one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from training.rows import Row, read, share

ROOT = Path(__file__).resolve().parent.parent
EXAM = ROOT / "training" / "exam"
CASES = ROOT / "clinical" / "cases.yml"
ASKS = 2  # from this level on the patient is asked
SPANISH = re.compile(r"(?:^|_)(?:spanish|espanol|es)(?:_|$)")


@dataclass(frozen=True, slots=True)
class Example:
    """A message and what is right for it. `level` is None where only risk or no risk is known."""

    id: str
    text: str
    origin: str
    risk: bool
    level: int | None = None
    category: str = ""
    prompt: str | None = None
    history: tuple[str, ...] = ()
    file: str = ""
    tags: frozenset[str] = frozenset()

    @property
    def ours(self) -> bool:
        return self.origin in ("test", "cases", "exam")

    @property
    def quotable(self) -> bool:
        """The words of others do not enter the project, and an exam that was read is no exam any more."""
        return self.origin in ("test", "cases")

    @property
    def spanish(self) -> bool:
        return bool(SPANISH.search(self.file)) or bool(self.tags & {"es", "es-en", "group:spanish"})


def test_share() -> list[Example]:
    return [_of_row(row, "test") for row in read() if share(row) == "test"]


def exam(folder: Path = EXAM) -> list[Example]:
    """Messages that nothing is ever trained or tuned on."""
    return [_of_row(row, "exam") for row in read(folder)] if folder.is_dir() else []


def _of_row(row: Row, origin: str) -> Example:
    return Example(
        row.id, row.text, origin, row.level >= ASKS, row.level, row.category, row.prompt, row.history, row.file, frozenset(row.tags)
    )  # fmt: skip


def cases(path: Path = CASES) -> list[Example]:
    found = (_of_case(case) for case in yaml.safe_load(path.read_text("utf-8"))["cases"])
    return [example for example in found if example]


def _of_case(case: Mapping[str, Any]) -> Example | None:
    level = case.get("level")
    bound = case.get("at_least", case.get("at_most", level))
    if ("at_least" in case and bound < ASKS) or ("at_most" in case and bound >= ASKS):
        return None  # both an alarm and none would be right
    return Example(
        str(case["id"]), str(case["say"]), "cases", bound >= ASKS, level, str(case.get("category", "")), case.get("prompt"),
        tuple(case.get("history", ())), "cases", frozenset({str(case.get("why", ""))}),
    )  # fmt: skip
