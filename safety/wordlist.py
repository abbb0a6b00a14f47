"""Makes safety/words.txt: ordinary words of our own texts, which the speller leaves alone.

    python -m safety.wordlist clinical/**/*.yml corpus/*.jsonl > safety/words.txt

Without it "homeless" would be mended to "hopeless". Of a labelled corpus only harmless lines count, and only words said more
than once, so that misspelt risk words stay mendable.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from safety.fold import fold

OFTEN = 2
_WORD = re.compile(r"[a-z]{3,20}")


def words_of(path: Path) -> Iterable[str]:
    """Plain text and YAML whole; of JSON lines the texts labelled 0 or 1."""
    text = path.read_text("utf-8")
    if path.suffix == ".jsonl":
        rows = [json.loads(line) for line in text.splitlines() if line.strip()]
        text = "\n".join(str(row["text"]) for row in rows if row.get("level", 5) <= 1)
    return _WORD.findall(fold(text)[0].replace("'", ""))


def ordinary(paths: Iterable[Path], often: int = OFTEN) -> list[str]:
    counted: Counter[str] = Counter()
    for path in paths:
        counted.update(words_of(path))
    return sorted(word for word, times in counted.items() if times >= often)


if __name__ == "__main__":
    sys.stdout.write("\n".join(ordinary(map(Path, sys.argv[1:]))) + "\n")
