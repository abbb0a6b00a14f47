"""`make lock`: writes both requirements.lock files anew from pyproject.toml. The files name hashes, never a registry."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from launch.places import Places, places
from launch.progress import run_step, say
from launch.pythons import OURS, RASA, Wanted, find_python
from launch.setup import ensure_setup
from launch.uv import ensure_uv, uv_environ

_OPTIONS = (
    "--generate-hashes", "--no-header", "--no-emit-index-url", "--no-emit-find-links",
    "--python-platform", "x86_64-manylinux_2_28",
)  # fmt: skip


def lock(environ: Mapping[str, str]) -> int:
    """Keeps what is locked where it still fits; `UPGRADE=1 make lock` takes the newest instead. Then installs both."""
    here = places(environ)
    root = here.root
    _compile(here, environ, OURS, root / "pyproject.toml", root / "requirements.lock", ["--group", root / "pyproject.toml:dev"])
    _compile(here, environ, RASA, root / "bot" / "pyproject.toml", root / "bot" / "requirements.lock", [])
    ensure_setup(here, environ)
    say("Both locks are up to date and installed. Commit them together with pyproject.toml.")
    return 0


def _compile(
    here: Places, environ: Mapping[str, str], wanted: Wanted, source: Path, target: Path, more: Sequence[object]
) -> None:
    python = find_python(wanted, environ)
    uv = ensure_uv(here, python, environ)
    upgrade = ["--upgrade"] if environ.get("UPGRADE", "").strip() == "1" else []
    draft = here.tools / f"{wanted.whom}.lock"
    if target.exists():
        draft.write_bytes(target.read_bytes())  # uv prefers the versions it finds in its output file
    options = [*_OPTIONS, "--python", python, "--python-version", wanted.versions[0], *upgrade, *more]
    run_step(
        f"Locking {wanted.whom}", [uv, "pip", "compile", "--quiet", *options, source, "-o", draft],
        log=here.tools / "setup.log", env=uv_environ(environ), cwd=source.parent,
    )  # fmt: skip
    os.replace(draft, target)
