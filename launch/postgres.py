"""A throw-away PostgreSQL for tests: its own folder, its own port, gone afterwards however the test ends.

    with throwaway_postgres() as url:          # postgresql://afterglow:…@127.0.0.1:…/afterglow
        …

PostgreSQL refuses to run as root, so root hands it to an unprivileged user.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from launch.errors import LaunchError
from launch.processes import free_port, guarded

_DEBIAN = Path("/usr/lib/postgresql")
_USERS = ("postgres", "nobody")
_NAME = "afterglow"
# Nothing here must survive a power cut.
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=32MB", "max_connections=120")


def postgres_binaries() -> Path | None:
    """The folder of the newest PostgreSQL installed here: Debian's place, else what is on PATH."""
    versions = [path for path in _DEBIAN.glob("*/bin") if (path / "initdb").exists()]
    if versions:
        return max(versions, key=lambda path: [int(n) for n in re.findall(r"\d+", path.parent.name)])
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


@contextmanager
def throwaway_postgres() -> Iterator[str]:
    binaries = postgres_binaries()
    if binaries is None:
        raise LaunchError("PostgreSQL is not installed.", remedy="Debian, Ubuntu: sudo apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="afterglow-postgres-"))
    try:
        password = secrets.token_urlsafe(12)
        _make_cluster(binaries, folder, password)
        port = free_port()
        server = _serve(binaries, folder, port)
        try:
            _wait(binaries, folder, server, port)
            environ = {**os.environ, "PGPASSWORD": password}
            _call([binaries / "createdb", "-h", "127.0.0.1", "-p", port, "-U", _NAME, _NAME], environ)
            yield f"postgresql://{_NAME}:{password}@127.0.0.1:{port}/{_NAME}"
        finally:
            _end(server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _make_cluster(binaries: Path, folder: Path, password: str) -> None:
    secret = folder / "password"
    secret.write_text(password, "ascii")
    _give_away(folder, secret)
    options = ["--username", _NAME, "--pwfile", secret, "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C"]
    _call(_unprivileged([binaries / "initdb", "--no-sync", "--no-instructions", *options, "-D", folder / "data"]))


def _serve(binaries: Path, folder: Path, port: int) -> subprocess.Popen[bytes]:
    settings = ["listen_addresses=127.0.0.1", f"port={port}", f"unix_socket_directories={folder}", *_FAST]
    options = [part for setting in settings for part in ("-c", setting)]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            _unprivileged([binaries / "postgres", "-D", folder / "data", *options]),
            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, cwd="/", start_new_session=True,
        )  # fmt: skip


def _wait(binaries: Path, folder: Path, server: subprocess.Popen[bytes], port: int, seconds: float = 30) -> None:
    ask = [str(binaries / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    end = time.monotonic() + seconds
    while subprocess.run(ask, check=False).returncode:
        if server.poll() is not None or time.monotonic() > end:
            raise LaunchError("PostgreSQL did not start:\n" + (folder / "log").read_text("utf-8", "replace")[-2000:])
        time.sleep(0.05)


def _end(server: subprocess.Popen[bytes]) -> None:
    """Fast shutdown: open connections are cut."""
    server.send_signal(signal.SIGINT)
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _unprivileged(argv: Sequence[object]) -> list[str]:
    """The command as a user that PostgreSQL accepts; it ends with this process either way."""
    plain = [str(part) for part in argv]
    user = _other_user()
    if user is None:
        return guarded(plain)
    # not child.py: a user without rights may not read this checkout, and a change of user would undo what it set
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--pdeathsig=KILL", *plain]


def _give_away(*paths: Path) -> None:
    user = _other_user()
    if user is not None:
        for path in paths:
            os.chown(path, user.pw_uid, user.pw_gid)


def _other_user() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next(known[name] for name in _USERS if name in known)


def _call(argv: Sequence[object], environ: dict[str, str] | None = None) -> None:
    command = [str(part) for part in argv]
    done = subprocess.run(command, env=environ, cwd="/", capture_output=True, text=True, check=False)
    if done.returncode:
        raise LaunchError(f"{Path(command[0]).name} failed:\n{(done.stdout + done.stderr)[-2000:]}")
