"""`make run` says what is wrong in one line and an exit code, before it has done anything slow."""

import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from launch.keys import kept_keys, new_key
from launch.locks import only_copy
from launch.places import ROOT, places, port_of
from launch.processes import port_is_free
from launch.services import Wiring
from store import open_store, read_settings
from store.messages import Saying, add_outbound
from store.patients import add_patient, conversation_of
from store.talk import Author

PYTHON = str(ROOT / ".venv/bin/python")
NOT_OURS = "HOST must be an address of this machine (127.0.0.1, or 0.0.0.0 or :: for all of them), not '{}'."


def launch(command: str, data: Path, *before: str, **settings: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if name != "MAKELEVEL"}
    return subprocess.run(
        [*before, PYTHON, "-m", "launch", command], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
        env={**env, "DATA_DIR": str(data), **settings},
    )  # fmt: skip


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_taken_port(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = launch("run", tmp_path, PORT=str(port))
    assert done.returncode == 1
    assert done.stderr.strip() == (
        f"Port {port} is taken by another program. Stop it, or choose another port: make run PORT={port + 1}"
    )


def test_a_taken_port_of_every_address(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        done = launch("run", tmp_path, PORT=str(other.getsockname()[1]), HOST="0.0.0.0")
    assert done.returncode == 1
    assert "is taken by another program" in done.stderr


def test_an_address_of_ip_6() -> None:
    if not Path("/proc/net/if_inet6").exists():
        pytest.skip("this machine has no IPv6")
    with socket.socket(socket.AF_INET6) as other:
        other.bind(("::1", 0))
        port = other.getsockname()[1]
        other.listen()
        assert not port_is_free(port, "::1")
        assert not port_is_free(port, "::")
    assert port_is_free(port, "::")
    assert Wiring(port=8080, rasa_port=1, actions_port=2, host="::").url == "http://[::1]:8080"


@pytest.mark.parametrize(("setting", "value", "says"), [
    ("PORT", "eighty", "PORT must be a whole number from 1 to 65535, not 'eighty'."),
    ("HOST", "203.0.113.9", NOT_OURS.format("203.0.113.9")),
    ("HOST", "no..host", NOT_OURS.format("no..host")),
    ("TWILIO_ACCOUNT_SID", "AC1", "TWILIO_ACCOUNT_SID is set: TWILIO_AUTH_TOKEN and TWILIO_NUMBER must be set too."),
    ("DATABASE_URL", "mysql://x", "DATABASE_URL must start with sqlite:/// or postgresql://."),
    ("DATA_KEY", "short", "DATA_KEY must be 32 bytes in URL-safe base64. Make one with: python -m launch.keys"),
])  # fmt: skip
def test_a_wrong_setting(tmp_path: Path, setting: str, value: str, says: str) -> None:
    done = launch("run", tmp_path, **{"PORT": str(free_port()), setting: value})
    assert done.returncode == 78
    assert done.stderr.strip() == says


def test_an_unreachable_database(tmp_path: Path) -> None:
    done = launch("run", tmp_path, PORT=str(free_port()), DATABASE_URL=f"postgresql://nobody@127.0.0.1:{free_port()}/none")
    assert done.returncode == 78
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stderr.strip().startswith("The database cannot be used: ")


def test_a_second_copy_on_the_same_data(tmp_path: Path) -> None:
    with only_copy(tmp_path):
        done = launch("run", tmp_path, PORT=str(free_port()))
    assert done.returncode == 1
    assert done.stderr.strip().startswith(f"Afterglow already runs on {tmp_path} (process {os.getpid()}).")
    assert "make run DATA_DIR=./var2 PORT=8090" in done.stderr


def test_the_wrong_data_key(tmp_path: Path) -> None:
    env = {**os.environ, **kept_keys({}, tmp_path), "DATA_DIR": str(tmp_path)}
    subprocess.run([PYTHON, "-m", "launch.migrate"], cwd=ROOT, env=env, check=True, capture_output=True)
    with open_store(read_settings(env)).write() as session:
        conversation = conversation_of(session, add_patient(session, name="Ada").id)
        add_outbound(session, conversation, Saying("hello", Author.BOT))
    done = launch("run", tmp_path, PORT=str(free_port()), DATA_KEY=new_key())
    assert done.returncode == 78
    assert done.stderr.strip() == "DATA_KEY cannot read this database. Give the key it was written with."


def test_a_full_disk(tmp_path: Path) -> None:
    """On a real file system of 150 KB."""
    mine = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--mount"]
    small = [*mine, "sh", "-c", f'mount -t tmpfs -o size=150k tmpfs {tmp_path} && exec "$@"', "sh"]
    if shutil.which("unshare") is None or subprocess.run([*small, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine does not let us mount a small file system; test_make has the smaller test")
    done = launch("run", tmp_path, *small, PORT=str(free_port()))
    assert done.returncode != 0
    assert done.stderr.strip().startswith("The disk is full")
    assert len(done.stderr.strip().splitlines()) == 1


def test_nothing_runs_and_stop_says_so(tmp_path: Path) -> None:
    done = launch("stop", tmp_path)
    assert (done.returncode, done.stdout) == (0, f"Nothing runs on {tmp_path}.\n")


def test_data_dir_and_port_come_from_the_environment() -> None:
    assert places({"DATA_DIR": "./var2"}).data == ROOT / "var2"
    assert places({}).data == ROOT / "var"
    assert port_of({"PORT": " 8090 "}) == 8090
