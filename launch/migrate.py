"""python -m launch.migrate: make the database, or bring it to this version, and see that DATA_KEY can read it.

Runs in the main environment.
"""

from __future__ import annotations

import sys

from sqlalchemy import select
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from launch.errors import SETTINGS_ERROR
from store import Store, open_store, read_settings
from store.errors import KeyMismatch, StoreError
from store.schema import migrate
from store.talk import Message


def main() -> int:
    try:
        store = open_store(read_settings())
    except StoreError as fault:
        return _one_line(fault, SETTINGS_ERROR)
    try:
        revision = migrate(store.engine)
        _read_something(store)
        print(f"The database is at revision {revision}.")
    except OperationalError as fault:
        return _one_line(_told(fault), SETTINGS_ERROR)
    except KeyMismatch as fault:
        return _one_line(fault, SETTINGS_ERROR)
    except (StoreError, SQLAlchemyError) as fault:
        return _one_line(fault, 1)
    finally:
        store.close()
    return 0


def _read_something(store: Store) -> None:
    """A wrong key shows now, not at the first patient's first message."""
    with store.read() as session:
        session.scalar(select(Message.text).limit(1))


def _told(fault: OperationalError) -> str:
    """SQLAlchemy adds the statement and a link; the first line is what happened."""
    what = str(fault.orig).strip().splitlines()[0]
    if "disk is full" in what or "disk I/O error" in what:
        return f"The disk is full: the database could not be written ({what})."
    return f"The database cannot be used: {what}. See DATABASE_URL."


def _one_line(fault: object, code: int) -> int:
    print(str(fault).splitlines()[0], file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
