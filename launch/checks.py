"""`make test`: everything CI runs. `make check`: the part of it that needs no services, for between two edits."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence

from launch import debian
from launch.errors import LaunchError
from launch.model import ensure_model
from launch.places import Places, places
from launch.processes import guarded
from launch.progress import say
from launch.setup import ensure_setup
from launch.unset import unset_settings

_SIDE_BY_SIDE = ("-n", "2", "--dist", "loadgroup")  # what starts Rasa stays together: tests/conftest.py
_STATIC = (("ruff", "check", "."), ("mypy",))


def test(environ: Mapping[str, str], arguments: Sequence[str]) -> int:
    """Set up what is missing, then ruff, mypy and pytest. pytest comes last and speaks last."""
    here = places(environ)
    ensure_setup(here, environ)
    chromium = debian.ensure_chromium(here, environ)
    debian.ensure_postgres(here, environ)
    model = ensure_model(here, environ)
    failed = _static(here, environ)
    if failed:
        say(f"! {' and '.join(failed)} found faults (above); pytest runs all the same, and `make test` will fail.\n")
    env = {**_quiet(environ), "CHROMIUM": str(chromium), "AFTERGLOW_MODELS": str(model.parent)}
    code = _run(here, ["pytest", *_SIDE_BY_SIDE, *arguments], env)
    return code or int(bool(failed))


def check(environ: Mapping[str, str], arguments: Sequence[str]) -> int:
    """ruff, mypy and the tests that start no Rasa and no browser."""
    here = places(environ)
    ensure_setup(here, environ)
    failed = _static(here, environ)
    code = _run(here, ["pytest", "-q", "tests/safety", "tests/programme", "tests/store", *arguments], _quiet(environ))
    return code or int(bool(failed))


def _static(here: Places, environ: Mapping[str, str]) -> list[str]:
    return [argv[0] for argv in _STATIC if _run(here, list(argv), _quiet(environ))]


def _run(here: Places, argv: Sequence[str], env: Mapping[str, str]) -> int:
    began = time.monotonic()
    say(f"\n── {' '.join(argv)}")
    code = subprocess.run(guarded([str(here.main_python), "-m", *argv]), cwd=here.root, env=dict(env), check=False).returncode
    if argv[0] != "pytest":
        say(f"   {'fine' if code == 0 else 'FAULTS'} ({time.monotonic() - began:.0f} s)")
    if code < 0:
        raise LaunchError(f"{argv[0]} was killed by signal {-code}.")
    return code


def _quiet(environ: Mapping[str, str]) -> dict[str, str]:
    """Without any setting: tests bring their own (tests/conftest.py holds it too, for pytest called by hand)."""
    return {**os.environ, **unset_settings(), "PYTHONUNBUFFERED": "1", "RASA_TELEMETRY_ENABLED": "false"}
