"""Makes what is missing: uv, the main environment, Rasa's environment. A second time it only looks."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from launch.errors import LaunchError, StepFailed
from launch.hashing import content_hash
from launch.locks import one_at_a_time
from launch.places import Places
from launch.progress import run_step, say
from launch.pythons import OURS, RASA, Wanted, find_python
from launch.uv import ensure_uv, uv_environ

_STAMP = "afterglow.json"
_CHECK_MAIN = (
    "import alembic, argon2, cryptography, dotenv, fastapi, httpx, jinja2, multipart, numpy, onnxruntime, phonenumbers, "
    "psycopg, rasa_sdk, spacy, sqlalchemy, tokenizers, twilio, uvicorn, yaml, pytest, hypothesis, mypy, playwright, ruff"
)
_CHECK_BOT = "import tensorflow, keras, gast, h5py, sklearn, tokenizers, safetensors.numpy, rasa.core.agent, rasa.__main__"


@dataclass(frozen=True)
class Env:
    """One of the two environments: made from `lock` and nothing else."""

    title: str
    folder: Path
    lock: Path
    wanted: Wanted
    check: str

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"


def environments(places: Places) -> tuple[Env, Env]:
    """Rasa's is the larger one and comes second: when something is wrong with this machine, the first tells sooner."""
    main = Env("Afterglow's environment", places.main_env, places.root / "requirements.lock", OURS, _CHECK_MAIN)
    bot = Env("Rasa's environment", places.bot_env, places.root / "bot" / "requirements.lock", RASA, _CHECK_BOT)
    return main, bot


def ensure_setup(places: Places, environ: Mapping[str, str]) -> None:
    """Both environments as their locks say. Instant when nothing changed."""
    missing = [env for env in environments(places) if not is_whole(places, env)]
    if not missing:
        return
    _fit_machine()
    with one_at_a_time(places.tools / "setup.lock", "setting up the environments"):
        pythons = {env: find_python(env.wanted, environ) for env in missing}  # before the first download
        for env, python in pythons.items():
            if not is_whole(places, env):
                _make(places, env, python, environ)


def is_whole(places: Places, env: Env) -> bool:
    """Made from today's lock, its Python is still there, and no package was lost since."""
    try:
        stamp = json.loads((env.folder / _STAMP).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    known = stamp.get("hash") == _hash(places, env) and os.access(env.python, os.X_OK)
    return known and set(stamp.get("packages", ["?"])) <= set(_packages(env))


def _fit_machine() -> None:
    if platform.system() != "Linux" or platform.machine() not in ("x86_64", "AMD64"):
        raise LaunchError(
            f"Rasa's locked environment is for Linux on x86-64, and this is {platform.system()} on {platform.machine()}.",
            remedy="Run Afterglow in a container or a virtual machine of that kind.",
        )


def _make(places: Places, env: Env, python: Path, environ: Mapping[str, str]) -> None:
    """What is there is mended if it can be, else made anew; the stamp comes last."""
    (env.folder / _STAMP).unlink(missing_ok=True)
    uv = ensure_uv(places, python, environ)
    if _runs(env):
        try:
            _fill(places, env, uv, environ)
        except StepFailed:
            say(f"{env.title} could not be mended: making it anew.")
        else:
            return
    _remove(env.folder)
    step = [uv, "venv", "--no-project", "--python", python, env.folder]
    run_step(f"Making {env.title}", step, log=_log(places), env=uv_environ(environ), cwd=places.root)
    _fill(places, env, uv, environ)


def _fill(places: Places, env: Env, uv: Path, environ: Mapping[str, str]) -> None:
    options = ["--python", env.python, "--require-hashes", "--compile-bytecode"]
    hint = "Without a network only what is in uv's cache can be installed. Run the same command again to go on."
    install: Sequence[object] = [uv, "pip", "sync", *options, env.lock]
    run_step(f"Installing {env.title}", install, log=_log(places), env=uv_environ(environ), cwd=places.root, hint=hint)
    check = [env.python, "-I", "-c", env.check]
    run_step(f"Checking {env.title}", check, log=_log(places), env=_check_environ(environ), cwd=places.root)
    _stamp(places, env)


def _stamp(places: Places, env: Env) -> None:
    stamp = {"hash": _hash(places, env), "packages": _packages(env)}
    draft = env.folder / f"{_STAMP}.new"
    draft.write_text(json.dumps(stamp, indent=0) + "\n", "utf-8")
    os.replace(draft, env.folder / _STAMP)


def _hash(places: Places, env: Env) -> str:
    return content_hash(places.root, [env.lock], env.check, *env.wanted.versions)


def _packages(env: Env) -> list[str]:
    return sorted(path.name for path in env.folder.glob("lib/python3.*/site-packages/*.dist-info"))


def _runs(env: Env) -> bool:
    """Its Python starts and is of a wanted version."""
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run([env.python, "-I", "-c", ask], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0 and done.stdout.strip() in env.wanted.versions


def _remove(folder: Path) -> None:
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)


def _log(places: Places) -> Path:
    return places.tools / "setup.log"


def _check_environ(environ: Mapping[str, str]) -> dict[str, str]:
    return {**environ, "TF_CPP_MIN_LOG_LEVEL": "3", "RASA_TELEMETRY_ENABLED": "false", "CUDA_VISIBLE_DEVICES": ""}
