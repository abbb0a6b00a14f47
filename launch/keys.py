"""Keys. `python -m launch.keys` prints a new one for SECRET_KEY or DATA_KEY."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from launch.places import read_dotenv

NAMES = ("SECRET_KEY", "DATA_KEY")
_HEAD = "# Made by `make run` because no keys were set. Without DATA_KEY the database in this folder cannot be read.\n"


def new_key() -> str:
    """32 random bytes in URL-safe base64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def kept_keys(environ: Mapping[str, str], data_dir: Path) -> dict[str, str]:
    """SECRET_KEY and DATA_KEY: those that are set, else those made for this DATA_DIR at its first start."""
    path = data_dir / "secrets.env"
    known = {**read_dotenv(path), **{name: environ[name] for name in NAMES if environ.get(name, "").strip()}}
    missing = [name for name in NAMES if not known.get(name)]
    if missing:
        made = {name: new_key() for name in missing}
        _write(path, {**read_dotenv(path), **made})
        known.update(made)
    return {name: known[name] for name in NAMES}


def _write(path: Path, values: Mapping[str, str]) -> None:
    """Whole or not at all: a half-written key would lock patients' records away."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(_HEAD + "".join(f"{name}={value}\n" for name, value in values.items()))
        file.flush()
        os.fsync(handle)
    os.replace(draft, path)


if __name__ == "__main__":
    print(new_key())
