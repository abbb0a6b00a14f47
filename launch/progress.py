"""Shows that something is going on, and keeps a command's output for when it fails."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from launch.errors import DiskFull, StepFailed
from launch.processes import guarded

_FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_QUIET_SECONDS = 2.0  # a step that is faster needs no display
_PLAIN_EVERY = 10.0  # between two lines where the output is not a terminal
_TAIL_LINES = 25


def say(text: str) -> None:
    print(text, flush=True)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Show `title` and the seconds it takes, as soon as it takes more than two.

    On a terminal one line spins; elsewhere a line such as "… installing Rasa (24 s)" comes every ten seconds.
    """
    began = time.monotonic()
    done = threading.Event()
    terminal = sys.stdout.isatty()
    show = _spin if terminal else _tick
    watcher = threading.Thread(target=show, args=(title, began, done), daemon=True)
    watcher.start()
    try:
        yield
    except BaseException:
        _finish(done, watcher, terminal)
        raise
    _finish(done, watcher, terminal)
    took = time.monotonic() - began
    if took >= _QUIET_SECONDS:
        say(f"✓ {title} ({took:.0f} s)")


def _finish(done: threading.Event, watcher: threading.Thread, terminal: bool) -> None:
    done.set()
    watcher.join()
    if terminal:
        sys.stdout.write("\r\x1b[K")
        sys.stdout.flush()


def _spin(title: str, began: float, done: threading.Event) -> None:
    frame = 0
    while not done.wait(0.1):
        frame += 1
        seconds = time.monotonic() - began
        sys.stdout.write(f"\r\x1b[K{_FRAMES[frame % len(_FRAMES)]} {title} ({seconds:.0f} s)")
        sys.stdout.flush()


def _tick(title: str, began: float, done: threading.Event) -> None:
    if done.wait(_QUIET_SECONDS):
        return
    say(f"… {title}")
    while not done.wait(_PLAIN_EVERY):
        say(f"… still {title[0].lower()}{title[1:]} ({time.monotonic() - began:.0f} s)")


def run_step(
    title: str, argv: Sequence[object], *, log: Path, env: Mapping[str, str], cwd: Path, hint: str = ""
) -> None:
    """Run a command under a progress line. Its output goes to `log` and is shown only when it fails."""
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with step(title), log.open("ab") as out:
        start = out.tell()
        code = _run([str(part) for part in argv], out.fileno(), env, cwd)
    if code:
        _explain(title, log, start, code, hint)


def _run(argv: list[str], out: int, env: Mapping[str, str], cwd: Path) -> int:
    with subprocess.Popen(
        guarded(argv), stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, env=dict(env), cwd=cwd
    ) as process:
        try:
            return process.wait()
        except BaseException:
            process.terminate()
            raise


def _explain(title: str, log: Path, start: int, code: int, hint: str) -> None:
    with log.open("rb") as file:
        file.seek(start)
        text = file.read().decode("utf-8", "replace")
    if "No space left on device" in text or "os error 28" in text:
        raise DiskFull(log.parent)
    tail = "\n".join("    " + line for line in text.rstrip().splitlines()[-_TAIL_LINES:])
    lines = [f"{title} failed (exit code {code}). The whole output is in {_short(log)}; it ends with:", tail, hint]
    raise StepFailed("\n".join(line for line in lines if line))


def _short(path: Path) -> str:
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative
