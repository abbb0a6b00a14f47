"""A multilingual vocabulary of 250,000 pieces, cut down to those that English and Spanish use: 96 million weights become 9."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer
from wordfreq import top_n_list

from safety.model.plain import plain
from training.rows import read

ROOT = Path(__file__).resolve().parent.parent
SPECIAL = 4  # start, nothing, end, unknown: the first pieces
COMMON = {"en": 40_000, "es": 30_000}  # words a language's everyday use is covered by


@dataclass(frozen=True, slots=True)
class Kept:
    tokenizer: str
    old_ids: list[int]


def kept(source: Path) -> Kept:
    """The tokenizer with its kept pieces renumbered, and the number that each of them had."""
    raw = json.loads(source.read_text("utf-8"))
    used = _used(Tokenizer.from_str(json.dumps(raw)), _texts())
    vocabulary = raw["model"]["vocab"]
    used |= {number for number, (piece, _) in enumerate(vocabulary) if _short(piece)}
    old_ids = [*range(SPECIAL), *sorted(number for number in used if SPECIAL <= number < len(vocabulary) - 1)]
    raw["model"]["vocab"] = [vocabulary[number] for number in old_ids]
    raw["added_tokens"] = [token for token in raw["added_tokens"] if token["id"] < SPECIAL]
    return Kept(json.dumps(raw, ensure_ascii=False), old_ids)


def _texts() -> Iterator[str]:
    for row in read():
        yield from (plain(row.text), plain(row.prompt or ""))
    for path in sorted((ROOT / "clinical").rglob("*.yml")):
        yield path.read_text("utf-8")
    for language, number in COMMON.items():
        yield from top_n_list(language, number)


def _used(tokenizer: Any, texts: Iterable[str]) -> set[int]:
    return {number for text in texts for number in tokenizer.encode(text.lower(), add_special_tokens=False).ids}


def _short(piece: str) -> bool:
    """Single Latin characters and signs, and all short runs of plain letters: any misspelling can be put together from them."""
    bare = piece.replace("▁", "")
    if len(bare) <= 1:
        return all(ord(c) < 0x250 or 0x2010 <= ord(c) < 0x2070 for c in bare)
    return len(bare) <= 3 and bare.isascii() and bare.isalpha() and bare.islower()
