"""`python -m tests.gateway.doomed <step> <moment>`: the real application, killed (SIGKILL) at one moment of one step.

Moments: "before" the step, "inside" its transaction just before the commit, "after" it has committed or returned.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

import gateway.door
from gateway.bot import Rasa
from gateway.clock import Clock
from gateway.delivery import Delivery
from gateway.prompts import Prompter
from gateway.turns import TurnRunner
from gateway.twilio_rest import TwilioSender
from launch import serve
from store import Store

STEPS: dict[str, tuple[Any, str]] = {
    "record the message": (gateway.door, "receive"),
    "claim the turn": (TurnRunner, "_claim"),
    "ask rasa": (Rasa, "ask"),
    "write the answer": (TurnRunner, "_write_answer"),
    "write the failure": (TurnRunner, "_write_failure"),
    "claim the texts": (Delivery, "_claim"),
    "send the text": (TwilioSender, "_send"),
    "mark the text": (Delivery, "_mark_sent"),
    "carry out a timer": (Clock, "_one"),
    "look at a patient": (Prompter, "_look_at"),
}
_doomed = threading.local()


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def doom(step: str, moment: str) -> None:
    owner, name = STEPS[step]
    original = getattr(owner, name)
    setattr(owner, name, _async(original, moment) if name == "ask" else _plain(original, moment))
    if moment == "inside":
        _doom_commits()


def _plain(original: Callable[..., Any], moment: str) -> Callable[..., Any]:
    def wrapped(*given: Any, **named: Any) -> Any:
        if moment == "before":
            die()
        _doomed.inside = moment == "inside"
        result = original(*given, **named)
        _doomed.inside = False
        if moment == "after" and (result or original.__name__.startswith("_write") or original.__name__.startswith("_mark")):
            die()
        return result

    return wrapped


def _async(original: Callable[..., Any], moment: str) -> Callable[..., Any]:
    async def wrapped(*given: Any, **named: Any) -> Any:
        if moment == "before":
            die()
        result = await original(*given, **named)
        die()
        return result

    return wrapped


def _doom_commits() -> None:
    original = Store.write

    @contextmanager
    def write(self: Store) -> Iterator[Session]:
        with original(self) as session:
            event.listen(session, "after_flush", _note_change)
            yield session
            session.flush()
            if getattr(_doomed, "inside", False) and session.info.get("changed"):
                die()

    Store.write = write  # type: ignore[method-assign]


def _note_change(session: Session, _context: object) -> None:
    session.info["changed"] = True


def main(step: str, moment: str) -> int:
    doom(step, moment)
    return serve.main()


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
