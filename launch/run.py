"""`make run`: everything that is missing, then everything at once, until Ctrl-C."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Mapping
from types import FrameType

from launch.errors import SETTINGS_ERROR, LaunchError, PortTaken
from launch.locks import refuse_second_copy
from launch.places import places, port_of
from launch.processes import port_is_free
from launch.progress import say, step
from launch.screen import Screen
from launch.setup import ensure_setup
from launch.stack import Stack
from launch.welcome import welcome

_NO = ("0", "false", "no")


class Stopped(KeyboardInterrupt):
    """Somebody asked us to stop: Ctrl-C, TERM, a closed terminal, the end of `make`."""


def run(environ: Mapping[str, str]) -> int:
    _listen_to_signals()
    _end_with_make()
    began = time.monotonic()
    here, port = places(environ), port_of(environ)
    refuse_second_copy(here.data)
    _refuse_taken_port(port, environ)
    ensure_setup(here, environ)
    screen = Screen()
    stack = Stack(here.data, port=port, demo=_demo(environ), event=screen.event, follow=screen.line)
    try:
        _start(stack)
        say(welcome(stack, environ, time.monotonic() - began))
        screen.follow()
        _watch(stack)
    finally:
        screen.rest()
        _stop(stack)
    return 0


def _start(stack: Stack) -> None:
    stack.up()
    with step("Starting Rasa, the actions and the gateway"):
        stack.wait("gateway")
        _wait_or_go_on(stack, "actions")
        _wait_or_go_on(stack, "rasa")


def _wait_or_go_on(stack: Stack, name: str) -> None:
    """The gateway works without them: it records, screens, answers a crisis and tells the team."""
    try:
        stack.wait(name)
    except LaunchError as late:
        if late.code == SETTINGS_ERROR:
            raise
        say(f"! {late.message}. Afterglow goes on without it and keeps trying.")


def _watch(stack: Stack) -> None:
    try:
        while not stack.supervisor.broken_settings.wait(0.5):
            pass
    except Stopped:
        return
    raise LaunchError(stack.supervisor.complaint, code=SETTINGS_ERROR)


def _stop(stack: Stack) -> None:
    if stack.running:
        say("\nStopping …")
    stack.down()


def _demo(environ: Mapping[str, str]) -> bool:
    return environ.get("DEMO", "").strip().lower() not in _NO


def _refuse_taken_port(port: int, environ: Mapping[str, str]) -> None:
    if not port_is_free(port, environ.get("HOST", "").strip() or "127.0.0.1"):
        raise PortTaken(port)


def _listen_to_signals() -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        raise Stopped

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            signal.signal(number, stop)


def _end_with_make() -> None:
    """Under `make`, stop when it is killed: nobody would be left to press Ctrl-C."""
    if sys.platform == "linux" and os.environ.get("MAKELEVEL"):
        parent = os.getppid()
        ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:
            raise Stopped
