"""Where things are: the checkout, its environments, and the folder a running copy writes to."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from launch.errors import SETTINGS_ERROR, LaunchError

ROOT = Path(__file__).resolve().parent.parent

_ASSIGNMENT = re.compile(r"""^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^#]*?))\s*(?:#.*)?$""")


@dataclass(frozen=True)
class Places:
    """Every path the launcher touches. `root` is the checkout, `data` is DATA_DIR."""

    root: Path
    data: Path

    @property
    def tools(self) -> Path:
        return self.root / ".tools"

    @property
    def main_env(self) -> Path:
        return self.root / ".venv"

    @property
    def bot_env(self) -> Path:
        return self.root / "bot" / ".venv"

    @property
    def main_python(self) -> Path:
        return self.main_env / "bin" / "python"

    @property
    def bot_python(self) -> Path:
        return self.bot_env / "bin" / "python"

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def models(self) -> Path:
        """Made from the checkout alone, so every copy that runs from it shares them."""
        return self.tools / "models"


def read_dotenv(path: Path) -> dict[str, str]:
    """The plain part of .env syntax, which is all that .env.example uses (the gateway reads the rest)."""
    if not path.is_file():
        return {}
    found = (_ASSIGNMENT.match(line) for line in path.read_text("utf-8").splitlines())
    return {m.group(1): next(g for g in m.groups()[1:] if g is not None) for m in found if m}


def environment(root: Path = ROOT) -> dict[str, str]:
    """The environment over .env: the environment wins."""
    return {**read_dotenv(root / ".env"), **os.environ}


def places(environ: Mapping[str, str], root: Path = ROOT) -> Places:
    data = Path(environ.get("DATA_DIR", "").strip() or "var").expanduser()
    return Places(root=root, data=(root / data).resolve())


def port_of(environ: Mapping[str, str]) -> int:
    text = environ.get("PORT", "").strip() or "8080"
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise LaunchError(f"PORT must be a whole number from 1 to 65535, not {text!r}.", code=SETTINGS_ERROR)
    return int(text)


def make_private(folder: Path) -> Path:
    """Create a folder that only its owner may read: it holds patients' data."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
