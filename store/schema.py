"""Bringing a database to this version's schema, and telling whether it is there."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from store.errors import SchemaBehind

_MIGRATIONS = Path(__file__).parent / "migrations"
ONE_AT_A_TIME = 0xAF7E
"""The number of our lock among PostgreSQL's advisory locks."""


def migrate(engine: Engine) -> str:
    """Apply what is missing; answers with the revision the database is now at."""
    config = _config()
    with engine.execution_options(writes=True).begin() as connection:
        if connection.dialect.name == "postgresql":  # several gateways may start at the same moment
            connection.execute(text("SELECT pg_advisory_xact_lock(:ours)"), {"ours": ONE_AT_A_TIME})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return require_current(engine)


def require_current(engine: Engine) -> str:
    """Raises SchemaBehind when the database is not at this version's schema."""
    wanted = ScriptDirectory.from_config(_config()).get_current_head()
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    if wanted is None or found != wanted:
        raise SchemaBehind(f"The database is at revision {found}, this version needs {wanted}: run python -m launch.migrate")
    return wanted


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return config
