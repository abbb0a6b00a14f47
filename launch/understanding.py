"""What the trained Rasa model understands, measured in Rasa's own environment: bench/results/nlu.json, nlu.html, nlu.svg."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence

from launch.model import ensure_model
from launch.places import Places
from launch.processes import guarded
from launch.services import rasa_environ


def measure(here: Places, environ: Mapping[str, str], rest: Sequence[str] = ()) -> int:
    """Trains first, if what the model is made of changed. Answers with the exit code."""
    model = ensure_model(here, environ)
    results = here.root / "bench" / "results"
    argv = [str(here.bot_python), "-m", "bot.evaluate", str(model), "--results", str(results), *rest]
    return subprocess.run(guarded(argv), cwd=here.root, env=rasa_environ(environ, here), check=False).returncode
