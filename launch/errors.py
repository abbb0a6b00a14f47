"""What can go wrong before Afterglow itself runs. Each error is one line that says what to do."""

from __future__ import annotations

import errno

SETTINGS_ERROR = 78  # EX_CONFIG of sysexits.h: a wrong setting; starting again would not help


class LaunchError(Exception):
    """Shown as one line (plus an optional remedy below it); ends the command with `code`."""

    def __init__(self, message: str, *, remedy: str = "", code: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.code = code

    def __str__(self) -> str:
        return f"{self.message}\n{self.remedy}" if self.remedy else self.message


class PythonMissing(LaunchError):
    """No Python of the wanted version runs on this machine."""


class StepFailed(LaunchError):
    """A command that a step needs ended with an error; its last lines are part of the message."""


class DiskFull(LaunchError):
    """There is no space left where we write."""

    def __init__(self, where: object) -> None:
        super().__init__(
            f"The disk is full at {where}. Afterglow needs about 5 GB for its two environments: "
            "free some space, then run the same command again."
        )


class PortTaken(LaunchError):
    """Another program listens on our port."""

    def __init__(self, port: int) -> None:
        super().__init__(
            f"Port {port} is taken by another program. Stop it, or choose another port: make run PORT={port + 1}"
        )


class HostUnknown(LaunchError):
    """Nobody can listen on the address that HOST names."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"HOST must be an address of this machine (127.0.0.1, or 0.0.0.0 or :: for all of them), not {host!r}.",
            code=SETTINGS_ERROR,
        )


class AlreadyRunning(LaunchError):
    """Another copy of Afterglow uses the same DATA_DIR."""


def is_disk_full(error: OSError) -> bool:
    return error.errno in (errno.ENOSPC, errno.EDQUOT)
