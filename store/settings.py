"""The environment, read once into a frozen Settings. The only place that reads it."""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values

from store.errors import SettingsError
from store.page_settings import PageSettings, read_page_settings
from store.second_opinion_settings import Hosted, read_hosted


@dataclass(frozen=True, slots=True)
class Twilio:
    """A Twilio account; `simulated` when none is set: the simulator page is then the phone."""

    account_sid: str
    auth_token: str
    number: str
    api_url: str

    @property
    def simulated(self) -> bool:
        return not self.account_sid


UNNAMED = "the on-call clinician"


@dataclass(frozen=True, slots=True)
class Clinic:
    """What the placeholders in patient texts stand for."""

    name: str
    phone: str
    office_hours: str
    oncall_name: str
    bot_name: str
    locale: str
    timezone: str
    prep_instructions: str = ""
    """What the clinic asks of patients before a session, as a sentence; empty: its sheet."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that may differ between two copies of Afterglow. Secrets never appear in repr."""

    host: str
    port: int
    data_dir: Path
    database_url: str
    clinical_dir: Path
    public_url: str
    rasa_urls: tuple[str, ...]
    rasa_timeout: float
    secret_key: bytes
    data_key: bytes
    twilio: Twilio
    clinic: Clinic
    demo: bool
    guests: bool
    idle_minutes: int
    embed_origins: tuple[str, ...] = ()
    paging: PageSettings = field(default_factory=PageSettings)
    second_opinion: Hosted | None = None

    def __repr__(self) -> str:
        return f"Settings(port={self.port}, data_dir={str(self.data_dir)!r}, demo={self.demo})"

    @property
    def secure_cookies(self) -> bool:
        return self.public_url.startswith("https://")


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the environment over .env (the environment wins).

    Raises SettingsError naming the first setting that is missing or wrong.
    """
    if environ is None:
        dotenv = {key: value for key, value in dotenv_values(".env").items() if value is not None}
        environ = {**dotenv, **os.environ}
    return _read(_Reader(environ))


def _read(env: _Reader) -> Settings:
    data_dir = Path(env.text("DATA_DIR", "./var")).resolve()
    port = env.number("PORT", 8080, low=1, high=65535)
    return Settings(
        host=env.text("HOST", "127.0.0.1"),
        port=port,
        data_dir=data_dir,
        database_url=env.database("DATABASE_URL", f"sqlite:///{data_dir / 'afterglow.db'}"),
        clinical_dir=env.folder("CLINICAL_DIR", Path(__file__).resolve().parent.parent / "clinical"),
        public_url=env.url("PUBLIC_URL", f"http://127.0.0.1:{port}"),
        rasa_urls=env.urls("RASA_URLS", "http://127.0.0.1:5005"),
        rasa_timeout=env.number("RASA_TIMEOUT_SECONDS", 8, low=1, high=60),
        secret_key=env.key("SECRET_KEY"),
        data_key=env.key("DATA_KEY"),
        twilio=_read_twilio(env),
        clinic=_read_clinic(env),
        demo=env.flag("DEMO", default=False),
        guests=env.flag("GUESTS", default=True),
        idle_minutes=env.number("CONSOLE_IDLE_MINUTES", 15, low=1, high=240),
        embed_origins=env.urls("EMBED_ORIGINS", "") if env.text("EMBED_ORIGINS", "") else (),
        paging=read_page_settings(env.text),
        second_opinion=read_hosted(env.text),
    )


def _read_twilio(env: _Reader) -> Twilio:
    sid = env.text("TWILIO_ACCOUNT_SID", "")
    token = env.text("TWILIO_AUTH_TOKEN", "")
    number = env.text("TWILIO_NUMBER", "")
    if sid and not (token and number):
        raise SettingsError("TWILIO_ACCOUNT_SID is set: TWILIO_AUTH_TOKEN and TWILIO_NUMBER must be set too.")
    return Twilio(sid, token, number or "+15550100", env.text("TWILIO_API_URL", ""))


def _read_clinic(env: _Reader) -> Clinic:
    return Clinic(
        name=env.text("CLINIC_NAME", "your clinic"),
        phone=env.text("CLINIC_PHONE", "(555) 010-0199"),
        office_hours=env.text("OFFICE_HOURS", "Monday to Friday, 9 to 5"),
        oncall_name=env.text("ONCALL_NAME", UNNAMED),
        bot_name=env.text("BOT_NAME", "Afterglow"),
        locale=env.text("LOCALE", "US"),
        timezone=env.timezone("CLINIC_TIMEZONE", "America/New_York"),
        prep_instructions=env.text("PREP_INSTRUCTIONS", ""),
    )


class _Reader:
    """Reads one setting at a time; every refusal says which and how to mend it."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def text(self, name: str, default: str) -> str:
        return self._environ.get(name, "").strip() or default

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.text(name, "1" if default else "0").lower()
        if value not in {"0", "1", "true", "false", "yes", "no"}:
            raise SettingsError(f"{name} must be 1 or 0, not {value!r}.")
        return value in {"1", "true", "yes"}

    def number(self, name: str, default: int, *, low: int, high: int) -> int:
        value = self.text(name, str(default))
        if not value.isdecimal() or not low <= int(value) <= high:
            raise SettingsError(f"{name} must be a whole number from {low} to {high}, not {value!r}.")
        return int(value)

    def url(self, name: str, default: str) -> str:
        value = self.text(name, default).rstrip("/")
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            raise SettingsError(f"{name} must be an http or https address, not {value!r}.")
        return value

    def urls(self, name: str, default: str) -> tuple[str, ...]:
        return tuple(_Reader({name: item}).url(name, "") for item in self.text(name, default).split(","))

    def folder(self, name: str, default: Path) -> Path:
        path = Path(self.text(name, str(default))).resolve()
        if not path.is_dir():
            raise SettingsError(f"{name} must be a folder: there is none at {path}.")
        return path

    def database(self, name: str, default: str) -> str:
        value = self.text(name, default)
        if value.startswith("postgresql://"):
            value = value.replace("postgresql://", "postgresql+psycopg://", 1)
        if not value.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise SettingsError(f"{name} must start with sqlite:/// or postgresql://.")
        return value

    def key(self, name: str) -> bytes:
        """32 bytes, written as URL-safe base64 (44 characters)."""
        value = self.text(name, "")
        if not value:
            raise SettingsError(f"{name} is missing. Make one with: python -m launch.keys")
        try:
            key = base64.urlsafe_b64decode(value)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != 32:
            raise SettingsError(f"{name} must be 32 bytes in URL-safe base64. Make one with: python -m launch.keys")
        return key

    def timezone(self, name: str, default: str) -> str:
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

        value = self.text(name, default)
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as missing:
            raise SettingsError(f"{name} must be a time zone such as America/New_York, not {value!r}.") from missing
        return value
