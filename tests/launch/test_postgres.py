"""The throw-away PostgreSQL is a real one, and gone afterwards."""

import subprocess

import psycopg
import pytest

from launch.postgres import throwaway_postgres


def test_it_answers_and_leaves_nothing_behind() -> None:
    with throwaway_postgres() as url:
        with psycopg.connect(url) as connection:
            folder = connection.execute("SHOW data_directory").fetchone()[0]  # type: ignore[index]
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert subprocess.run(["pgrep", "-f", folder], capture_output=True, check=False).returncode == 0
    assert subprocess.run(["pgrep", "-f", folder], capture_output=True, check=False).returncode == 1
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=2)


def test_it_lets_nobody_in_without_the_password() -> None:
    with throwaway_postgres() as url:
        head, _, place = url.partition("@")
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(f"{head.rpartition(':')[0]}:wrong@{place}")
