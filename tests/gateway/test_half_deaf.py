"""A screen that has lost its trained layer goes on with its phrases, and everybody who can do something about it is told."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.screening import half_deaf
from safety.content import load_clinical
from safety.model.network import load
from tests.gateway.house import House

ROOT = Path(__file__).resolve().parents[2]


def console_of(house: House) -> Any:
    return next(route.app for route in house.app.routes if getattr(route, "path", "") == "/console")


def number(house: House) -> str:
    lines = httpx.get(f"{house.url}/metrics", timeout=60).text.splitlines()
    return next(line for line in lines if line.startswith("afterglow_trained_layer_missing"))


def test_a_missing_trained_layer_is_told_to_supervisors_dashboards_and_the_console(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert httpx.get(f"{house.url}/readyz", timeout=60).json()["trained_layer"] is True
    assert number(house).endswith(" 0")
    assert not console_of(house).state.parts.half_deaf()
    (tmp_path / "first").mkdir()
    (tmp_path / "first" / "model.onnx").write_bytes(b"half of a file")
    monkeypatch.setattr("gateway.screening.load", partial(load, tmp_path))
    ready = httpx.get(f"{house.url}/readyz", timeout=60)
    assert (ready.status_code, ready.json()["trained_layer"]) == (200, False), "the phrases still screen: nobody is sent elsewhere"
    assert number(house).endswith(" 1")
    assert console_of(house).state.parts.half_deaf()


def test_a_clinic_that_has_switched_it_off_misses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clinical = load_clinical(ROOT / "clinical")
    monkeypatch.setattr("gateway.screening.load", partial(load, tmp_path))
    assert half_deaf(clinical)
    assert not half_deaf(replace(clinical, model={}))
