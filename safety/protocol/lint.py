"""`python -m safety.protocol.lint`: what clinicians wrote, held against what the protocol promises (CRISIS.md §1, §11)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from safety.content import Clinical, load_clinical
from safety.errors import ContentError
from safety.protocol.content import FILE, protocol_of
from safety.protocol.lint_flow import flow_problems
from safety.protocol.lint_places import place_problems
from safety.protocol.lint_words import word_problems

CLINICAL = Path(__file__).resolve().parents[2] / "clinical"


def problems(clinical: Clinical) -> Iterator[ContentError]:
    """Every promise that text can break, each as a sentence with its remedy."""
    try:
        protocol = protocol_of(clinical)
    except ContentError as broken:
        yield broken
        return
    except (AttributeError, KeyError, TypeError, ValueError) as broken:
        yield ContentError(FILE, "-", f"a part has the wrong shape ({broken!r})", "compare with the entries beside it")
        return
    yield from flow_problems(protocol)
    yield from word_problems(protocol)
    yield from place_problems(clinical.resources, protocol)


def main(arguments: list[str] | None = None) -> int:
    folder = Path(arguments[0]) if arguments else CLINICAL
    try:
        clinical = load_clinical(folder)
    except ContentError as broken:
        found: list[ContentError] = [broken]
    else:
        found = list(problems(clinical))
    for problem in found:
        sys.stdout.write(f"{problem}\n")
    sys.stdout.write(f"{len(found)} to mend in the crisis protocol.\n" if found else "The crisis protocol reads well.\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
