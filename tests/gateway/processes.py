"""Gateways in processes of their own, that can be killed."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.gateway.house import inherit, wait_until

ROOT = Path(__file__).resolve().parents[2]


class Gateway:
    """One process; `url` is where it answers."""

    def __init__(self, arguments: list[str], env: Mapping[str, str]) -> None:
        self.url = f"http://127.0.0.1:{env['PORT']}"
        self.log = (Path(env["DATA_DIR"]) / "gateway.log").open("ab")
        command = [sys.executable, "-m", *arguments]
        self.process = subprocess.Popen(command, env=inherit(env), cwd=ROOT, stdout=self.log, stderr=subprocess.STDOUT)

    def ready(self) -> bool:
        assert self.process.poll() is None, f"the gateway ended with {self.process.returncode}"
        return _answers(f"{self.url}/healthz")

    def died(self) -> bool:
        return self.process.poll() is not None

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self.log.close()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).is_success
    except httpx.HTTPError:
        return False


@contextmanager
def gateway_process(arguments: list[str], env: Mapping[str, str]) -> Iterator[Gateway]:
    gateway = Gateway(arguments, env)
    try:
        wait_until(lambda: gateway.died() or gateway.ready(), 30, "the gateway did not start")
        yield gateway
    finally:
        gateway.end()
