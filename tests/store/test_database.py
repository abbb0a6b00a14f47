"""How the record is opened."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from store import open_store, read_settings
from tests.gateway.house import environ


def test_an_errors_text_has_none_of_what_was_bound(tmp_path: Path) -> None:
    """It goes to the log with its traceback."""
    store = open_store(read_settings(environ(tmp_path, 9)))
    with pytest.raises(SQLAlchemyError) as failed, store.write() as session:
        session.execute(text("INSERT INTO nowhere (words) VALUES (:words)"), {"words": "a patient's words"})
    assert "nowhere" in str(failed.value)
    assert "a patient's words" not in str(failed.value)
    store.close()


def test_on_postgresql_as_well(tmp_path: Path) -> None:
    """Nothing is asked of a server: an engine knows this before it has connected."""
    settings = replace(read_settings(environ(tmp_path, 9)), database_url="postgresql+psycopg://nobody@127.0.0.1/none")
    store = open_store(settings)
    assert store.engine.hide_parameters
    store.close()
