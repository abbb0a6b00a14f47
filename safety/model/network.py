"""The networks themselves, opened when the first message comes and kept. One thread: the gateway's other work needs the rest."""

from __future__ import annotations

import logging
import math
import threading
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safety.assessment import CATEGORIES
from safety.model.encoding import Marks, Tokens, encode
from safety.model.language import maybe_spanish
from safety.model.plain import plain

if TYPE_CHECKING:
    from tokenizers import Tokenizer

DATA = Path(__file__).parent / "data"
FIRST, SECOND = "first", "second"  # folders: a quick reader of English, a slower one of many languages
DOUBT = 0.1  # the second is asked when the first finds level 2 at least so likely; docs/safety-model.md has what that costs
LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reading:
    """How likely the words are at least level 1, 2, … 5, and of each category (as scores that only compare)."""

    levels: tuple[float, ...]
    categories: tuple[float, ...]

    @property
    def category(self) -> str:
        """The likeliest kind of risk, `none` left out."""
        return max(CATEGORIES[1:], key=lambda name: self.categories[CATEGORIES.index(name)])

    def beside(self, other: Reading) -> Reading:
        """What two readers find together: the mean of how sure they are, on the scale of odds."""
        levels = tuple(_chance((_odds(a) + _odds(b)) / 2) for a, b in zip(self.levels, other.levels, strict=True))
        return Reading(levels, tuple(a + b for a, b in zip(self.categories, other.categories, strict=True)))


@dataclass(frozen=True, slots=True)
class Network:
    """One ONNX session with its tokenizer."""

    session: Any
    tokenizer: Tokenizer
    marks: Marks
    last: threading.local = field(default_factory=threading.local, init=False, repr=False, compare=False)

    def read(self, text: str, asked: str = "") -> Reading:
        """The question alone, and the talk before it with the question, are often cut to the same: that is read once."""
        tokens = encode(self.tokenizer, text, asked, self.marks)
        if getattr(self.last, "tokens", None) != tokens:
            self.last.reading, self.last.tokens = self._judge(tokens), tokens
        reading: Reading = self.last.reading
        return reading

    def _judge(self, tokens: Tokens) -> Reading:
        """One piece at a time: in a batch, the eight-bit scales of one would colour the others."""
        import numpy as np

        ids, kinds = np.array([tokens.ids], dtype=np.int64), np.array([tokens.kinds], dtype=np.int64)
        levels, categories = self.session.run(None, {"ids": ids, "mask": np.ones_like(ids), "kinds": kinds})
        return Reading(tuple(_chance(float(x)) for x in levels[0]), tuple(_shares(categories[0].tolist())))


@dataclass(frozen=True, slots=True)
class Readers:
    """The first reads everything; where it has a doubt, or the words may be Spanish, the second reads too."""

    first: Network
    second: Network

    def read(self, text: str, asked: str = "") -> Reading:
        words = plain(text)
        if not any(map(str.isalnum, words)):
            return NOTHING_SAID
        quick = self.first.read(words, asked)
        if quick.levels[1] < DOUBT and not maybe_spanish(words):
            return quick
        return quick.beside(self.second.read(words, asked))


def _chance(score: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score))))


def _odds(chance: float) -> float:
    kept = min(max(chance, 1e-12), 1 - 1e-12)
    return math.log(kept / (1 - kept))


def _shares(scores: list[float]) -> list[float]:
    """Logarithms of the shares: those of two networks may be added."""
    top = max(scores)
    whole = top + math.log(sum(math.exp(x - top) for x in scores))
    return [x - whole for x in scores]


NOTHING_SAID = Reading((0.0,) * 5, tuple(0.0 if name == "none" else -30.0 for name in CATEGORIES))


@lru_cache(maxsize=2)
def load(folder: Path = DATA) -> Readers | None:
    """None when a file is missing or broken: the screen goes on with its other layers and says so."""
    try:
        return Readers(_open(folder / FIRST), _open(folder / SECOND))
    except Exception as error:  # noqa: BLE001 - whatever keeps the networks from opening, the screen must not stop
        LOG.error("the trained layer of the safety screen cannot be used (%s); phrases alone are screening", type(error).__name__)
        return None


def _open(folder: Path) -> Network:
    import onnxruntime  # type: ignore[import-untyped]  # it ships no types
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return Network(session, tokenizer, Marks.read(folder / "marks.json"))
