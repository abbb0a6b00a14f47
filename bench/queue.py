"""(q) The console's queue and card over a large record: 100,000 patients, 5 million messages, 2,000 open flags on PostgreSQL;
a tenth of the patients and 100,000 messages on SQLite. Through the real console, rendered, a clinician logged in.

The rows are made inside the database. All words are one ciphertext: reading them costs what other words would cost.
"""

from __future__ import annotations

import base64
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text
from starlette.testclient import TestClient

from bench.numbers import summary
from launch.memory import keep_what_is_loaded
from launch.postgres import throwaway_postgres
from launch.serve import build_app
from safety.protocol import Phase, ProtocolState
from store import Settings, Store, open_store, read_settings
from store.base import utc_now
from store.clinicians import add_clinician
from store.crypto import current_cipher
from store.schema import migrate

KEY = base64.urlsafe_b64encode(b"k" * 32).decode()
PASSWORD = "a password of the benchmark"  # noqa: S105 - for a database that is thrown away
ORIGIN = "http://testserver"
ROWS = Path(__file__).parent / "rows"
TARGET_MS = 150
ROUNDS = 60
LONG = 400  # messages of the twenty longest conversations; the others share the rest equally


@dataclass(frozen=True, slots=True)
class Size:
    patients: int
    messages: int
    flags: int


SIZES = {"postgresql": Size(100_000, 5_000_000, 2_000), "sqlite": Size(10_000, 100_000, 200)}


def queue_and_card(sizes: Mapping[str, Size] = SIZES) -> dict[str, Any]:
    found = {}
    for name, size in sizes.items():
        with _record(name) as settings:
            found[name] = measure(settings, size)
    return found


@contextmanager
def _record(name: str) -> Iterator[Settings]:
    with tempfile.TemporaryDirectory(prefix="afterglow-bench-") as folder:
        env = {"DATA_DIR": folder, "SECRET_KEY": KEY, "DATA_KEY": KEY, "PORT": "8080"}
        if name == "sqlite":
            yield read_settings(env)
        else:
            with throwaway_postgres() as url:
                yield read_settings({**env, "DATABASE_URL": url})


def measure(settings: Settings, size: Size) -> dict[str, Any]:
    store = open_store(settings)
    migrate(store.engine)
    with store.write() as session:
        add_clinician(session, email="ana@clinic.example", name="Ana", password=PASSWORD)
    began = time.perf_counter()
    fill(store, size)
    filled = time.perf_counter() - began
    with store.read() as session:
        open_flags = "SELECT conversation_id FROM flag WHERE status <> 'closed' ORDER BY level DESC, id LIMIT 200"
        flagged = session.scalars(text(open_flags)).all()
    store.close()
    pages = {"queue": ["/console/"] * ROUNDS, "card": [f"/console/conversations/{one}" for one in flagged[: 3 * ROUNDS : 3]]}
    with TestClient(build_app(settings), base_url=ORIGIN, follow_redirects=False) as client:
        log_in(client)
        keep_what_is_loaded()  # as the server does when it begins to listen
        taken = {name: _times(client, paths) for name, paths in pages.items()}
        taken["queue's own refresh"] = _times(client, pages["queue"], {"x-afterglow-live": "1"})
    return {
        "patients": size.patients, "messages": size.messages, "open_flags": size.flags, "fill_seconds": round(filled, 1), "ms": taken,
        "target_ms": TARGET_MS, "load": round(os.getloadavg()[0], 1), "met": all(one["p95"] < TARGET_MS for one in taken.values()),
    }  # fmt: skip


def log_in(client: TestClient) -> None:
    seal = re.search(r'name="csrf" value="([^"]+)"', client.get("/console/login").text)
    assert seal
    form = {"csrf": seal[1], "email": "ana@clinic.example", "password": PASSWORD}
    assert client.post("/console/login", data=form, headers={"Origin": ORIGIN}).status_code == 303


def _times(client: TestClient, paths: list[str], headers: Mapping[str, str] | None = None) -> dict[str, float]:
    """The first look warms the caches, as it would for a clinician at work."""
    client.get(paths[0], headers=headers)
    taken = []
    for path in paths:
        began = time.perf_counter()
        answer = client.get(path, headers=headers)
        taken.append(time.perf_counter() - began)
        assert answer.status_code == 200, answer.status_code
    return summary(taken)


def fill(store: Store, size: Size) -> None:
    words = current_cipher().encrypt("I keep thinking about the session. It was heavy, and nobody has asked me about it since.")
    name, empty = current_cipher().encrypt("Maya Lindqvist"), current_cipher().encrypt("[]")
    waiting = ProtocolState(Phase.HANDOFF_PENDING, 1, 4, "S", ("S",), opened_at=utc_now() - timedelta(hours=1), page="accepted")
    values = {
        "words": words, "name": name, "empty": empty, "state": current_cipher().encrypt(json.dumps(waiting.to_dict())),
        "patients": size.patients, "flags": size.flags, "each": size.messages // size.patients,
        "long": LONG, "now": utc_now() if not store.alone else utc_now().replace(tzinfo=None).isoformat(" "),
    }  # fmt: skip
    for statement in (ROWS / f"{store.engine.dialect.name}.sql").read_text("utf-8").split(";\n"):
        with store.engine.execution_options(writes=True).begin() as connection:
            wanted = {key: values[key] for key in set(re.findall(r"(?<!:):(\w+)", statement)) if key in values}
            if wanted or "INSERT" in statement:
                connection.execute(text(statement), wanted)
    with store.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("ANALYZE" if store.alone else "VACUUM ANALYZE"))


if __name__ == "__main__":
    small = {name: Size(one.patients // 100, one.messages // 100, one.flags // 20) for name, one in SIZES.items()}
    print(queue_and_card(small if "small" in sys.argv else SIZES))
