"""The trained Rasa model: made when what it is made of changed, kept by content hash, mended when its file is broken."""

from __future__ import annotations

import hashlib
import os
import shutil
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path

from launch.errors import StepFailed
from launch.hashing import content_hash
from launch.locks import one_at_a_time
from launch.places import Places, make_private
from launch.progress import run_step, say
from launch.services import rasa_environ

_KEPT = 3


def inputs(root: Path) -> list[Path]:
    """Everything training reads. The actions do not belong here: a change there needs no training."""
    bot = root / "bot"
    own = [bot / name for name in ("config.yml", "domain.yml", "domain", "data", "components", "requirements.lock")]
    return [*own, root / "clinical" / "faq.yml", root / "clinical" / "programme"]


def model_hash(root: Path) -> str:
    return content_hash(root, inputs(root))[:16]


def ensure_model(places: Places, environ: Mapping[str, str], models: Path | None = None) -> Path:
    """The model that fits the present files; trains it when there is none (about half a minute)."""
    folder = make_private(models or places.models)
    path = folder / f"{model_hash(places.root)}.tar.gz"
    if is_whole(path):
        os.utime(path)  # recently used: the last to be pruned
        return path
    with one_at_a_time(folder / "training.lock", "training Rasa"):
        if not is_whole(path):
            if path.exists():
                say(f"The model file {path.name} is broken (cut off or changed): training it again.")
            _train(places, environ, path)
            _prune(folder, keep=path)
    return path


def is_trained(places: Places, models: Path) -> bool:
    """Whether `ensure_model` would have nothing to do."""
    return is_whole(models / f"{model_hash(places.root)}.tar.gz")


def is_whole(path: Path) -> bool:
    """The file is what training wrote: its hash lies beside it."""
    try:
        return _seal(path).read_text("ascii").strip() == _sha256(path)
    except (OSError, UnicodeDecodeError):
        return False


def _seal(path: Path) -> Path:
    return path.with_name(path.name + ".sha256")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _train(places: Places, environ: Mapping[str, str], path: Path) -> None:
    draft = Path(tempfile.mkdtemp(prefix="training-", dir=path.parent))
    try:
        bot = places.root / "bot"
        domain = bot / "domain.yml" if (bot / "domain.yml").exists() else bot / "domain"
        files = ["--config", bot / "config.yml", "--domain", domain, "--data", bot / "data"]
        run_step(
            "Training Rasa",
            [places.bot_python, "-m", "rasa", "train", *files, "--out", draft, "--fixed-model-name", "model"],
            log=places.logs / "train.log",
            env=rasa_environ(environ, places),
            cwd=places.root,
        )
        _publish(draft / "model.tar.gz", path)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _publish(made: Path, path: Path) -> None:
    """The seal goes first: a model file without its own seal counts as broken, never the other way round."""
    if not made.exists() or not tarfile.is_tarfile(made):
        raise StepFailed("Rasa ended its training without a usable model; the log is train.log in DATA_DIR/logs.")
    _seal(path).write_text(_sha256(made) + "\n", "ascii")
    os.replace(made, path)


def _prune(folder: Path, keep: Path) -> None:
    models = sorted(folder.glob("*.tar.gz"), key=lambda p: p.stat().st_mtime, reverse=True)
    for old in [p for p in models if p != keep][_KEPT - 1 :]:
        old.unlink()
        _seal(old).unlink(missing_ok=True)
