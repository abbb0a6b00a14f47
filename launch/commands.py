"""The commands behind `make`, and how each of them ends: an exit code, and on trouble one line."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence

from launch import checks, clean, lock, model, run, stop, understanding
from launch.debian import ensure_postgres
from launch.errors import DiskFull, LaunchError, is_disk_full
from launch.keys import kept_keys
from launch.places import environment, places
from launch.processes import guarded
from launch.progress import say
from launch.setup import ensure_setup
from launch.unset import unset_settings

Command = Callable[[Mapping[str, str], Sequence[str]], int]
INTERRUPTED = 130


def main(arguments: Sequence[str]) -> int:
    name, rest = (arguments[0] if arguments else "help"), list(arguments[1:])
    command = COMMANDS.get(name)
    if command is None:
        print(f"Unknown command {name!r}. There are: {', '.join(COMMANDS)}", file=sys.stderr)
        return 2
    try:
        return command(environment(), rest)
    except KeyboardInterrupt:
        return INTERRUPTED
    except LaunchError as error:
        return _complain(error)
    except OSError as error:
        if not is_disk_full(error):
            raise
        return _complain(DiskFull(error.filename or os.getcwd()))


def _complain(error: LaunchError) -> int:
    print(f"\n{error}", file=sys.stderr, flush=True)
    return error.code


def _setup(environ: Mapping[str, str], _rest: Sequence[str]) -> int:
    ensure_setup(places(environ), environ)
    say("Both environments are as their locks say.")
    return 0


def _train(environ: Mapping[str, str], _rest: Sequence[str]) -> int:
    here = places(environ)
    ensure_setup(here, environ)
    say(f"The model: {model.ensure_model(here, environ)}")
    return 0


def _python(*argv: str, settings: bool = True) -> Command:
    """A command that is a module of the main environment.

    What measures and plays crises gets none of this copy's `settings`, lest a real clinician is woken.
    """

    def command(environ: Mapping[str, str], rest: Sequence[str]) -> int:
        here = places(environ)
        ensure_setup(here, environ)
        env = None if settings else {**os.environ, **unset_settings()}
        return subprocess.run(guarded([str(here.main_python), *argv, *rest]), cwd=here.root, env=env, check=False).returncode

    return command


def _clinician(environ: Mapping[str, str], rest: Sequence[str]) -> int:
    if len(rest) != 2 or not all(rest):
        raise LaunchError('Say who: make clinician EMAIL=kim@clinic.example NAME="Dr. Kim"', code=2)
    return _console(environ, "add", *rest)


def _labels(environ: Mapping[str, str], _rest: Sequence[str]) -> int:
    return _console(environ, "labels")


def _console(environ: Mapping[str, str], *words: str) -> int:
    """With the keys and the database of the copy on DATA_DIR."""
    here = places(environ)
    ensure_setup(here, environ)
    env = {**environ, **kept_keys(environ, here.data), "DATA_DIR": str(here.data)}
    migrated = [str(here.main_python), "-m", "launch.migrate"]
    code = 0
    for argv in (migrated, [str(here.main_python), "-m", "console", *words]):
        code = code or subprocess.run(guarded(argv), cwd=here.root, env=env, check=False).returncode
    return code


def _month(environ: Mapping[str, str], rest: Sequence[str]) -> int:
    """Four weeks of one patient in seconds; `PATIENT=ruth` names another one."""
    return _python("-m", "launch.month", environ.get("PATIENT", "") or "maya")(environ, rest)


def _preview(environ: Mapping[str, str], rest: Sequence[str]) -> int:
    """The module twice, as the two kinds of patients read it."""
    module = environ.get("MODULE", "") or "M4"
    codes = [_python("-m", "programme", "preview", module, *way)(environ, rest) for way in ((), ("--sms",))]
    return max(codes)


def _soak(environ: Mapping[str, str], rest: Sequence[str]) -> int:
    """`CRISES=50 SEED=7` reach it as they are."""
    here = places(environ)
    ensure_setup(here, environ)
    ensure_postgres(here, environ)
    return _python("-m", "bench.soak", settings=False)(environ, rest)


def _content(environ: Mapping[str, str], rest: Sequence[str]) -> int:
    """All lints, so that one fault does not hide the next; then what changed since the last commit, or since `SINCE=v1.2`."""
    lints = (("-m", "programme", "lint"), ("-m", "safety.lint"), ("-m", "safety.protocol.lint"))
    found = max(_python(*argv)(environ, rest) for argv in lints)
    return max(found, _python("-m", "launch.changes", environ.get("SINCE", ""))(environ, []))


def _evaluate(environ: Mapping[str, str], rest: Sequence[str]) -> int:
    """What is understood, then what the screen hears: the second report shows the first."""
    here = places(environ)
    ensure_setup(here, environ)
    code = understanding.measure(here, environ)
    return code or _python("-m", "evaluation")(environ, rest)


COMMANDS: Mapping[str, Command] = {
    "run": lambda environ, _rest: run.run(environ),
    "stop": lambda environ, _rest: stop.stop(environ),
    "setup": _setup,
    "train": _train,
    "test": checks.test,
    "check": checks.check,
    "content": _content,
    "month": _month,
    "preview": _preview,
    "bench": _python("-m", "bench", settings=False),
    "soak": _soak,
    "safety-model": _python("-m", "training"),
    "evaluate": _evaluate,
    "transcripts": _python("-m", "launch.transcripts", settings=False),
    "clinician": _clinician,
    "labels": _labels,
    "console-pictures": _python("-m", "tests.console.pictures", settings=False),
    "lock": lambda environ, _rest: lock.lock(environ),
    "clean": lambda environ, _rest: clean.clean(environ),
}
