"""Serves Afterglow: the gateway at /, the clinicians' console at /console. The only place where the two meet.

`python -m launch.serve` reads the environment and .env. What is wrong with a setting, a clinical file or the database is
said in one line, and the exit code 78 tells the supervisor that starting again would not help.
"""

from __future__ import annotations

import logging
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn
import yaml
from fastapi import FastAPI

from console.app import build_console
from console.parts import ConsoleParts
from gateway.app import build_gateway
from gateway.outgoing import Sender
from gateway.parts import Parts
from gateway.screening import half_deaf
from launch.errors import SETTINGS_ERROR
from launch.memory import keep_what_is_loaded
from programme import ContentError as ProgrammeError
from programme import load_programme
from safety.content import LOADER, Clinical, load_clinical
from safety.errors import ContentError as SafetyError
from safety.protocol.content import protocol_of
from store import Settings, open_store, read_settings
from store.errors import KeyMismatch, SchemaBehind, SettingsError
from store.schema import require_current
from store.signals import Signals
from store.thresholds import in_force
from store.wording import Wording

STARTUP_FAILED = 3  # as uvicorn's own command says it
GRACE_SECONDS = 3  # for open streams; turns that are under way are waited for afterwards
UNUSABLE = (SettingsError, SchemaBehind, KeyMismatch, ProgrammeError, SafetyError)


def build_app(settings: Settings, sender: Sender | None = None) -> FastAPI:
    """The whole application. Opens the record and reads the clinical content; starts nothing yet.

    Raises SettingsError, SchemaBehind, KeyMismatch or a ContentError.
    """
    store, signals = open_store(settings), Signals()
    require_current(store.engine)
    files = load_clinical(settings.clinical_dir)
    clinical = in_force(store, files)
    protocol_of(clinical)  # a fault in protocol.yml must show now, not with the first person at risk
    programme = load_programme(settings.clinical_dir / "programme")
    wording = read_wording(settings, clinical)
    parts = Parts(settings, store, signals, clinical, programme, wording)
    app = build_gateway(parts, sender)
    console = ConsoleParts(
        settings, store, signals, clinical, programme, wording, from_files=files, half_deaf=partial(half_deaf, clinical)
    )  # fmt: skip
    app.mount("/console", build_console(console))
    return app


def read_wording(settings: Settings, clinical: Clinical) -> Wording:
    return Wording(settings.clinic, clinical.resources, _lines(settings.clinical_dir / "lines.yml"))


def _lines(path: Path) -> Mapping[str, str]:
    try:
        data: Any = yaml.load(path.read_text("utf-8"), Loader=LOADER)  # noqa: S506 - it is a safe one
        return {str(key): str(text).strip() for key, text in data["lines"].items()}
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as broken:
        raise SafetyError(path.name, "lines", f"cannot be read ({broken})", "compare with the last signed version") from broken


def main() -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it would log every address it asks
    logging.getLogger("twilio").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        settings = read_settings()
        app = build_app(settings)
    except UNUSABLE as fault:
        print(" ".join(str(fault).split()), file=sys.stderr)
        return SETTINGS_ERROR
    config = uvicorn.Config(
        app, host=settings.host, port=settings.port, access_log=False, log_level="warning", server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )  # fmt: skip
    server = Server(config)
    with suppress(KeyboardInterrupt):  # Ctrl-C has stopped it already, in order
        server.run()
    return 0 if server.started else STARTUP_FAILED


class Server(uvicorn.Server):
    """Listens as uvicorn does, once everything is loaded and settled."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        keep_what_is_loaded()


if __name__ == "__main__":
    raise SystemExit(main())
