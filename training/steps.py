"""The steps of training: learn, write the files, measure them. Needs the trainer's environment (torch)."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import torch

from safety.model.network import DATA, load
from training.encoders import ENCODERS, Encoder
from training.export import export
from training.learn import fine_tune
from training.measure import report
from training.network import Network
from training.rows import read, share

HERE = Path(__file__).parent


def main() -> int:
    options = _options()
    torch.set_num_threads(options.threads)
    torch.use_deterministic_algorithms(True)
    names = [options.only] if options.only else list(ENCODERS)
    for step in [options.step] if options.step else ["train", "export", "measure"]:
        if step == "measure":
            measure()
        for name in names if step != "measure" else ():
            encoder = ENCODERS[name]()
            train(name, encoder, options.rounds or encoder.rounds, options.seed) if step == "train" else finish(name, encoder)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training", description="Trains the two networks of the safety screen.")
    parser.add_argument("step", nargs="?", choices=["train", "export", "measure"], help="one step only")
    parser.add_argument("--only", choices=list(ENCODERS), help="one network only")
    parser.add_argument("--rounds", type=int, help="times the corpus is read; each network has its own number")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1, help="cores to use; the figures are made with one")
    return parser.parse_args()


def train(name: str, encoder: Encoder, rounds: int, seed: int) -> None:
    torch.manual_seed(seed)
    rows = [row for row in read() if share(row) == "train"]
    sys.stdout.write(f"the {name} network: {len(rows)} messages, {rounds} rounds\n")
    network = fine_tune(encoder, rows, rounds=rounds, seed=seed)
    torch.save({"weights": network.state_dict(), "tokenizer": encoder.tokenizer.to_str()}, _trained(name))


def finish(name: str, encoder: Encoder) -> None:
    """Written with the vocabulary it was trained with: the words of clinical/ and corpus/ may have changed since."""
    trained = torch.load(_trained(name), weights_only=True)
    network = Network(pieces=len(trained["weights"]["words.weight"]), depth=len(encoder.network.blocks))
    network.load_state_dict(trained["weights"])
    folder = DATA / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tokenizer.json").write_text(trained["tokenizer"], "utf-8")
    encoder.marks.write(folder / "marks.json")
    export(network.eval(), folder / "model.onnx")


def measure() -> None:
    load.cache_clear()
    readers = load()
    if readers is None:
        sys.exit("There are no trained files in safety/model/data: run `python -m training export` first.")
    sys.stdout.write(json.dumps(report(readers, read()), indent=1) + "\n")


def _trained(name: str) -> Path:
    return HERE / f"trained-{name}.pt"
