"""Migrated records for tests: the migrations run once in a process, and every test begins with a copy of what they made."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine, make_url

from store import Settings, Store, open_store
from store.schema import migrate


def open_migrated(settings: Settings) -> Store:
    """The record of `settings`, new or as it was left. A database on a server is migrated where it is."""
    store, url = open_store(settings), make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).exists():
        Path(url.database).write_bytes(_fresh())
    else:
        migrate(store.engine)
    return store


@cache
def _fresh() -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "fresh.db"
        engine = create_engine(f"sqlite:///{file}")
        migrate(engine)
        engine.dispose()
        return file.read_bytes()
