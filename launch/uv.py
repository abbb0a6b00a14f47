"""uv, which makes the environments: the one on PATH if it runs, else one of our own in .tools/uv."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from launch.errors import LaunchError
from launch.places import Places
from launch.progress import run_step

_OLDEST = (0, 5)
_PIP = "uv>=0.9,<1"


def ensure_uv(places: Places, python: Path, environ: Mapping[str, str]) -> Path:
    """A uv that runs; installed by pip with `python` when there is none."""
    own = places.tools / "uv" / "bin" / "uv"
    on_path = shutil.which("uv", path=environ.get("PATH"))
    for candidate in (own, Path(on_path) if on_path else None):
        if candidate and _runs(candidate):
            return candidate
    _install(places, python, environ)
    return own


def uv_environ(environ: Mapping[str, str]) -> dict[str, str]:
    """uv reads none of pip's settings; somebody who set a mirror or a certificate for pip means uv as well."""
    gone = ("VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH", "CONDA_PREFIX")
    env = {name: value for name, value in environ.items() if name not in gone}
    for ours, theirs in (("UV_DEFAULT_INDEX", "PIP_INDEX_URL"), ("SSL_CERT_FILE", "PIP_CERT")):
        if environ.get(theirs) and not environ.get(ours):
            env[ours] = environ[theirs]
    return {"UV_HTTP_TIMEOUT": "120", **env, "UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1"}


def _runs(uv: Path) -> bool:
    """Old ones lack what we use; a pyenv shim may be there and not run."""
    try:
        done = subprocess.run([uv, "--version"], capture_output=True, text=True, timeout=20, check=False)
        version = tuple(int(part) for part in done.stdout.split()[1].split(".")[:2])
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return False
    return done.returncode == 0 and version >= _OLDEST


def _install(places: Places, python: Path, environ: Mapping[str, str]) -> None:
    folder, log = places.tools / "uv", places.tools / "setup.log"
    if subprocess.run([python, "-I", "-c", "import venv, ensurepip"], capture_output=True, check=False).returncode:
        raise LaunchError(
            f"{python} cannot make environments: its venv module is missing.",
            remedy="Install it (Debian, Ubuntu: sudo apt-get install python3.12-venv), or install uv, then run this again.",
        )
    shutil.rmtree(folder, ignore_errors=True)
    env = uv_environ(environ)
    run_step("Making a place for uv", [python, "-I", "-m", "venv", folder], log=log, env=env, cwd=places.root)
    pip = [folder / "bin" / "python", "-I", "-m", "pip", "install", "--quiet", "--no-input", _PIP]
    run_step("Installing uv", pip, log=log, env={**environ, "PIP_NO_INPUT": "1"}, cwd=places.root)
