"""Two gateways in processes of their own on one database, and somebody who kills them."""

from __future__ import annotations

import asyncio
import base64
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from bench.soak.ledger import Ledger
from bench.soak.providers import Providers, providers
from bench.soak.watch import keep_watch
from launch.processes import free_port, guarded
from launch.unset import unset_settings
from store import Settings, Store, open_store, read_settings
from store.schema import migrate

ROOT = Path(__file__).resolve().parents[2]
ACCOUNT, TOKEN, NUMBER = "AC00000000000000000000000000000001", "a-token-for-the-soak", "+15550100100"
KEY = base64.urlsafe_b64encode(b"k" * 32).decode()
READY_SECONDS = 180
RESTARTS = 2.0
TRIES = 600


@dataclass
class Gateway:
    """One of the two; it may be dead at any moment."""

    name: str
    env: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    up: bool = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.env['PORT']}"

    def start(self) -> None:
        with (Path(self.env["DATA_DIR"]) / f"{self.name}.log").open("ab") as log:
            command = guarded([sys.executable, "-m", "bench.soak.gateway"])
            self.process = subprocess.Popen(command, env=dict(self.env), cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)  # noqa: S603

    async def ready(self) -> None:
        async with httpx.AsyncClient(timeout=5) as client:
            for _ in range(READY_SECONDS * 5):
                assert self.process is not None
                assert self.process.poll() is None, f"gateway {self.name} ended by itself"
                try:
                    self.up = (await client.get(f"{self.url}/healthz")).is_success
                except httpx.HTTPError:
                    self.up = False
                if self.up:
                    return
                await asyncio.sleep(0.2)
        raise AssertionError(f"gateway {self.name} did not start")

    def kill(self) -> None:
        self.up = False
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()


@dataclass
class House:
    """What everybody in the soak works with."""

    settings: Settings
    store: Store
    ledger: Ledger
    providers: Providers
    gateways: tuple[Gateway, Gateway]
    seed: str
    haste: float
    client: httpx.AsyncClient = field(default_factory=lambda: httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=None)))
    finished: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: int = 0
    """Conversations in which somebody is asked for."""
    views: list[Any] = field(default_factory=list)
    """What the clinicians see in the queue, as old as it may be."""

    def dice(self, who: str) -> random.Random:
        return random.Random(f"{self.seed}/{who}")  # noqa: S311 - faults, no secrets

    async def ask(
        self, dice: random.Random, method: str, path: str, client: httpx.AsyncClient | None = None, **given: Any
    ) -> httpx.Response:
        """As a load balancer and a patient sender would: at either gateway, again until one answers. A refusal is an answer."""
        for _ in range(TRIES):
            gateway = dice.choice([one for one in self.gateways if one.up] or self.gateways)
            try:
                answer = await (client or self.client).request(method, f"{gateway.url}{path}", **given)
            except httpx.HTTPError:
                self.ledger.count("a line broke")
                await asyncio.sleep(0.2)
                continue
            if answer.status_code not in (429, 500, 502, 503):
                return answer
            self.ledger.count(f"http {answer.status_code}")
            await asyncio.sleep(0.3)
        raise AssertionError(f"nobody answered {method} {path}")

    async def kill_now_and_then(self, every: tuple[float, float], most: int) -> None:
        """Never gently. Now and then both."""
        dice = self.dice("killer")
        for _ in range(most):
            await asyncio.sleep(dice.uniform(*every))
            if self.finished.is_set():
                return
            doomed = list(self.gateways) if dice.random() < 0.15 else [dice.choice(self.gateways)]
            for one in doomed:
                one.kill()
                self.ledger.count("kill -9")
            await asyncio.sleep(dice.uniform(0, RESTARTS))
            for one in doomed:
                one.start()
            await asyncio.gather(*(one.ready() for one in doomed))


@contextmanager
def open_house(url: str, seed: str, haste: float) -> Iterator[House]:
    """On an empty or a migrated database at `url`."""
    ledger = Ledger()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="afterglow-soak-")))
        outside = stack.enter_context(providers(ledger, seed, 12 / haste))
        ports = free_port(), free_port()
        envs = [_environ(folder, port, ports[0], url, outside, haste) for port in ports]
        settings = read_settings(envs[0])
        store = open_store(settings)
        stack.callback(store.close)
        migrate(store.engine)
        keep_watch(store)
        gateways = Gateway("one", envs[0]), Gateway("two", envs[1])
        for gateway in gateways:
            stack.callback(gateway.kill)
            gateway.start()
        yield House(settings, store, ledger, outside, gateways, seed, haste)


def _environ(folder: Path, port: int, public: int, url: str, outside: Providers, haste: float) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {
        **kept, **unset_settings(), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "DATA_DIR": str(folder), "PORT": str(port),
        "DATABASE_URL": url, "SECRET_KEY": KEY, "DATA_KEY": KEY, "PUBLIC_URL": f"http://127.0.0.1:{public}", "RASA_URLS": outside.web,
        "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_NUMBER": NUMBER, "TWILIO_API_URL": outside.web,
        "SMTP_URL": outside.smtp, "SMTP_FROM": "alerts@clinic.example", "PAGE_WEBHOOK_URL": f"{outside.web}/pager",
        "PAGE_WEBHOOK_SECRET": "a-secret-shared-with-the-pager", "SOAK_HASTE": str(haste), "OMP_NUM_THREADS": "1",
    }  # fmt: skip
