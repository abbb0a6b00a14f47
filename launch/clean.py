"""`make clean`: takes away what `make` made and can make again. Never DATA_DIR: patients' records are in it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping

from launch.errors import LaunchError
from launch.locks import holder
from launch.places import places
from launch.progress import say, step

_MADE = (
    ".venv", "bot/.venv", "training/.venv", "evaluation/.venv", ".tools", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis",
    "test-results",
)  # fmt: skip


def clean(environ: Mapping[str, str]) -> int:
    here = places(environ)
    pid = holder(here.data)
    if pid is not None:
        raise LaunchError(f"Afterglow runs from here (process {pid}): stop it first (make stop).")
    with step("Removing environments, models and caches"):
        for name in _MADE:
            shutil.rmtree(here.root / name, ignore_errors=True)
        for folder in [p for p in here.root.rglob("__pycache__") if ".venv" not in p.parts]:
            shutil.rmtree(folder, ignore_errors=True)
    say(f"Clean. The data in {here.data} was not touched.")
    return 0
