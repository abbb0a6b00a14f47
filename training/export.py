"""The trained network as a file the screen can run: ONNX, its weights in eight bits, the numbers it works with still floating."""

from __future__ import annotations

import tempfile
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from training.network import Network

NAMES = ["ids", "mask", "kinds"]


def export(network: Network, target: Path) -> None:
    """Writes `target`; what it weighs is a quarter of the trained network."""
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.onnx"
        _whole(network, whole)
        quantize_dynamic(whole, target, weight_type=QuantType.QInt8, per_channel=True)


def _whole(network: Network, path: Path) -> None:
    example = torch.ones(2, 8, dtype=torch.int64)
    axes = {name: {0: "messages", 1: "tokens"} for name in NAMES}
    torch.onnx.export(
        network.eval(), (example, example, torch.zeros_like(example)), str(path), input_names=NAMES,
        output_names=["levels", "categories"], dynamic_axes=axes, opset_version=17, dynamo=False,
    )  # fmt: skip
