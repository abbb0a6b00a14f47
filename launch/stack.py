"""A whole Afterglow as one object: for `make run`, for tests that kill parts of it, and for the benchmarks.

    from launch.stack import Stack

    with Stack(tmp_path) as stack:              # Rasa, actions, gateway; all ready; demo clinic seeded
        httpx.get(stack.url + "/healthz")
        stack.pids                              # {"rasa": 4711, "actions": 4712, "gateway": 4713}
        stack.kill("rasa")                      # SIGKILL; the supervisor starts it again after 0.5 s, 1 s, …
        stack.wait("rasa", 60)                  # ready again
        stack.stop("rasa"); stack.start("rasa") # down until asked for
        stack.restart("gateway")                # TERM, start, wait until ready
        stack.demo["clinician"]["email"]        # what launch.demo wrote to DATA_DIR/demo.json
        stack.log("gateway")                    # its output so far

    Stack(tmp_path, services=("gateway",), env={"RASA_TIMEOUT_SECONDS": "1"}, demo=False)   # only a part of it

The environments must be there (`make setup`). The trained model is shared: it comes from `models`, else $AFTERGLOW_MODELS,
else the checkout's .tools/models, and is trained there when missing. Works in the main environment and on a bare Python 3.9.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from launch.backoff import Backoff
from launch.errors import SETTINGS_ERROR, LaunchError
from launch.keys import kept_keys
from launch.locks import only_copy
from launch.model import ensure_model, is_trained
from launch.places import ROOT, Places, environment, make_private, places
from launch.processes import Follow, Service, free_port, guarded
from launch.progress import step
from launch.services import Wiring, actions_service, gateway_service, main_environ, rasa_service
from launch.supervise import Event, Supervisor

ALL = ("rasa", "actions", "gateway")


class Stack:
    """See the module's docstring. `port=0` picks a free one; `env` is laid over the environment and .env.

    `prepared`: DATA_DIR is a copy of one that was in use, so there is nothing to migrate or seed.
    """

    def __init__(
        self,
        data_dir: Path | str,
        *,
        port: int = 0,
        demo: bool = True,
        prepared: bool = False,
        env: Mapping[str, str] | None = None,
        services: Sequence[str] = ALL,
        models: Path | None = None,
        event: Event = lambda _name, _text: None,
        follow: Follow = lambda _name, _line: None,
        backoff: Backoff | None = None,
    ) -> None:
        base = environment()
        self.places = Places(root=ROOT, data=Path(data_dir).resolve())
        self._environ = {**base, **(env or {})}
        self.models = models or Path(base.get("AFTERGLOW_MODELS") or places(base).models)
        self.wiring = Wiring(port=port or free_port(), host=self._environ.get("HOST", "").strip() or "127.0.0.1")
        self.demo_wanted = demo
        self.services = tuple(services)
        self._hooks = (event, follow, backoff)
        self._closing = ExitStack()
        self.running, self._prepared = False, prepared
        self.supervisor: Supervisor

    # -- where things are -----------------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """The gateway: http://127.0.0.1:PORT."""
        return self.wiring.url

    @property
    def rasa_url(self) -> str:
        return self.wiring.rasa_url

    @property
    def rasa_token(self) -> str:
        return self.wiring.rasa_token

    @property
    def actions_url(self) -> str:
        return self.wiring.actions_url

    @property
    def environ(self) -> dict[str, str]:
        """The gateway's environment: tests that open the same database read their settings from it."""
        return main_environ(self._environ, self.places, self.wiring, demo=self.demo_wanted)

    @property
    def pids(self) -> dict[str, int]:
        found = {name: self.supervisor.pid(name) for name in self.services}
        return {name: pid for name, pid in found.items() if pid is not None}

    @property
    def demo(self) -> dict[str, Any]:
        path = self.places.data / "demo.json"
        return dict(json.loads(path.read_text("utf-8"))) if path.exists() else {}

    def log(self, name: str) -> str:
        return (self.places.logs / f"{name}.log").read_text("utf-8", "replace")

    # -- up and down ----------------------------------------------------------------------------------------------

    def __enter__(self) -> Stack:
        try:
            self.up()
            for name in self.services:
                self.wait(name)
        except BaseException:
            self.down()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.down()

    def up(self) -> None:
        """Start everything without waiting: the gateway does not need Rasa to be there.

        Rasa loads while the database is prepared. When it must be trained first, the preparation comes before: what is
        wrong with a setting then shows before half a minute of training.
        """
        self._open()
        if "rasa" in self.services and not is_trained(self.places, self.models):
            self._prepare()
        for name in (name for name in ALL if name in self.services):
            if name == "gateway":
                self._prepare()
            self.start(name)

    def down(self) -> None:
        """Stop everything, gateway first; nothing of it runs afterwards."""
        self.running = False
        self._closing.close()

    def _open(self) -> None:
        """Take DATA_DIR, find or make the keys."""
        make_private(self.places.data)
        self._closing.enter_context(only_copy(self.places.data))
        self._environ.update(kept_keys(self._environ, self.places.data))
        make_private(self.places.logs)
        event, follow, backoff = self._hooks
        self.supervisor = Supervisor(self.places.logs, event=event, follow=follow, backoff=backoff)
        self._closing.callback(self.supervisor.shutdown)
        self.running = True

    def _prepare(self) -> None:
        """Migrate and seed, once."""
        if self._prepared or "gateway" not in self.services:
            return
        with step("Preparing the database"):
            self.run("launch.migrate", "The database could not be migrated")
            if self.demo_wanted:
                self.run("launch.demo", "The demo clinic could not be set up")
        self._prepared = True

    def run(self, module: str, trouble: str) -> str:
        """Run one of our modules to its end in the gateway's environment; returns what it printed."""
        done = subprocess.run(
            guarded([str(self.places.main_python), "-m", module]),
            env=self.environ,
            cwd=self.places.root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        text = done.stdout.decode("utf-8", "replace").strip()
        if done.returncode == SETTINGS_ERROR:
            raise LaunchError(text.splitlines()[-1] if text else trouble, code=SETTINGS_ERROR)
        if done.returncode:
            raise LaunchError(f"{trouble}:\n{text[-3000:]}")
        return text

    # -- one service ----------------------------------------------------------------------------------------------

    def service(self, name: str) -> Service:
        if name == "rasa":
            return rasa_service(
                self._environ, self.places, self.wiring, ensure_model(self.places, self._environ, self.models)
            )
        if name == "actions":
            return actions_service(self._environ, self.places, self.wiring)
        return gateway_service(self._environ, self.places, self.wiring, demo=self.demo_wanted)

    def start(self, name: str) -> None:
        self.supervisor.start(self.service(name))

    def stop(self, name: str) -> None:
        """TERM (KILL after 10 s); it stays down until `start`."""
        self.supervisor.stop(name)

    def kill(self, name: str) -> None:
        """SIGKILL, as a crash would; the supervisor starts it again with back-off."""
        self.supervisor.kill(name)

    def restart(self, name: str, timeout: float = 90) -> None:
        self.supervisor.restart(name)
        self.wait(name, timeout)

    def wait(self, name: str, timeout: float = 180) -> None:
        """Until it answers its readiness address; LaunchError when it does not."""
        self.supervisor.wait_ready(name, timeout)
