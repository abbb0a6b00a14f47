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
    )  # fmt: skip
    running = Running(process, port, data, [])
    running.read_until("Ctrl-C stops everything")
    return running


def all_gone(running: Running, seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while running.members() and time.monotonic() < end:
        time.sleep(0.1)
    return running.members() == {}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "var"


@pytest.fixture
def running(data: Path) -> Iterator[Running]:
    running = start(data)
    yield running
    if running.process.poll() is None:
        os.killpg(running.process.pid, signal.SIGKILL)
    running.process.wait()
    assert running.process.stdout
    running.process.stdout.close()


def test_one_command_brings_everything_up_and_ctrl_c_takes_everything_down(running: Running) -> None:
    said = "\n".join(running.shown)
    assert f"http://127.0.0.1:{running.port}/console" in said
    assert f"http://127.0.0.1:{running.port}/sms/simulator" in said
    login = json.loads((running.data / "demo.json").read_text())["clinician"]
    assert re.search(rf"Log in +{login['email']}\n +Password +{login['password']}", said)
    for path in ("/", "/console/login", "/sms/simulator", "/readyz"):
        assert running.get(path)
    os.killpg(running.process.pid, signal.SIGINT)  # what a terminal sends to make and to the launcher
    running.process.wait(40)
    assert all_gone(running)


def test_only_the_gateway_can_be_reached_and_only_from_here(running: Running) -> None:
    """The kernel's own list of listening sockets, for the processes of this copy."""
    inodes = {
        os.readlink(link)[8:-1]
        for pid in running.members()
        for link in Path(f"/proc/{pid}/fd").iterdir()
        if os.path.islink(link) and os.readlink(link).startswith("socket:")
    }
    listening = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            parts = line.split()
            if parts[3] == "0A" and parts[9] in inodes:
                listening.append((table, parts[1].split(":")[0]))
    assert len(listening) >= 3
    assert set(listening) == {("tcp", "0100007F")}


def test_a_rasa_that_is_killed_comes_back(running: Running) -> None:
    os.kill(running.pid_of("rasa_server"), signal.SIGKILL)
    running.read_until("killed by SIGKILL")
    running.read_until("ready (")
    assert "starting it again in 0.5 s" in "\n".join(running.shown)


def test_nothing_is_left_when_the_launcher_is_killed(running: Running) -> None:
    os.kill(running.pid_of("-m launch run"), signal.SIGKILL)
    assert all_gone(running)


def test_everything_stops_when_make_is_killed(running: Running) -> None:
    os.kill(running.process.pid, signal.SIGKILL)
    assert all_gone(running, 40)
