"""What the tests need from the operating system: Chromium and PostgreSQL. Installed by apt when we may, else explained."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from launch.errors import LaunchError
from launch.places import Places
from launch.postgres import postgres_binaries
from launch.progress import run_step

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def find_chromium(environ: Mapping[str, str]) -> Path | None:
    """$CHROMIUM, else one on PATH."""
    named = environ.get("CHROMIUM", "").strip()
    found = [named] if named else [shutil.which(name, path=environ.get("PATH")) or "" for name in _BROWSERS]
    return next((Path(path) for path in found if path and os.access(path, os.X_OK)), None)


def ensure_chromium(here: Places, environ: Mapping[str, str]) -> Path:
    if find_chromium(environ) is None:
        _install(here, environ, "chromium", "The browser tests need Chromium", "or name one you have: CHROMIUM=/path/to/it")
    found = find_chromium(environ)
    if found is None:
        raise LaunchError("Chromium was installed and still cannot be found. Set CHROMIUM=/path/to/it.")
    return found


def ensure_postgres(here: Places, environ: Mapping[str, str]) -> None:
    if postgres_binaries() is None:
        _install(here, environ, "postgresql", "The tests on PostgreSQL need its programs", "")


def _install(here: Places, environ: Mapping[str, str], package: str, why: str, otherwise: str) -> None:
    """As root, by apt; nobody else's machine is changed."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        remedy = f"Install it, for example with: sudo apt-get install {package}"
        raise LaunchError(f"{why}, and there is none on this machine.", remedy="\n".join(filter(None, [remedy, otherwise])))
    env = {**environ, "DEBIAN_FRONTEND": "noninteractive"}
    log = here.tools / "setup.log"
    run_step("Refreshing the list of Debian packages", ["apt-get", "update", "-q"], log=log, env=env, cwd=here.root)
    install = ["apt-get", "install", "-q", "-y", "--no-install-recommends", package]
    run_step(f"Installing {package}", install, log=log, env=env, cwd=here.root)
