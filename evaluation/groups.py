"""The kinds of message that the screen must tell apart, each measured for itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evaluation.examples import Example
from evaluation.figures import alarms, at_least, recall
from evaluation.hear import Heard

IMAGERY = {"group:kap_imagery", "kap_imagery", "kap", "kap-imagery", "imagery", "ego_death", "rebirth", "dissolve"}
TWINS = {"group:kap_twin", "peaceful-kap", "session-imagery", "kap-twin", "twin"}
REQUESTS = {"clinc150_sample", "humanebench"}


def _about(example: Example, tags: set[str], *words: str) -> bool:
    return bool(example.tags & tags) or (example.origin == "cases" and any(word in tag for tag in example.tags for word in words))


def imagery(example: Example) -> bool:
    return not example.risk and _about(example, IMAGERY, "kap_imagery", "§6.1")


def twin(example: Example) -> bool:
    """Risk in the words of the session: the 51 twins among ordinary talk, and what is marked as such elsewhere."""
    return example.risk and (example.file == "b_ordinary" or _about(example, TWINS | IMAGERY, "kap_positive", "§6.3"))


def ordinary(example: Example) -> bool:
    """Plain talk in treatment, and requests: nearly all that a clinic's patients will ever write."""
    plain = example.file.startswith("h_") or bool(example.tags & {"ordinary", "group:ordinary"})
    return not example.risk and (plain or example.origin in REQUESTS)


def hard(example: Example) -> bool:
    """Harmless and written to look like risk."""
    if example.risk or ordinary(example):
        return False
    named = "group:hard_negative" in example.tags
    near = any(tag.startswith(("pair:", "near", "innocent", "idiom", "denial", "hard")) for tag in example.tags)
    return named or imagery(example) or example.origin == "cases" or (near and example.origin != "exam")


GROUPS: Mapping[str, Callable[[Example], bool]] = {
    "images of the session": imagery,
    "their dangerous twins": twin,
    "hard negatives": hard,
    "ordinary talk and requests": ordinary,
    "Spanish and mixed": lambda e: e.spanish,
    "with the question that was asked": lambda e: e.prompt is not None,
    "with earlier messages": lambda e: bool(e.history),
    "80 words and more": lambda e: len(e.text.split()) >= 80,
    "five words and fewer": lambda e: len(e.text.split()) <= 5,
    "emergencies and intent (4 and 5)": lambda e: (e.level or 0) >= 4,
}


def by_group(heard: Sequence[Heard]) -> dict[str, dict[str, dict[str, Any]]]:
    found = {}
    for name, belongs in GROUPS.items():
        here = [h for h in heard if belongs(h.example)]
        found[name] = {
            "heard": recall(here).to_dict(), "alarms": alarms(here).to_dict(),
            "pages": alarms(here, at_least(3)).to_dict(), "graded 4": recall(here, at_least(4)).to_dict(),
        }  # fmt: skip
    return found
