"""Talks to read aloud.

python -m safety.protocol                                             all of them
python -m safety.protocol "3S: i think about ending it" "yes" "!wait"  your own; level and category as the screen would say
python -m safety.protocol --into docs/protocol.md                      renew those in the document
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from safety.content import Clinical, load_clinical
from safety.protocol.lint import CLINICAL
from safety.protocol.talk import talk, written
from safety.protocol.talks import TALKS

MARK = "<!-- From here on written by `python -m safety.protocol --into docs/protocol.md` -->"


def main(arguments: list[str]) -> int:
    clinical = load_clinical(CLINICAL)
    if arguments[:1] == ["--into"]:
        _renew(Path(arguments[1]), clinical)
    elif arguments:
        print("\n".join(written(talk(arguments, clinical))))
    else:
        print("\n".join(all_talks(clinical)))
    return 0


def all_talks(clinical: Clinical) -> Iterator[str]:
    for one in TALKS:
        yield f"### {one.title}\n\n```text"
        yield from written(talk(one.turns, clinical, one.facts))
        yield "```\n"


def _renew(page: Path, clinical: Clinical) -> None:
    own_words, _, _ = page.read_text("utf-8").partition(MARK)
    page.write_text(own_words + MARK + "\n\n" + "\n".join(all_talks(clinical)), "utf-8")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
