"""Keys are made once, kept for their owner alone, and never made anew over a database that needs them."""

import base64
import stat
from pathlib import Path

from launch.keys import kept_keys, new_key


def test_keys_are_made_once_and_stay(tmp_path: Path) -> None:
    first = kept_keys({}, tmp_path)
    assert kept_keys({}, tmp_path) == first
    assert all(len(base64.urlsafe_b64decode(key)) == 32 for key in first.values())


def test_only_the_owner_may_read_them(tmp_path: Path) -> None:
    kept_keys({}, tmp_path / "var")
    assert stat.S_IMODE((tmp_path / "var" / "secrets.env").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "var").stat().st_mode) == 0o700


def test_a_key_that_is_set_is_used_and_not_written_down(tmp_path: Path) -> None:
    mine = new_key()
    keys = kept_keys({"DATA_KEY": mine}, tmp_path)
    assert keys["DATA_KEY"] == mine
    assert mine not in (tmp_path / "secrets.env").read_text()


def test_a_missing_second_key_does_not_change_the_first(tmp_path: Path) -> None:
    (tmp_path / "secrets.env").write_text(f"DATA_KEY={(kept := new_key())}\n")
    assert kept_keys({}, tmp_path)["DATA_KEY"] == kept
    assert kept_keys({}, tmp_path) == kept_keys({}, tmp_path)
