"""The locks: complete, hashed, and silent about where the packages were fetched from."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOUSES = [ROOT, ROOT / "bot"]
LOCKS = sorted([*ROOT.glob("requirements.lock"), *ROOT.glob("*/requirements.lock")])


def locked(house: Path) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+) \\$", (house / "requirements.lock").read_text(), re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.parent.name)
def test_a_lock_names_no_registry(lock: Path) -> None:
    text = lock.read_text()
    assert "://" not in text
    assert "index" not in re.sub(r"^\s*#.*$|[a-z0-9-]+==", "", text, flags=re.MULTILINE)


@pytest.mark.parametrize("house", HOUSES, ids=["main", "bot"])
def test_every_locked_package_has_a_hash(house: Path) -> None:
    entries = re.split(r"\n(?=[a-z0-9])", (house / "requirements.lock").read_text().strip())
    assert len(entries) > 100
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("house", HOUSES, ids=["main", "bot"])
def test_what_is_asked_for_is_locked(house: Path) -> None:
    project = tomllib.loads((house / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"], *project.get("dependency-groups", {}).get("dev", [])]
    names = {re.match(r"[A-Za-z0-9_.-]+", one)[0].lower().replace("_", "-") for one in wanted}  # type: ignore[index]
    assert names - set(locked(house)) == set()


def test_rasa_is_the_version_that_was_measured() -> None:
    assert locked(ROOT / "bot")["rasa"] == "3.6.21"
