"""What can go wrong with the record, and what the reader can do about it.

StoreError
├── SettingsError   a setting is missing or wrong: mend the environment or .env, start again
├── KeyMismatch     DATA_KEY cannot open this database: give the key it was written with
├── SchemaBehind    the database was made by another version: run the migrations
├── UnknownRecord   nothing with this id
└── Conflict        somebody else was faster: look at what is new, then decide again
"""


class StoreError(Exception):
    """Anything the record refuses."""


class SettingsError(StoreError):
    """A setting is missing or wrong. The message names it and says how to mend it."""


class KeyMismatch(StoreError):
    """DATA_KEY cannot read what is stored."""


class SchemaBehind(StoreError):
    """The database needs `python -m launch.migrate`."""


class UnknownRecord(StoreError):
    """There is nothing with this id."""


class Conflict(StoreError):
    """The record changed since the reader looked; nothing was written."""
