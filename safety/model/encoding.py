"""Tokens of one reading: its context as the second kind of segment, the words themselves as the first."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tokenizers import Tokenizer

LONGEST = 96
CONTEXT = 40


@dataclass(frozen=True, slots=True)
class Marks:
    """What a network's tokenizer calls the start, the end and nothing; `lower` when it was taught in small letters only."""

    start: int = 101
    end: int = 102
    nothing: int = 0
    lower: bool = False

    @classmethod
    def read(cls, path: Path) -> Marks:
        return cls(**json.loads(path.read_text("utf-8")))

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self)) + "\n", "utf-8")


BERT = Marks()


@dataclass(frozen=True, slots=True)
class Tokens:
    """`kinds` tells context (1) from the words being judged (0)."""

    ids: list[int]
    kinds: list[int]


def encode(tokenizer: Tokenizer, text: str, asked: str = "", marks: Marks = BERT) -> Tokens:
    """Of a context that is too long the end stays, of a text the beginning (long ones are read in windows)."""
    before = _ids(tokenizer, asked, marks)[-CONTEXT:] if asked else []
    lead = [marks.start, *before, marks.end] if before else [marks.start]
    said = _ids(tokenizer, text, marks)[: LONGEST - len(lead) - 1]
    return Tokens([*lead, *said, marks.end], [1] * len(lead) + [0] * (len(said) + 1) if before else [0] * (len(said) + 2))


def _ids(tokenizer: Tokenizer, text: str, marks: Marks) -> list[int]:
    found: Any = tokenizer.encode(text.lower() if marks.lower else text, add_special_tokens=False).ids
    return list(found)


def padded(batch: Sequence[Tokens], nothing: int = 0) -> tuple[list[list[int]], list[list[int]], list[list[int]]]:
    """Ids, attention mask and kinds of several readings, as wide as the longest."""
    width = max(len(tokens.ids) for tokens in batch)
    ids = [t.ids + [nothing] * (width - len(t.ids)) for t in batch]
    mask = [[1] * len(t.ids) + [0] * (width - len(t.ids)) for t in batch]
    kinds = [t.kinds + [0] * (width - len(t.kinds)) for t in batch]
    return ids, mask, kinds
