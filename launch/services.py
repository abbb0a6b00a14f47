"""The three programs that make up a running Afterglow, and the environment each of them gets."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from launch.places import Places
from launch.processes import Service, free_port
from launch.rasa_log import RasaLog

# Rasa and the actions need none of these, so they never see them: neither ours nor those of other programs.
_WITHHELD = ("DATABASE_URL", "PAGE_", "SECOND_OPINION_", "SMTP_", "TWILIO_")
_SECRETS = ("_KEY", "_SECRET", "_TOKEN", "_PASSWORD")

QUIET_RASA = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONWARNINGS": "ignore",
    "OPENBLAS_NUM_THREADS": "1",  # one sentence is too little work for threads
    "CUDA_VISIBLE_DEVICES": "",
    "HF_HUB_OFFLINE": "1",
}


@dataclass(frozen=True)
class Wiring:
    """Who listens where, and the tokens they show each other. Made anew at every start."""

    port: int
    rasa_port: int = field(default_factory=free_port)
    actions_port: int = field(default_factory=free_port)
    rasa_token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    actions_token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    host: str = "127.0.0.1"

    @property
    def url(self) -> str:
        everywhere = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}  # noqa: S104 - recognised, not bound
        host = everywhere.get(self.host, self.host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def rasa_url(self) -> str:
        return f"http://127.0.0.1:{self.rasa_port}"

    @property
    def actions_url(self) -> str:
        return f"http://127.0.0.1:{self.actions_port}"


def main_environ(environ: Mapping[str, str], places: Places, wiring: Wiring, *, demo: bool) -> dict[str, str]:
    """What gateway, migration and demo seed get."""
    return {
        **_clean(environ, places),
        "DATA_DIR": str(places.data),
        "PORT": str(wiring.port),
        "RASA_URLS": environ.get("RASA_URLS", "").strip() or wiring.rasa_url,
        "RASA_TOKEN": wiring.rasa_token,
        "ACTIONS_URL": wiring.actions_url,
        "ACTIONS_TOKEN": wiring.actions_token,
        "DEMO": "1" if demo else environ.get("DEMO", "0"),
    }


def actions_environ(environ: Mapping[str, str], places: Places, wiring: Wiring) -> dict[str, str]:
    return {
        **_without_secrets(_clean(environ, places)),
        "ACTIONS_PORT": str(wiring.actions_port),
        "ACTIONS_TOKEN": wiring.actions_token,
    }


def rasa_environ(environ: Mapping[str, str], places: Places, wiring: Wiring | None = None) -> dict[str, str]:
    """What Rasa gets, in training (no wiring) and serving."""
    served = (
        {"RASA_TOKEN": wiring.rasa_token, "ACTIONS_URL": wiring.actions_url, "ACTIONS_TOKEN": wiring.actions_token}
        if wiring
        else {"ACTIONS_URL": "http://127.0.0.1:9", "ACTIONS_TOKEN": "none"}
    )
    base = _without_secrets(_clean(environ, places))
    return {**base, **QUIET_RASA, **served, "RASA_CACHE_DIRECTORY": str(places.tools / "rasa-cache")}


def rasa_service(environ: Mapping[str, str], places: Places, wiring: Wiring, model: Path) -> Service:
    bot = places.root / "bot"
    options = ["-i", "127.0.0.1", "-p", wiring.rasa_port, "--enable-api", "--model", model]
    files = ["--endpoints", bot / "endpoints.yml", "--credentials", bot / "credentials.yml"]
    argv = [places.bot_python, "-m", "launch.rasa_server", *options, *files]
    return Service(
        name="rasa",
        argv=[str(part) for part in argv],
        env=rasa_environ(environ, places, wiring),
        cwd=places.root,
        ready_url=f"{wiring.rasa_url}/status?token={wiring.rasa_token}",
        ready_within=90.0,
        tidy=RasaLog,
    )


def actions_service(environ: Mapping[str, str], places: Places, wiring: Wiring) -> Service:
    return Service(
        name="actions",
        argv=[str(places.main_python), "-m", "bot.actions"],
        env=actions_environ(environ, places, wiring),
        cwd=places.root,
        ready_url=f"{wiring.actions_url}/health",
    )


def gateway_service(environ: Mapping[str, str], places: Places, wiring: Wiring, *, demo: bool) -> Service:
    return Service(
        name="gateway",
        argv=[str(places.main_python), "-m", "launch.serve"],
        env=main_environ(environ, places, wiring, demo=demo),
        cwd=places.root,
        ready_url=f"{wiring.url}/healthz",
    )


def _clean(environ: Mapping[str, str], places: Places) -> dict[str, str]:
    """Without what another Python environment may have left behind."""
    gone = ("VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP")
    kept = {name: value for name, value in environ.items() if name not in gone}
    return {**kept, "PYTHONPATH": str(places.root), "PYTHONUNBUFFERED": "1"}


def _without_secrets(environ: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in environ.items()
        if not name.startswith(_WITHHELD) and not name.endswith(_SECRETS)
    }
