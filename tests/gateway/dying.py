"""A pager in a process of its own (a fork), killed with SIGKILL before, inside or after one of its steps."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from gateway.clock import Clock as Timers
from gateway.paging import pager
from gateway.paging.email import EmailWay
from gateway.paging.pager import Pager
from store import Store, open_store
from tests.gateway.pager_house import PagerHouse

STEPS: dict[str, tuple[Any, str]] = {
    "climb": (pager, "climb"),
    "claim": (pager, "claim_calls"),
    "send": (EmailWay, "_send"),
    "accept": (pager, "mark_accepted"),
    "refuse": (pager, "mark_failed"),
    "tell the patient": (Timers, "_carry_out"),
}
_inside = threading.local()


def killed(house: PagerHouse, step: str, moment: str) -> None:
    """Run the house's beat in a child that dies at this moment; fails when it never came to it."""
    child = os.fork()
    if child == 0:
        try:
            _doom(step, moment)
            _work(house)
        finally:
            os._exit(7)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL, f"it was never killed {moment} '{step}'"


def _work(house: PagerHouse) -> None:
    """With a connection of its own: a fork must not use its parent's."""
    parts = replace(house.parts, store=open_store(house.parts.settings), worker="doomed")
    doomed = PagerHouse(parts, house.clock, Pager(parts, house.pager._ways), house.people)
    doomed.beat()


def _doom(step: str, moment: str) -> None:
    owner, name = STEPS[step]
    setattr(owner, name, _wrapped(getattr(owner, name), moment))
    if moment == "inside":
        _die_before_commits()


def _wrapped(original: Callable[..., Any], moment: str) -> Callable[..., Any]:
    def doomed(*given: Any, **named: Any) -> Any:
        if moment == "before":
            _die()
        _inside.on = moment == "inside"
        result = original(*given, **named)
        _inside.on = False
        if moment == "after" and (result or original.__name__.startswith("mark")):
            _die()
        return result

    return doomed


def _die_before_commits() -> None:
    original = Store.write

    @contextmanager
    def write(self: Store) -> Iterator[Session]:
        with original(self) as session:
            yield session
            session.flush()
            if getattr(_inside, "on", False):
                _die()

    Store.write = write  # type: ignore[method-assign]


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
