"""Environments are made once, mended when something is missing, and otherwise left alone. With the real uv, on empty locks."""

import os
import sys
from pathlib import Path

import pytest

from launch import setup
from launch.errors import StepFailed
from launch.places import ROOT, Places
from launch.pythons import Wanted
from launch.setup import Env, is_whole

HERE = Wanted((f"{sys.version_info.major}.{sys.version_info.minor}",), "PYTHON_OF_THE_TESTS", "This test")
ENVIRON = {**os.environ, "PATH": f"{ROOT}/.tools/uv/bin:{os.environ['PATH']}"}


@pytest.fixture
def places(tmp_path: Path) -> Places:
    (tmp_path / "requirements.lock").write_text("")
    return Places(tmp_path, tmp_path / "var")


@pytest.fixture
def env(places: Places) -> Env:
    return Env("A test environment", places.main_env, places.root / "requirements.lock", HERE, "import json")


def make(places: Places, env: Env) -> None:
    setup._make(places, env, Path(sys._base_executable), ENVIRON)  # type: ignore[attr-defined]


def test_a_new_environment_runs_and_counts_as_whole(places: Places, env: Env) -> None:
    assert not is_whole(places, env)
    make(places, env)
    assert is_whole(places, env)


def test_a_changed_lock_asks_for_the_environment_again(places: Places, env: Env) -> None:
    make(places, env)
    env.lock.write_text("# another\n")
    assert not is_whole(places, env)


def test_a_lost_package_is_noticed(places: Places, env: Env) -> None:
    site = next(places.main_env.glob("lib/python3.*/site-packages"), None)
    make(places, env)
    site = next(places.main_env.glob("lib/python3.*/site-packages"))
    lost = site / "lost-1.0.dist-info"
    lost.mkdir()
    setup._stamp(places, env)
    assert is_whole(places, env)
    lost.rmdir()
    assert not is_whole(places, env)


def test_an_environment_whose_python_went_away_is_made_anew(places: Places, env: Env) -> None:
    make(places, env)
    env.python.unlink()
    env.python.symlink_to("/nowhere/python")
    assert not is_whole(places, env)
    make(places, env)
    assert is_whole(places, env)


def test_a_half_made_environment_is_made_anew(places: Places, env: Env) -> None:
    (places.main_env / "bin").mkdir(parents=True)
    (places.main_env / "bin" / "python").write_text("#!/bin/sh\nexit 1\n")
    make(places, env)
    assert is_whole(places, env)


def test_no_stamp_is_written_when_the_check_fails(places: Places, env: Env) -> None:
    broken = Env(env.title, env.folder, env.lock, env.wanted, "import there_is_no_such_module")
    with pytest.raises(StepFailed, match="there_is_no_such_module"):
        make(places, broken)
    assert not is_whole(places, broken)


def test_a_second_set_up_runs_nothing(places: Places, env: Env, monkeypatch: pytest.MonkeyPatch) -> None:
    make(places, env)
    monkeypatch.setattr(setup, "environments", lambda _places: (env, env))
    monkeypatch.setattr(setup, "_make", lambda *_: pytest.fail("it was made again"))
    setup.ensure_setup(places, {"PATH": ""})
