"""`make stop`: ends the copy that runs on DATA_DIR, wherever it was started."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Mapping

from launch.errors import LaunchError
from launch.locks import holder
from launch.places import places
from launch.progress import say, step

_SECONDS = 40.0  # three services, each with its ten seconds


def stop(environ: Mapping[str, str]) -> int:
    data = places(environ).data
    pid = holder(data)
    if pid is None:
        say(f"Nothing runs on {data}.")
        return 0
    with step("Stopping"), contextlib.suppress(ProcessLookupError):
        os.kill(int(pid), signal.SIGTERM)
        _wait_for_end(environ)
    say("Stopped.")
    return 0


def _wait_for_end(environ: Mapping[str, str]) -> None:
    end = time.monotonic() + _SECONDS
    while holder(places(environ).data) is not None:
        if time.monotonic() > end:
            raise LaunchError(f"It did not stop within {_SECONDS:.0f} s. Its log is in {places(environ).logs}.")
        time.sleep(0.1)
