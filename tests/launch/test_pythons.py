"""Finding the Pythons: whatever is called python3.10 is run before it is believed."""

from pathlib import Path

import pytest

from launch.errors import PythonMissing
from launch.pythons import OURS, RASA, find_python


def python(path: Path, version: str, code: int = 0) -> Path:
    """A program that answers like a Python of this version, or fails like a pyenv shim."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n[ {code} = 0 ] || exit {code}\necho {version} {path}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"PATH": f"{tmp_path}/bin:{tmp_path}/usr", "HOME": str(tmp_path / "home")}


def test_a_named_python_goes_before_all_others(tmp_path: Path, environ: dict[str, str]) -> None:
    python(tmp_path / "bin/python3.10", "3.10")
    named = python(tmp_path / "opt/my-python", "3.10")
    assert find_python(RASA, {**environ, "PYTHON310": str(named)}) == named


def test_a_named_python_of_another_version_is_refused_by_name(tmp_path: Path, environ: dict[str, str]) -> None:
    named = python(tmp_path / "opt/my-python", "3.11")
    with pytest.raises(PythonMissing, match=f"PYTHON310={named} does not run as Python 3.10"):
        find_python(RASA, {**environ, "PYTHON310": str(named)})


def test_a_shim_that_fails_is_passed_over_for_the_next_on_path(tmp_path: Path, environ: dict[str, str]) -> None:
    python(tmp_path / "bin/python3.10", "3.10", code=127)
    real = python(tmp_path / "usr/python3.10", "3.10")
    assert find_python(RASA, environ) == real


def test_pyenvs_newest_is_found_though_it_is_not_selected(tmp_path: Path, environ: dict[str, str]) -> None:
    python(tmp_path / "bin/python3.10", "3.10", code=127)
    for patch in ("3.10.2", "3.10.13", "3.1.9"):
        python(tmp_path / f"home/.pyenv/versions/{patch}/bin/python", patch.rpartition(".")[0])
    assert find_python(RASA, environ) == tmp_path / "home/.pyenv/versions/3.10.13/bin/python"


def test_pyenv_root_names_another_place(tmp_path: Path, environ: dict[str, str]) -> None:
    there = python(tmp_path / "pyenv/versions/3.12.1/bin/python", "3.12")
    assert find_python(OURS, {**environ, "PYENV_ROOT": str(tmp_path / "pyenv")}) == there


def test_a_python_that_uv_installed_is_found(tmp_path: Path, environ: dict[str, str]) -> None:
    there = python(tmp_path / "home/.local/share/uv/python/cpython-3.10.19-linux-x86_64-gnu/bin/python3", "3.10")
    assert find_python(RASA, environ) == there


def test_a_plain_python3_will_do_when_it_is_of_the_wanted_version(tmp_path: Path, environ: dict[str, str]) -> None:
    plain = python(tmp_path / "usr/python3", "3.13")
    assert find_python(OURS, environ) == plain


def test_a_name_that_lies_about_its_version_is_not_believed(tmp_path: Path, environ: dict[str, str]) -> None:
    python(tmp_path / "bin/python3.12", "3.11")
    with pytest.raises(PythonMissing):
        find_python(OURS, environ)


def test_without_any_the_message_says_how_to_get_one(environ: dict[str, str]) -> None:
    with pytest.raises(PythonMissing) as missing:
        find_python(RASA, environ)
    assert "Rasa needs Python 3.10" in missing.value.message
    assert "pyenv install 3.10" in missing.value.remedy
    assert "PYTHON310=/path/to/python3.10" in missing.value.remedy
