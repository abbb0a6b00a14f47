"""The network itself, opened when the first message comes and kept. One thread: the gateway's other work needs the rest."""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safety.assessment import CATEGORIES
from safety.model.encoding import encode
from safety.model.plain import plain

if TYPE_CHECKING:
    from tokenizers import Tokenizer

DATA = Path(__file__).parent / "data"
LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reading:
    """How likely the words are at least level 1, 2, … 5, and of each category."""

    levels: tuple[float, ...]
    categories: tuple[float, ...]

    @property
    def category(self) -> str:
        """The likeliest kind of risk, `none` left out."""
        return max(CATEGORIES[1:], key=lambda name: self.categories[CATEGORIES.index(name)])


class Network:
    """An ONNX session and its tokenizer."""

    def __init__(self, session: Any, tokenizer: Tokenizer) -> None:
        self.session, self.tokenizer = session, tokenizer

    def read(self, text: str, asked: str = "") -> Reading:
        """One piece at a time: in a batch, the eight-bit scales of one would colour the others."""
        import numpy as np

        tokens = encode(self.tokenizer, plain(text), asked)
        ids, kinds = np.array([tokens.ids], dtype=np.int64), np.array([tokens.kinds], dtype=np.int64)
        levels, categories = self.session.run(None, {"ids": ids, "mask": np.ones_like(ids), "kinds": kinds})
        return Reading(tuple(_chance(float(x)) for x in levels[0]), tuple(float(x) for x in categories[0]))


def _chance(score: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score))))


@lru_cache(maxsize=2)
def load(folder: Path = DATA) -> Network | None:
    """None when the file is missing or broken: the screen goes on with its other layers and says so."""
    try:
        return _open(folder)
    except Exception as error:  # noqa: BLE001 - whatever keeps the network from opening, the screen must not stop
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
    return Network(session, tokenizer)
