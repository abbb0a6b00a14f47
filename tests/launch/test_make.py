"""The commands: what the Makefile promises exists, and it starts on any Python from 3.9 on."""

import importlib.util
import os
import re
import subprocess
from pathlib import Path

import pytest

from launch.commands import COMMANDS, main
from launch.errors import PythonMissing
from launch.pythons import Wanted, find_python

ROOT = Path(__file__).resolve().parents[2]
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
COMMANDS_SOURCE = (ROOT / "launch" / "commands.py").read_text("utf-8")
TARGETS = re.search(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)[1].split()  # type: ignore[index]


def test_help_lists_every_target_with_a_few_words() -> None:
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    listed = dict(re.findall(r"^  make (\S+) +(.+)$", shown, re.MULTILINE))
    assert sorted(listed) == sorted(TARGETS)
    assert all(len(words) > 5 for words in listed.values())


def test_every_target_calls_a_command_that_there_is() -> None:
    called = re.findall(r"\$\(LAUNCH\) ([a-z-]+)", MAKEFILE)
    assert sorted(called) == sorted(COMMANDS) == sorted(set(TARGETS) - {"help"})


@pytest.mark.parametrize("module", sorted(set(re.findall(r'"-m", "([a-z.]+)"', COMMANDS_SOURCE))))
def test_every_module_a_command_runs_exists(module: str) -> None:
    assert importlib.util.find_spec(module) is not None


@pytest.mark.parametrize("version", ["3.9", "3.10", "3.11"])
def test_the_launcher_starts_on_an_older_python(version: str) -> None:
    try:
        python = find_python(Wanted((version,), "NONE", "This test"), os.environ)
    except PythonMissing:
        pytest.skip(f"there is no Python {version} here")
    done = subprocess.run([python, "-m", "launch", "nonsense"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("Unknown command 'nonsense'. There are: run, stop, setup")


def test_a_full_disk_anywhere_is_one_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_environ: object, _rest: object) -> int:
        with open("/dev/full", "w") as file:
            file.write("x")
        return 0

    monkeypatch.setitem(COMMANDS, "setup", full)  # type: ignore[arg-type]
    assert main(["setup"]) == 1
    assert capsys.readouterr().err.strip().startswith("The disk is full at ")


def test_ci_runs_the_readmes_test_command() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "make test" in script.read_text()
