"""Runs a command that must not outlive us: `python child.py <parent pid> <command…>`.

Linux sends this process SIGKILL when its parent dies, however it dies, and keeps that promise over exec. (Doing this in
subprocess's preexec_fn would run Python between fork and exec, which may deadlock beside threads.) Elsewhere the
command just runs.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    parent, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it died before we could ask
            sys.exit(1)
    try:
        os.execvp(command[0], command)  # noqa: S606 - the whole point
    except OSError as error:
        print(f"cannot run {command[0]}: {error.strerror}", file=sys.stderr)
        sys.exit(127)


if __name__ == "__main__":
    main()
