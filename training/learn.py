"""Fine-tuning: a few rounds over the varied rows, on one core, from one seed."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from safety.model.encoding import Tokens, encode, padded
from safety.model.plain import context, plain
from training.encoders import Encoder
from training.network import Network
from training.rows import CATEGORIES, Row
from training.vary import Varied

WEIGHTS = torch.tensor([0.5, 1.5, 1.5, 1.0, 1.0])  # one for each of "at least level 1 … 5"
Batch = tuple[Tensor, Tensor, Tensor]


def tokens_of(encoder: Encoder, row: Row) -> Tokens:
    return encode(encoder.tokenizer, plain(row.text), context(row.prompt, row.history), encoder.marks)


def tensors(batch: Sequence[Tokens], nothing: int) -> Batch:
    ids, mask, kinds = padded(batch, nothing)
    return torch.tensor(ids), torch.tensor(mask), torch.tensor(kinds)


def batches(encoder: Encoder, rows: Sequence[Row], size: int, chance: random.Random) -> list[tuple[Batch, Tensor, Tensor]]:
    """Rows of like length together, the batches in any order."""
    coded = [(tokens_of(encoder, row), row) for row in rows]
    coded.sort(key=lambda pair: len(pair[0].ids) + chance.random() * 4)
    made = []
    for n in range(0, len(coded), size):
        part = coded[n : n + size]
        levels = torch.tensor([[float(row.level >= k) for k in range(1, 6)] for _, row in part])
        kinds = torch.tensor([CATEGORIES.index(row.category) for _, row in part])
        made.append((tensors([t for t, _ in part], encoder.marks.nothing), levels, kinds))
    chance.shuffle(made)
    return made


def fine_tune(encoder: Encoder, rows: Sequence[Row], *, rounds: int, seed: int, size: int = 32) -> Network:
    torch.manual_seed(seed)
    network = encoder.network
    chance, varied = random.Random(seed), Varied(rows, seed)  # noqa: S311
    optimiser = torch.optim.AdamW(_groups(network, encoder.rate), weight_decay=0.01)
    steps, done = 0, 0
    plan = [varied.round() for _ in range(rounds)]
    steps = sum(-(-len(rows) // size) for rows in plan)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda n: min((n + 1) / (0.1 * steps), (steps - n) / (0.9 * steps)))
    network.train()
    for number, part in enumerate(plan):
        began, total = time.monotonic(), 0.0
        made = batches(encoder, part, size, chance)
        for inputs, levels, kinds in made:
            with torch.autocast("cpu", dtype=torch.bfloat16):
                level_scores, kind_scores = network(*inputs)
            loss = loss_of(level_scores.float(), kind_scores.float(), levels, kinds)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            total, done = total + loss.item(), done + 1
        sys.stdout.write(f"round {number + 1}/{rounds}: loss {total / len(made):.4f}, {time.monotonic() - began:.0f} s\n")
        sys.stdout.flush()
    return network.eval()


def _groups(network: Network, rate: float) -> list[dict[str, object]]:
    heads = [p for name, p in network.named_parameters() if name.split(".")[0] in ("mix", "levels", "categories")]
    known = {id(p) for p in heads}
    return [{"params": [p for p in network.parameters() if id(p) not in known], "lr": rate}, {"params": heads, "lr": rate * 8}]


def loss_of(level_scores: Tensor, kind_scores: Tensor, levels: Tensor, kinds: Tensor) -> Tensor:
    each = functional.binary_cross_entropy_with_logits(level_scores, levels, reduction="none")
    return (each * WEIGHTS).mean() + 0.3 * functional.cross_entropy(kind_scores, kinds)

