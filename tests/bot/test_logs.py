"""Logs carry ids, never text: also when a turn fails in the middle."""

from __future__ import annotations

import time
from collections.abc import Callable

import httpx

from launch.rasa_log import RasaLog
from launch.stack import Stack
from tests.bot.visitor import Visitor

CANARY = "my canary is called Esmeralda Quince"


def test_no_log_knows_the_canary_after_good_and_failing_turns(stack: Stack, visitor: Callable[..., Visitor]) -> None:
    patient = visitor(offer=["M5"], hours_since_dose=30.0).says("start", CANARY)
    assert [effect["text"] for effect in patient.did("answer")] == [CANARY]  # it did go all the way
    assert _turn_that_fails(stack) == []
    logged(stack, "actions", "action failed action=integration_form sender=failing")
    logged(stack, "rasa", "ERROR rasa.core.processor")
    for service in ("rasa", "actions"):
        assert "Esmeralda" not in stack.log(service)


def logged(stack: Stack, service: str, words: str) -> None:
    """Logs are carried to their files by a thread of the supervisor: a moment after the answer."""
    end = time.monotonic() + 10
    while words not in stack.log(service):
        assert time.monotonic() < end, stack.log(service)[-500:]
        time.sleep(0.05)


def _turn_that_fails(stack: Stack) -> object:
    """A place that no programme has: the action fails and Rasa, which logs what it was doing, has nothing to say."""
    metadata = {"place": {"module": "M999", "step": "S1"}, "channel": "web", "offer": [CANARY]}
    body = {"sender": "failing", "message": CANARY, "metadata": metadata}
    return httpx.post(f"{stack.rasa_url}/webhooks/rest/webhook", json=body, timeout=20).json()


def test_while_it_loads_rasas_errors_stay_whole() -> None:
    line = "2026-01-01 10:00:00 ERROR    rasa.core.agent  - Could not load model due to: it is cut off"
    assert RasaLog()(line) == line


def test_from_the_first_message_on_a_line_keeps_who_spoke_and_not_what() -> None:
    log = RasaLog()
    log("2026-01-01 10:00:00 INFO     bot.components.rest  - first message")
    assert log(f"2026-01-01 10:00:01 ERROR    rasa.core.x  - failed on {CANARY}") == "2026-01-01 10:00:01 ERROR rasa.core.x"
    assert log(f"    text = '{CANARY}'") is None
    assert log(f"ValueError: bad words: {CANARY}") == "ValueError"
    assert log('  File "x.py", line 3, in run') == '  File "x.py", line 3, in run'
    ours = "2026-01-01 10:00:02 ERROR    bot.components.rest  - turn failed sender=a.0 failure=ValueError"
    assert log(ours) == ours
