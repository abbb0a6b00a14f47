"""Turns hand-written lists of messages into corpus lines: `python -m training.gather list.txt > training/corpus/list.jsonl`.

A list is short to write: `@ voice` opens a voice, each line below it is a level, a category (none when left out) and the words.
`{a question} 2S this life` gives the question that was asked, `said before // said then // 3S and now this` what came before.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from training.rows import CATEGORIES

LINE = re.compile(r"(?:\{(?P<prompt>[^}]+)\} )?(?P<level>[0-5])(?P<category>[A-Z]{0,2}) (?P<text>\S.*)")


def gather(name: str, lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    voice, number = "", 0
    for line in filter(None, map(str.strip, lines)):
        if line.startswith("@ "):
            voice = line[2:]
            continue
        *before, said = line.split(" // ")
        number += 1
        yield {
            "id": f"{name}-{number:04d}",
            **_row(said, line),
            **({"history": before} if before else {}),
            "voice": voice,
            "tags": [],
        }


def _row(said: str, line: str) -> dict[str, Any]:
    found = LINE.fullmatch(said)
    if not found:
        raise ValueError(f"not a message line: {line}")
    category = found["category"] or "none"
    if category not in CATEGORIES:
        raise ValueError(f"unknown category in: {line}")
    row = {"text": found["text"], "level": int(found["level"]), "category": category, "channel": "web"}
    return {**row, "prompt": found["prompt"]} if found["prompt"] else row


if __name__ == "__main__":
    source = Path(sys.argv[1])
    for row in gather(source.stem, source.read_text("utf-8").splitlines()):
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
