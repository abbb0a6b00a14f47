"""`make run` as a newcomer meets it: real Rasa, real actions, real gateway, started from outside and stopped by Ctrl-C."""

import json
import os
import re
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from launch.places import ROOT
from launch.processes import free_port

pytestmark = pytest.mark.timeout(400)
SERVICES = ("-m launch.rasa_server", "-m bot.actions", "-m launch.serve")
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass
class Running:
    process: subprocess.Popen[str]
    port: int
    data: Path
    shown: list[str]

    def read_until(self, words: str) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.shown.append(line.rstrip())
            if words in line:
                return
        pytest.fail("it ended:\n" + "\n".join(self.shown))

    def members(self) -> dict[int, str]:
        """Every process of this copy, by what only its environment says."""
        mark = f"DATA_DIR={self.data}\0".encode()
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (entry / "environ").read_bytes():
                    found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
        return found

    def wait_for_processes(self) -> None:
        """Until all three services were started, ready or not."""
        end = time.monotonic() + 200
        while not all(any(part in command for command in self.members().values()) for part in SERVICES):
            assert self.process.poll() is None, self.shown
            assert time.monotonic() < end
            time.sleep(0.1)

    def pid_of(self, words: str) -> int:
        return next(pid for pid, command in self.members().items() if words in command and "child.py" not in command)

    def get(self, path: str) -> str:
        with DIRECT.open(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
            return str(answer.read().decode())


def start(data: Path) -> Running:
    port = free_port()
    env = {name: value for name, value in os.environ.items() if name not in ("MAKELEVEL", "MAKEFLAGS")}
    process = subprocess.Popen(
        ["make", "--no-print-directory", "run", f"PORT={port}", f"DATA_DIR={data}"], cwd=ROOT, env=env, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell starts what it puts aside deaf to Ctrl-C
    )  # fmt: skip
    return Running(process, port, data, [])


def all_gone(running: Running, seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while running.members() and time.monotonic() < end:
        time.sleep(0.1)
    return running.members() == {}


@pytest.fixture
def starting(tmp_path: Path) -> Iterator[Running]:
    running = start(tmp_path / "var")
    yield running
    end(running)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One copy for the tests of a running house; the last of them stops it."""
    running = start(tmp_path_factory.mktemp("whole") / "var")
    running.read_until("Ctrl-C stops everything")
    yield running
    end(running)


def end(running: Running) -> None:
    if running.process.poll() is None:
        os.killpg(running.process.pid, signal.SIGKILL)
    running.process.wait()
    assert running.process.stdout
    running.process.stdout.close()


def test_nothing_is_left_when_the_launcher_is_killed(starting: Running) -> None:
    starting.wait_for_processes()
    os.kill(starting.pid_of("-m launch run"), signal.SIGKILL)
    assert all_gone(starting)


def test_everything_stops_when_make_is_killed(starting: Running) -> None:
    starting.wait_for_processes()
    os.kill(starting.process.pid, signal.SIGKILL)
    assert all_gone(starting, 40)


def test_one_command_brings_everything_up_and_says_where(running: Running) -> None:
    said = "\n".join(running.shown)
    for path in ("/", "/console", "/sms/simulator"):
        assert f"http://127.0.0.1:{running.port}{path}\n" in said
    login = json.loads((running.data / "demo.json").read_text())["clinician"]
    assert re.search(rf"Log in +{login['email']}\n +Password +{login['password']}", said)
    for path in ("/", "/console/login", "/sms/simulator", "/readyz"):
        assert running.get(path)


def test_only_this_machine_can_reach_it(running: Running) -> None:
    """The kernel's own list of listening sockets, for the processes of this copy."""
    links = [link for pid in running.members() for link in Path(f"/proc/{pid}/fd").iterdir()]
    inodes = {os.readlink(link)[8:-1] for link in links if os.path.islink(link) and "socket:" in os.readlink(link)}
    rows = [(table, line.split()) for table in ("tcp", "tcp6") for line in Path(f"/proc/net/{table}").read_text().splitlines()]
    listening = [(table, row[1].split(":")[0]) for table, row in rows if row[3] == "0A" and row[9] in inodes]
    assert len(listening) >= 3
    assert set(listening) == {("tcp", "0100007F")}


def test_a_rasa_that_is_killed_comes_back(running: Running) -> None:
    os.kill(running.pid_of("rasa_server"), signal.SIGKILL)
    running.read_until("killed by SIGKILL")
    running.read_until("ready (")
    assert "starting it again in 0.5 s" in "\n".join(running.shown)


def test_ctrl_c_stops_everything(running: Running) -> None:
    os.killpg(running.process.pid, signal.SIGINT)  # what a terminal sends to make and to the launcher
    running.process.wait(40)
    assert all_gone(running)
