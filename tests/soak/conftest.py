"""One PostgreSQL for the tests of this room; every test gets a database of its own, copied from a migrated one."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pytest

from launch.postgres import throwaway_postgres
from store import open_store, read_settings
from store.schema import migrate
from tests.gateway.house import House, environ, free_port, prepare, serving, with_twilio
from tests.gateway.twilio import Texts, twilio_stand_in

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Side by side on two cores: one server is enough."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("postgres"))


@dataclass(frozen=True)
class Postgres:
    """A running server with a migrated database to copy from."""

    url: str

    def fresh(self, *, empty: bool = False) -> str:
        """The address of a new database, like the first one was or empty."""
        name = f"copy_{secrets.token_hex(4)}"
        with psycopg.connect(self.url.rpartition("/")[0] + "/postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {'template1' if empty else 'afterglow'}")
        return f"{self.url.rpartition('/')[0]}/{name}"


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with throwaway_postgres() as url:
        store = open_store(read_settings(environ(tmp_path_factory.mktemp("first"), 9, DATABASE_URL=url)))
        migrate(store.engine)
        store.close()
        yield Postgres(url)


@pytest.fixture
def texts() -> Iterator[Texts]:
    with twilio_stand_in() as texts:
        yield texts


@contextmanager
def two_houses(folder: Path, url: str, texts: Texts) -> Iterator[tuple[House, House]]:
    """Two gateways on one database, as behind a load balancer: both are reached by one public address."""
    ports = free_port(), free_port()
    env = environ(folder, ports[0], DATABASE_URL=url, PUBLIC_URL=f"http://127.0.0.1:{ports[0]}", **with_twilio(texts.url))
    settings = read_settings(env)
    patient_id = prepare(settings)
    with serving(settings) as one, serving(replace(settings, port=ports[1])) as other:
        yield tuple(House(f"http://127.0.0.1:{port}", settings, patient_id, app) for port, app in zip(ports, (one, other), strict=True))


@pytest.fixture
def houses(tmp_path: Path, postgres: Postgres, texts: Texts) -> Iterator[tuple[House, House]]:
    with two_houses(tmp_path, postgres.fresh(), texts) as both:
        yield both
