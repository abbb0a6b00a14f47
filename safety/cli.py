"""The command line, also the measuring interface."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

from safety.assessment import Assessment, Turn
from safety.content import Clinical, load_clinical
from safety.errors import ContentError
from safety.explain import explain
from safety.screen import assess

HOME = Path(__file__).resolve().parent.parent / "clinical"


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    try:
        clinical = load_clinical(options.clinical)
    except ContentError as error:
        print(f"The clinical content cannot be used: {error}", file=sys.stderr)
        return 2
    if options.jsonl:
        return stream(sys.stdin, sys.stdout, clinical)
    text = options.text if options.text is not None else sys.stdin.read()
    history = tuple(Turn("patient", said) for said in options.history)
    found = assess(text, prompt=options.prompt, history=history, clinical=clinical)
    print(explain(text, found, colour=sys.stdout.isatty()))
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m safety", description="Reads a message as Afterglow's safety screen does.")
    parser.add_argument("text", nargs="?", help="the message; without it, standard input is read")
    parser.add_argument("--prompt", help="the question the patient is answering")
    parser.add_argument("--history", action="append", default=[], help="an earlier message of the patient; may be repeated")
    parser.add_argument("--jsonl", action="store_true", help="read {id, text, prompt?, history?} lines, write verdict lines")
    parser.add_argument("--clinical", type=Path, default=HOME, help="folder of clinical content")
    return parser.parse_args(arguments)


def stream(lines: TextIO, out: TextIO, clinical: Clinical) -> int:
    """A line that is no message gets an `error` and does not stop the rest; the exit code tells."""
    bad = 0
    for line in lines:
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            answer = verdict_line(row, assess_row(row, clinical))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            bad += 1
            answer = {"error": f"not a message line ({error}); write one object with a text on each line"}
        out.write(json.dumps(answer, ensure_ascii=True) + "\n")
    out.flush()
    return 1 if bad else 0


def assess_row(row: Mapping[str, Any], clinical: Clinical) -> Assessment:
    return assess(str(row["text"]), prompt=row.get("prompt"), history=turns(row.get("history")), clinical=clinical)


def turns(history: Any) -> tuple[Turn, ...]:
    """History may be plain texts (the patient's) or {author, text} objects."""
    return tuple(
        Turn("patient", said) if isinstance(said, str) else Turn(_author(said), str(said.get("text", ""))) for said in history or ()
    )


def _author(said: Mapping[str, Any]) -> Any:
    author = said.get("author", said.get("role", "patient"))
    return "patient" if author in ("patient", "user") else "assistant"


def verdict_line(row: Mapping[str, Any], found: Assessment) -> dict[str, Any]:
    line = {
        "id": row.get("id"),
        "level": found.level,
        "category": found.category,
        "score": found.score,
        "findings": [f.to_dict() for f in found.findings],
    }
    return {**line, "unscreened": found.unscreened} if found.unscreened else line
