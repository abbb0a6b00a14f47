"""The labelled messages: reading them, and dividing them so that no voice or pair is on both sides."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"
CATEGORIES = ("none", "S", "N", "V", "A", "AC", "P", "E", "U", "D", "T", "H", "Q")
SHARED_VOICE = 24  # a voice on more rows than this ("woman 30s") names no one person


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled message. `group` is what must stay on one side of a division."""

    id: str
    text: str
    level: int
    category: str
    prompt: str | None = None
    history: tuple[str, ...] = ()
    voice: str = ""
    tags: tuple[str, ...] = ()
    file: str = ""
    group: str = field(default="", compare=False)


def read(folder: Path = CORPUS) -> list[Row]:
    rows = [row for path in sorted(folder.glob("*.jsonl")) for row in _file(path)]
    return grouped(rows)


def _file(path: Path) -> Iterable[Row]:
    for line in path.read_text("utf-8").splitlines():
        raw = json.loads(line)
        yield Row(
            str(raw["id"]), str(raw["text"]), int(raw["level"]), str(raw["category"]), raw.get("prompt"),
            tuple(said if isinstance(said, str) else str(said["text"]) for said in raw.get("history") or ()),
            str(raw.get("voice", "")), tuple(raw.get("tags", ())), path.stem,
        )  # fmt: skip


def grouped(rows: Sequence[Row]) -> list[Row]:
    """Rows that share a pair, a voice or their words belong together."""
    common = Counter((row.file, row.voice) for row in rows)
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        while parent.setdefault(key, key) != key:
            key = parent[key]
        return key

    for row in rows:
        for key in _ties(row, common[row.file, row.voice]):
            parent[root(key)] = root(row.id)
    return [_with_group(row, root(row.id)) for row in rows]


def _ties(row: Row, sharing: int) -> list[str]:
    ties = [f"{row.file}|{tag}" for tag in row.tags if tag.startswith("pair:")]
    if row.voice and sharing <= SHARED_VOICE:
        ties.append(f"{row.file}|{row.voice}")
    return [*ties, "text|" + " ".join(row.text.lower().split())[:80]] if len(row.text) > 25 else ties


def _with_group(row: Row, group: str) -> Row:
    return Row(
        row.id, row.text, row.level, row.category, row.prompt, row.history, row.voice, row.tags, row.file, group
    )  # fmt: skip


def share(row: Row) -> str:
    """train, tune or test, settled by the group's name: stays put when the corpus grows."""
    digit = hashlib.sha256(row.group.encode()).digest()[0]
    return "test" if digit < 32 else "tune" if digit < 58 else "train"
