"""The migrations make on PostgreSQL what the tables say."""

from pathlib import Path
from threading import Thread

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from store import open_store, read_settings
from store.schema import migrate
from store.tables import Base
from tests.gateway.house import environ
from tests.soak.conftest import Postgres


def test_the_migrated_database_is_what_the_tables_say(tmp_path: Path, postgres: Postgres) -> None:
    store = open_store(read_settings(environ(tmp_path, 9, DATABASE_URL=postgres.fresh())))
    with store.engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    store.close()
    assert [one for one in found if not (isinstance(one, list) and one[0][0] == "modify_comment") and one[0] != "modify_comment"] == []


def test_gateways_that_start_together_migrate_one_after_the_other(tmp_path: Path, postgres: Postgres) -> None:
    stores = [open_store(read_settings(environ(tmp_path, 9, DATABASE_URL=postgres.fresh(empty=True))))]
    stores += [open_store(read_settings(environ(tmp_path, 9, DATABASE_URL=stores[0].engine.url.render_as_string(False)))) for _ in range(2)]
    faults: list[BaseException] = []

    def bring_up(place: int) -> None:
        try:
            migrate(stores[place].engine)
        except BaseException as fault:
            faults.append(fault)

    threads = [Thread(target=bring_up, args=(place,)) for place in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert faults == []
    with stores[0].read() as session:
        assert len(session.scalars(text("SELECT version_num FROM alembic_version")).all()) == 1
    for store in stores:
        store.close()
