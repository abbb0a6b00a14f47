"""`python -m training`: trains, exports, measures. Makes the trainer's own environment first when there is none.

python -m training train          corpus -> training/trained-first.pt, trained-second.pt (45 minutes on one free core)
python -m training export         those -> safety/model/data
python -m training measure        the finished files on the test share, as JSON
python -m training                all three; `--only first` (or second) for one network
"""

from __future__ import annotations

import glob
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
OWN = HERE / ".venv"
LOCK = HERE / "requirements.lock"


def main() -> int:
    if importlib.util.find_spec("torch") is None:
        return subprocess.call([str(environment()), "-m", "training", *sys.argv[1:]], cwd=HERE.parent)  # noqa: S603
    from training.steps import main as steps

    return steps()


def environment() -> Path:
    """The trainer's Python, set up from the lock when its mark is missing or older than the lock."""
    python, mark = OWN / "bin" / "python", OWN / "complete"
    if not mark.is_file() or mark.read_bytes() != LOCK.read_bytes():
        shutil.rmtree(OWN, ignore_errors=True)
        subprocess.check_call([python311(), "-m", "venv", str(OWN)])  # noqa: S603
        subprocess.check_call([str(python), "-m", "pip", "install", "-q", "--no-deps", "--require-hashes", "-r", str(LOCK)])  # noqa: S603
        mark.write_bytes(LOCK.read_bytes())
    return python


def python311() -> str:
    """A Python 3.11 that runs: a shim may name one that is not there."""
    root = os.environ.get("PYENV_ROOT", str(Path.home() / ".pyenv"))
    for candidate in [os.environ.get("PYTHON311", ""), "python3.11", *sorted(glob.glob(f"{root}/versions/3.11.*/bin/python"))]:
        found = shutil.which(candidate) if candidate else None
        if found and subprocess.call([found, "-c", "import venv"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0:  # noqa: S603
            return found
    sys.exit("Training needs Python 3.11: install it, or set PYTHON311 to its path.")


if __name__ == "__main__":
    sys.exit(main())
