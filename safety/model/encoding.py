"""Tokens of one reading: its context as the second kind of segment, the words themselves as the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tokenizers import Tokenizer

CLS, SEP, PAD = 101, 102, 0
LONGEST = 96
CONTEXT = 40


@dataclass(frozen=True, slots=True)
class Tokens:
    """`kinds` tells context (1) from the words being judged (0)."""

    ids: list[int]
    kinds: list[int]


def encode(tokenizer: Tokenizer, text: str, asked: str = "") -> Tokens:
    """Of a context that is too long the end stays, of a text the beginning (long ones are read in windows)."""
    before = _ids(tokenizer, asked)[-CONTEXT:] if asked else []
    lead = [CLS, *before, SEP] if before else [CLS]
    said = _ids(tokenizer, text)[: LONGEST - len(lead) - 1]
    return Tokens([*lead, *said, SEP], [1] * len(lead) + [0] * (len(said) + 1) if before else [0] * (len(said) + 2))


def _ids(tokenizer: Tokenizer, text: str) -> list[int]:
    found: Any = tokenizer.encode(text, add_special_tokens=False).ids
    return list(found)


def padded(batch: Sequence[Tokens]) -> tuple[list[list[int]], list[list[int]], list[list[int]]]:
    """Ids, attention mask and kinds of several readings, as wide as the longest."""
    width = max(len(tokens.ids) for tokens in batch)
    ids = [t.ids + [PAD] * (width - len(t.ids)) for t in batch]
    mask = [[1] * len(t.ids) + [0] * (width - len(t.ids)) for t in batch]
    kinds = [t.kinds + [0] * (width - len(t.kinds)) for t in batch]
    return ids, mask, kinds
