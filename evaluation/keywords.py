"""What most open projects ship as their crisis detection: a list of words. Ours to compare with, and meant to be a good one of its kind."""

from __future__ import annotations

import re

WORDS = (
    "suicide", "suicidal", "kill myself", "killing myself", "end my life", "ending my life", "want to die", "wanna die",
    "take my own life", "end it all", "better off dead", "no reason to live", "hurt myself", "harm myself", "self-harm",
    "cut myself", "overdose", "don't want to live", "kms", "quiero morir",
)  # fmt: skip
HEARD = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, WORDS)) + r")(?!\w)")


def alarms(text: str) -> bool:
    return bool(HEARD.search(text.lower().replace("’", "'")))
