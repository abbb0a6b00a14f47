"""Gateways in processes of their own, that can be killed. Each is forked off one that has read everything (tests/gateway/nursery.py)."""

import multiprocessing
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path

import httpx

from tests.gateway.house import inherit, wait_until

ROOT = Path(__file__).resolve().parents[2]
NURSERY = multiprocessing.get_context("forkserver")
NURSERY.set_forkserver_preload(["tests.gateway.nursery"])


class Gateway:
    """One process; `url` is where it answers. `arguments`: a module with a main(), and what main() is given."""

    def __init__(self, arguments: list[str], env: Mapping[str, str]) -> None:
        self.url = f"http://127.0.0.1:{env['PORT']}"
        self.process = NURSERY.Process(target=_live, args=(arguments, inherit(env)), daemon=True)
        self.process.start()

    def ready(self) -> bool:
        assert not self.died(), f"the gateway ended with {self.process.exitcode}"
        return _answers(f"{self.url}/healthz")

    def died(self) -> bool:
        return not self.process.is_alive()

    def end(self) -> None:
        self.process.kill()
        self.process.join()


def _live(arguments: list[str], env: Mapping[str, str]) -> None:
    log = os.open(f"{env['DATA_DIR']}/gateway.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(ROOT)
    module, *given = arguments
    raise SystemExit(import_module(module).main(*given))


@cache
def _open_nursery() -> None:
    """Reading everything takes its time, which is not that of the first gateway."""
    first = NURSERY.Process(target=_nothing)
    first.start()
    first.join()


def _nothing() -> None: ...


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).is_success
    except httpx.HTTPError:
        return False


@contextmanager
def gateway_process(arguments: list[str], env: Mapping[str, str]) -> Iterator[Gateway]:
    _open_nursery()
    gateway = Gateway(arguments, env)
    try:
        wait_until(lambda: gateway.died() or gateway.ready(), 30, "the gateway did not start")
        yield gateway
    finally:
        gateway.end()
