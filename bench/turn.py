"""(turn) What the full domain costs a turn: ten answers and three modules beside all of them, each in a Rasa of its own.

Both are trained here, without a cache, and then asked the same messages in turns. The actions serve both: what is measured is
what grows with the domain, and that is Rasa's part.
"""

from __future__ import annotations

import dataclasses
import os
import resource
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import yaml

from bench.numbers import summary
from launch.places import Places, environment, places
from launch.processes import free_port, guarded
from launch.services import Wiring, actions_service, rasa_environ, rasa_service
from launch.supervise import Supervisor

ANSWERS = frozenset(f"faq_f{number:02}" for number in (1, 6, 8, 24, 27, 28, 32, 36, 37, 42))
ROUNDS, WARMING_UP = 12, 2
READY_WITHIN = 180.0

# Both sides know all of these: questions, small things, and the answers of M3, M4 and M10.
OUTSIDE = (
    "hi", "can i drive tomorrow", "what is kap anyway", "what are the side effects", "thanks", "how does it work in the brain",
    "can i drink wine tonight", "are you a real person", "the good feeling is fading, is that normal", "i dreamed a lot last night",
)  # fmt: skip
INSIDE = (
    ("M3", "S1", "yes my sister is here"), ("M3", "S2", "no"), ("M3", "S3", "tired"), ("M3", "S4", "wait can i drive tomorrow"),
    ("M4", "S1", "so-so"), ("M4", "S4", "like a 6 or 7"), ("M4", "S5", "warm water, someone humming"), ("M10", "S1", "5"),
    ("M10", "S2", "some days"), ("M10", "S4", "the dog i guess"),
)  # fmt: skip


def small_and_full() -> dict[str, Any]:
    env = environment()
    here, busy = places(env), round(os.getloadavg()[0], 1)
    with tempfile.TemporaryDirectory(prefix="afterglow-turn-") as folder:
        small, full = _small_project(here.root / "bot", Path(folder) / "small"), here.root / "bot"
        models: dict[str, Path] = {}
        found: dict[str, dict[str, Any]] = {}
        for name, project in (("small", small), ("full", full)):
            worked = _worked()
            models[name], seconds = _train(here, env, project, Path(folder) / f"{name}-model")
            found[name] = {**_size(project), "training_seconds": round(seconds, 1), "training_cpu_seconds": round(_worked() - worked, 1)}
        with _serving(Path(folder), here, env, models) as urls:
            taken = _ask_in_turns(urls)
    rows = {name: {**found[name], "ms": summary(seconds)} for name, seconds in taken.items()}
    ratio = {share: round(rows["full"]["ms"][share] / rows["small"]["ms"][share], 2) for share in ("p50", "p95", "p99")}
    return {**rows, "ratio": ratio, "turns_each": len(taken["full"]), "load_before": busy}


# --- the two projects ---


def _small_project(bot: Path, to: Path) -> Path:
    """The same pipeline and actions; of the answers ten, and no asking on."""
    (to / "data").mkdir(parents=True)
    domain = yaml.safe_load((bot / "domain.yml").read_text("utf-8"))
    domain["intents"] = [intent for intent in domain["intents"] if _kept(intent)]
    _write(to / "domain.yml", domain)
    _write(to / "config.yml", yaml.safe_load((bot / "config.yml").read_text("utf-8")))
    rules = yaml.safe_load((bot / "data" / "rules.yml").read_text("utf-8"))
    rules["rules"] = [rule for rule in map(_without_others, rules["rules"]) if rule]
    _write(to / "data" / "rules.yml", rules)
    groups = [group for file in _nlu_files(bot) for group in yaml.safe_load(file.read_text("utf-8"))["nlu"] if _kept(group["intent"])]
    _write(to / "data" / "nlu.yml", {"version": "3.1", "nlu": groups})
    return to


def _kept(intent: str) -> bool:
    return intent in ANSWERS or not intent.startswith(("faq_", "more_"))


def _without_others(rule: dict[str, Any]) -> dict[str, Any] | None:
    """The rule without the intents that are left out; None when nothing calls it any more."""
    first = rule["steps"][0]
    if "or" not in first:
        return rule
    wanted = [step for step in first["or"] if _kept(step["intent"])]
    return {**rule, "steps": [{"or": wanted}, *rule["steps"][1:]]} if wanted else None


def _nlu_files(bot: Path) -> list[Path]:
    return [bot / "data" / "nlu.yml", *sorted((bot / "data" / "nlu").glob("*.yml"))]


def _write(path: Path, data: Any) -> None:
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), "utf-8")


def _size(project: Path) -> dict[str, int]:
    files = [file for file in _nlu_files(project) if file.exists()]
    groups = [group for file in files for group in yaml.safe_load(file.read_text("utf-8"))["nlu"]]
    examples = sum(line.startswith("- ") for group in groups for line in group["examples"].splitlines())
    return {"intents": len({group["intent"] for group in groups}), "examples": examples}


def _worked() -> float:
    """Seconds of processor time of the children so far: says what a training costs, however busy the machine is."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _train(here: Places, env: Mapping[str, str], project: Path, out: Path) -> tuple[Path, float]:
    """As `make run` trains, but nothing is taken from an earlier training."""
    files = ["--config", project / "config.yml", "--domain", project / "domain.yml", "--data", project / "data"]
    argv = [here.bot_python, "-m", "rasa", "train", *files, "--out", out, "--fixed-model-name", "model"]
    own = {**rasa_environ(env, here), "RASA_CACHE_DIRECTORY": str(out / "cache")}
    began = time.perf_counter()
    subprocess.run(guarded([str(part) for part in argv]), cwd=here.root, env=own, check=True, capture_output=True)  # noqa: S603 - our own command
    return out / "model.tar.gz", time.perf_counter() - began


# --- asking ---


@contextmanager
def _serving(folder: Path, here: Places, env: Mapping[str, str], models: Mapping[str, Path]) -> Iterator[Mapping[str, str]]:
    (folder / "logs").mkdir()
    wiring = Wiring(port=free_port())
    sides = {name: dataclasses.replace(wiring, rasa_port=free_port()) for name in models}
    with Supervisor(folder / "logs") as supervisor:
        supervisor.start(actions_service(env, here, wiring))
        for name, own in sides.items():
            supervisor.start(dataclasses.replace(rasa_service(env, here, own, models[name]), name=name))
        for name in ("actions", *sides):
            supervisor.wait_ready(name, READY_WITHIN)
        yield {name: own.rasa_url for name, own in sides.items()}


def _ask_in_turns(urls: Mapping[str, str]) -> dict[str, list[float]]:
    """A new patient each round, and each message to one side right after the other, so that a slow moment meets both."""
    taken: dict[str, list[float]] = {name: [] for name in urls}
    with httpx.Client(timeout=60) as client:
        for number in range(ROUNDS + WARMING_UP):
            sender = uuid.uuid4().hex
            order = list(urls) if number % 2 else list(urls)[::-1]
            for text, metadata in _messages():
                for name in order:
                    seconds = _ask(client, urls[name], sender, text, metadata)
                    if number >= WARMING_UP:
                        taken[name].append(seconds)
    return taken


def _messages() -> Iterator[tuple[str, dict[str, Any]]]:
    usual = {"channel": "web", "locale": "en", "place": None, "offer": ["M4"], "choice": None, "hours_since_dose": 24.0}
    for text, (module, step, answer) in zip(OUTSIDE, INSIDE, strict=True):
        yield text, usual
        yield answer, {**usual, "place": {"module": module, "step": step, "facts": {}}}


def _ask(client: httpx.Client, url: str, sender: str, text: str, metadata: Mapping[str, Any]) -> float:
    began = time.perf_counter()
    body = {"sender": sender, "message": text, "metadata": metadata}
    answer = client.post(f"{url}/webhooks/rest/webhook", json=body).json()
    assert answer, f"Rasa answered nothing to {text!r}"
    return time.perf_counter() - began
