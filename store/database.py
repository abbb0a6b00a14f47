"""Opening the record. SQLite in WAL mode by default, PostgreSQL when DATABASE_URL says so."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import Session, sessionmaker

from store.crypto import Cipher, use_cipher
from store.settings import Settings

BUSY_SECONDS = 15
SNAPSHOT: Mapping[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
"""PostgreSQL would otherwise show every statement another moment. SQLite's readers see one by themselves."""


class Store:
    """Hands out sessions: read() sees a snapshot, write() is one transaction that commits or leaves no trace.

    SQLite lets one writer in and has the others look again after ever longer naps, up to a tenth of a second. Inside one
    process they stand in line instead, and the next one goes on at once.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._read = sessionmaker(engine.execution_options(**({} if self.alone else SNAPSHOT)), expire_on_commit=False)
        self._write = sessionmaker(engine.execution_options(writes=True), expire_on_commit=False)
        self._line = threading.Lock() if self.alone else None

    @property
    def alone(self) -> bool:
        """SQLite serves one gateway at a time; PostgreSQL several."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        with self._read() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        with self._in_line(), self._write.begin() as session:
            yield session

    @contextmanager
    def _in_line(self) -> Iterator[None]:
        """Whoever waited in vain goes on to SQLite, which says so in its own words."""
        took = self._line is not None and self._line.acquire(timeout=BUSY_SECONDS)
        try:
            yield
        finally:
            if took and self._line is not None:
                self._line.release()

    def close(self) -> None:
        self.engine.dispose()


def open_store(settings: Settings) -> Store:
    """Open the database of `settings`, making the folder of an SQLite file if there is none.

    Parameters are hidden: an error's text goes to the log, and what was bound are patients' names and words.
    """
    use_cipher(Cipher(settings.data_key))
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        if url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        return Store(_sqlite(settings.database_url))
    # every reader ends with a ROLLBACK, after which psycopg would throw its prepared statements away and make them anew
    never = {"prepare_threshold": None}
    return Store(create_engine(url, connect_args=never, pool_size=20, max_overflow=20, pool_pre_ping=True, hide_parameters=True))


def _sqlite(url: str) -> Engine:
    waits = {"timeout": BUSY_SECONDS, "check_same_thread": False}
    engine = create_engine(url, connect_args=waits, pool_size=20, max_overflow=40, hide_parameters=True)
    event.listen(engine, "connect", _prepare_connection)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare_connection(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_SECONDS * 1000}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """A writer takes the lock at once: a transaction that upgrades later would fail instead of waiting."""
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
