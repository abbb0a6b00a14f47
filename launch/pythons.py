"""Finds the Pythons we need: one for us, one for Rasa. A name on PATH proves nothing (pyenv's shims fail), so each is run."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from launch.errors import PythonMissing

_ASK = "import sys; print('%d.%d' % sys.version_info[:2], sys.executable)"
_SECONDS = 20


@dataclass(frozen=True)
class Wanted:
    """Which versions will do (the best first), who needs them, and the variable that names one outright."""

    versions: tuple[str, ...]
    variable: str
    whom: str

    @property
    def title(self) -> str:
        return "Python " + " or ".join(self.versions)


OURS = Wanted(("3.12", "3.13"), "PYTHON312", "Afterglow")
RASA = Wanted(("3.10",), "PYTHON310", "Rasa")


def find_python(wanted: Wanted, environ: Mapping[str, str]) -> Path:
    """$PYTHON312 (or $PYTHON310), then PATH, then what pyenv or uv installed, selected or not.

    Raises PythonMissing, which says how to get one.
    """
    named = environ.get(wanted.variable, "").strip()
    if named:
        return _named(wanted, named, environ)
    for candidate in candidates(wanted, environ):
        found = _running(candidate, wanted, environ)
        if found:
            return found
    raise PythonMissing(f"{wanted.whom} needs {wanted.title}, and there is none on this machine.", remedy=_remedy(wanted))


def _named(wanted: Wanted, named: str, environ: Mapping[str, str]) -> Path:
    found = _running(Path(named).expanduser(), wanted, environ)
    if found is None:
        raise PythonMissing(
            f"{wanted.variable}={named} does not run as {wanted.title}.",
            remedy=f"Point it to such a Python, or leave it unset: {wanted.title} is then searched for.",
        )
    return found


def candidates(wanted: Wanted, environ: Mapping[str, str]) -> Iterator[Path]:
    """Where one may be, the most likely first."""
    yield from _on_path(wanted, environ)
    home = Path(environ.get("HOME") or "~").expanduser()
    pyenv = Path(environ.get("PYENV_ROOT") or home / ".pyenv")
    data = Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    uv = Path(environ.get("UV_PYTHON_INSTALL_DIR") or data / "uv" / "python")
    for version in wanted.versions:
        yield from (folder / "bin" / "python" for folder in _newest_first(pyenv / "versions", f"{version}.*"))
        yield from (folder / "bin" / "python3" for folder in _newest_first(uv, f"cpython-{version}.*"))


def _on_path(wanted: Wanted, environ: Mapping[str, str]) -> Iterator[Path]:
    folders = [Path(entry) for entry in environ.get("PATH", "").split(os.pathsep) if entry]
    for name in [*(f"python{version}" for version in wanted.versions), "python3"]:
        yield from (folder / name for folder in folders if os.access(folder / name, os.X_OK))


def _newest_first(folder: Path, pattern: str) -> list[Path]:
    return sorted(folder.glob(pattern), key=lambda path: [int(n) for n in re.findall(r"\d+", path.name)], reverse=True)


def _running(candidate: Path, wanted: Wanted, environ: Mapping[str, str]) -> Path | None:
    """The interpreter behind `candidate`, if it runs and is of the wanted version."""
    clean = {name: value for name, value in environ.items() if name not in ("PYTHONHOME", "PYTHONPATH")}
    try:
        done = subprocess.run(
            [str(candidate), "-I", "-c", _ASK],
            env=clean, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_SECONDS, check=False,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None
    version, _, executable = done.stdout.strip().partition(" ")
    return Path(executable) if done.returncode == 0 and version in wanted.versions and executable else None


def _remedy(wanted: Wanted) -> str:
    newest = wanted.versions[0]
    return (
        f"Install it with one of\n    pyenv install {newest}\n    uv python install {newest}\n"
        f"    sudo apt-get install python{newest} python{newest}-venv\n"
        f"or name the one you have: {wanted.variable}=/path/to/python{newest} make run"
    )
