"""What the README names exists: every path, every make target, every command."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
CODE = re.findall(r"`([^`\n]+)`", README)
LINKS = [link for link in re.findall(r"\]\(([^)]+)\)", README) if not link.startswith("http")]
PATHS = [word for word in CODE if re.fullmatch(r"[\w.-]+(?:/[\w.-]*)+", word) and not word.startswith("./")]
TARGETS = sorted(set(re.findall(r"\bmake ([a-z][a-z-]*)", README)))
MODULES = sorted(set(re.findall(r"\.venv/bin/python -m (\w+)", README)))


@pytest.mark.parametrize("path", sorted(set(PATHS + LINKS)))
def test_every_path_exists(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize("target", TARGETS)
def test_every_make_target_exists(target: str) -> None:
    done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("module", MODULES)
def test_every_command_can_be_asked_for_help(module: str) -> None:
    done = subprocess.run([sys.executable, "-m", module, "--help"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_check_sees_something() -> None:
    assert {"clinical/", "bot/domain.yml"} <= set(PATHS)
    assert {"run", "test", "bench"} <= set(TARGETS)
