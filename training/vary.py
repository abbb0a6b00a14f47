"""Variations made while training: hurried spelling, a sentence buried among others, a question or a past that changes nothing."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace

from training.rows import Row

SHORT = {
    "you": "u", "are": "r", "because": "bc", "please": "pls", "don't": "dont", "can't": "cant", "i'm": "im", "to": "2",
    "for": "4", "about": "abt", "going to": "gonna", "want to": "wanna", "people": "ppl", "know": "kno", "really": "rly",
    "tonight": "tn", "tomorrow": "tmrw", "nothing": "nothin", "though": "tho", "right now": "rn", "with": "w",
    "que": "q", "porque": "xq", "por": "x", "también": "tmb", "estoy": "toy", "quiero": "kiero",
}  # fmt: skip
OPENERS = (
    "How are you feeling today?", "What is on your mind?", "How has your week been?", "Anything else you want to share?",
    "What did you notice since your session?", "How did you sleep?", "How are things going?", "¿Cómo te sientes hoy?",
    "What would you like to talk about?", "Tell me more.", "How was your day?", "What came up for you?",
)  # fmt: skip


class Varied:
    """Draws another set of rows for each round, from one seed."""

    def __init__(self, rows: Sequence[Row], seed: int) -> None:
        self.rows, self.chance = list(rows), random.Random(seed)  # noqa: S311
        bare = [row for row in rows if not row.prompt and not row.history]
        self.calm = [row for row in bare if row.level == 0 and 3 <= len(row.text.split()) <= 40]
        self.risky = [row for row in bare if row.level >= 2 and 4 <= len(row.text.split()) <= 40]
        self.near = [row for row in bare if row.level <= 1 and any(tag.startswith("pair:") for tag in row.tags)]

    def round(self, buried: float = 0.07) -> list[Row]:
        count = int(len(self.rows) * buried)
        rows = [self._touched(row) for row in self.rows]
        rows += [self._among(self.chance.choice(self.risky)) for _ in range(count)]
        rows += [self._among(self.chance.choice(self.near if n % 2 else self.calm)) for n in range(count)]
        self.chance.shuffle(rows)
        return rows

    def _among(self, row: Row) -> Row:
        others = [r.text for r in self.chance.sample(self.calm, self.chance.randint(1, 3))]
        others.insert(self.chance.randint(0, len(others)), row.text)
        return replace(row, text=" ".join(_ended(said) for said in others))

    def _touched(self, row: Row) -> Row:
        draw = self.chance.random()
        if draw < 0.22:
            row = replace(row, text=self.hurried(row.text))
        if not row.prompt and not row.history:
            draw = self.chance.random()
            if draw < 0.08:
                return replace(row, prompt=self.chance.choice(OPENERS))
            if draw < 0.14:
                return replace(row, history=tuple(r.text for r in self.chance.sample(self.calm, self.chance.randint(1, 2))))
        return row

    def hurried(self, text: str) -> str:
        if self.chance.random() < 0.5:
            text = re.sub(r"[.,;:!'’]", "", text)
        words = [self._word(word) for word in text.split()]
        return " ".join(words)

    def _word(self, word: str) -> str:
        draw = self.chance.random()
        if draw < 0.3 and word.lower() in SHORT:
            return SHORT[word.lower()]
        if draw > 0.94 and len(word) > 4:
            n = self.chance.randint(1, len(word) - 2)
            return self.chance.choice((word[:n] + word[n + 1] + word[n] + word[n + 2 :], word[:n] + word[n + 1 :]))
        return word


def _ended(text: str) -> str:
    return text if text.rstrip()[-1:] in ".!?…" else text.rstrip() + "."
