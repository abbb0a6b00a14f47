"""The network: the layers of its encoder, the mean of the words' vectors, one head for levels and one for categories."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

WIDTH, HEADS, INNER, PLACES = 384, 12, 1536, 512
LEVELS, KINDS = 5, 13


class Block(nn.Module):
    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.query, self.key, self.value, self.out = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH, eps=1e-12), nn.LayerNorm(WIDTH, eps=1e-12)
        self.up, self.down = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.drop = nn.Dropout(dropout)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        batch, length, _ = x.shape

        def heads(y: Tensor) -> Tensor:
            return y.view(batch, length, HEADS, WIDTH // HEADS).transpose(1, 2)

        scores = heads(self.query(x)) @ heads(self.key(x)).transpose(-1, -2) / math.sqrt(WIDTH // HEADS) + bias
        seen = self.drop(functional.softmax(scores, dim=-1)) @ heads(self.value(x))
        x = self.norm1(x + self.drop(self.out(seen.transpose(1, 2).reshape(batch, length, WIDTH))))
        return self.norm2(x + self.drop(self.down(functional.gelu(self.up(x)))))


class Network(nn.Module):
    """`pieces` is the size of the vocabulary, `depth` the number of layers."""

    def __init__(self, pieces: int, depth: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.words, self.places = nn.Embedding(pieces, WIDTH), nn.Embedding(PLACES, WIDTH)
        self.kinds = nn.Embedding(2, WIDTH)
        self.norm, self.drop = nn.LayerNorm(WIDTH, eps=1e-12), nn.Dropout(dropout)
        self.blocks = nn.ModuleList(Block(dropout) for _ in range(depth))
        self.mix = nn.Linear(2 * WIDTH, WIDTH)
        self.levels, self.categories = nn.Linear(WIDTH, LEVELS), nn.Linear(WIDTH, KINDS)

    def forward(self, ids: Tensor, mask: Tensor, kinds: Tensor) -> tuple[Tensor, Tensor]:
        place = torch.arange(ids.shape[1], device=ids.device)
        x = self.drop(self.norm(self.words(ids) + self.places(place)[None] + self.kinds(kinds)))
        bias = (1.0 - mask[:, None, None, :].to(x.dtype)) * -1e4
        for block in self.blocks:
            x = block(x, bias)
        own = (mask * (1 - kinds))[..., None].to(x.dtype)
        pooled = (x * own).sum(1) / own.sum(1).clamp(min=1.0)
        h = self.drop(functional.gelu(self.mix(torch.cat([pooled, x[:, 0]], dim=-1))))
        return self.levels(h), self.categories(h)

