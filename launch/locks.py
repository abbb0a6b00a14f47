"""Locks between processes: the kernel frees them when the holder dies, however it dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launch.errors import AlreadyRunning
from launch.progress import step


def _open(path: Path) -> int:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _try(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def one_at_a_time(path: Path, waiting_for: str) -> Iterator[None]:
    """Wait until nobody else holds `path`; used where two `make` commands would do the same work twice."""
    handle = _open(path)
    try:
        if not _try(handle):
            with step(f"Waiting for another command that is {waiting_for}"):
                fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def holder(data_dir: Path) -> str | None:
    """The process id of the copy that runs on `data_dir`, if one does."""
    path = data_dir / "afterglow.lock"
    if not path.exists():
        return None
    handle = _open(path)
    try:
        return None if _try(handle) else path.read_text("utf-8").strip() or "unknown"
    finally:
        os.close(handle)


def refuse_second_copy(data_dir: Path) -> None:
    """Look before a long preparation; `only_copy` decides."""
    running = holder(data_dir)
    if running is not None:
        raise _already_running(data_dir, running)


def _already_running(data_dir: Path, pid: str) -> AlreadyRunning:
    return AlreadyRunning(
        f"Afterglow already runs on {data_dir} (process {pid}). "
        "Stop it (make stop), or give this copy a folder and a port of its own: make run DATA_DIR=./var2 PORT=8090"
    )


@contextmanager
def only_copy(data_dir: Path) -> Iterator[None]:
    """Refuse a second copy of Afterglow on the same DATA_DIR."""
    path = data_dir / "afterglow.lock"
    handle = _open(path)
    try:
        if not _try(handle):
            raise _already_running(data_dir, path.read_text("utf-8").strip() or "unknown")
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)
