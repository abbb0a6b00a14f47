"""Coverage-guided fuzzing of the screen's own code (phrases, context, question, conversation): no crash, nothing slow.

Not a test that pytest collects: it looks until it is stopped. Needs atheris beside the requirements (docs/safety.md):

    python -m tests.safety.fuzz_atheris -max_total_time=180 -rss_limit_mb=2048
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import atheris  # type: ignore[import-not-found]  # only in the fuzzing environment

with atheris.instrument_imports(include=["safety"]):
    from safety.assessment import CATEGORIES, Turn
    from safety.content import load_clinical
    from safety.layers import written
    from safety.screen import assess

CLINICAL = load_clinical(Path(__file__).resolve().parents[2] / "clinical")
WORDS = sorted({word for phrase in CLINICAL.phrases.phrases.values() for text in (*phrase.fires, *phrase.quiet) for word in text.split()})
SECONDS_PER_1000 = 0.05 * 4  # the instrumented code is slower than the real one
SHORTEST = 1000


def said(given: atheris.FuzzedDataProvider, most: int) -> str:
    """Words that the phrases know, with anything at all between them."""
    pieces = []
    for _ in range(given.ConsumeIntInRange(0, most)):
        pieces.append(WORDS[given.ConsumeIntInRange(0, len(WORDS) - 1)] if given.ConsumeIntInRange(0, 3) else given.ConsumeUnicode(6))
    return " ".join(pieces)


def one(data: bytes) -> None:
    given = atheris.FuzzedDataProvider(data)
    prompt = said(given, 8) if given.ConsumeBool() else None
    history = [Turn("patient" if given.ConsumeBool() else "assistant", said(given, 12)) for _ in range(given.ConsumeIntInRange(0, 3))]
    text = said(given, 60) + given.ConsumeUnicode(given.remaining_bytes())
    began = time.thread_time()
    found = assess(text, prompt=prompt, history=history, clinical=CLINICAL, layers=written())
    taken = time.thread_time() - began
    assert found.unscreened is None, found.unscreened
    assert found.category in CATEGORIES
    assert all(f.layer == "history" or text[f.start : f.end] == f.text for f in found.findings)
    length = len(text) + sum(len(turn.text) for turn in history)
    assert taken <= SECONDS_PER_1000 * max(length, SHORTEST) / 1000, f"{taken:.3f} s for {length} characters"


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
