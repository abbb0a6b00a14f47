"""A clinic's own settings stay out of tests and measurements, and out of the programs that need none of them."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from launch import checks, commands
from launch.places import ROOT, Places, environment
from launch.services import Wiring, actions_environ, rasa_environ
from launch.unset import TOOLS, unset_settings
from store import read_settings

PLACES = Places(ROOT, ROOT / "var")
WIRING = Wiring(port=1, rasa_port=2, actions_port=3)
HARMLESS = {
    "PORT", "HOST", "DATA_DIR", "PUBLIC_URL", "EMBED_ORIGINS", "DEMO", "GUESTS", "CONSOLE_IDLE_MINUTES", "CLINICAL_DIR", "CLINIC_NAME",
    "CLINIC_PHONE", "OFFICE_HOURS", "ONCALL_NAME", "BOT_NAME", "PREP_INSTRUCTIONS", "LOCALE", "CLINIC_TIMEZONE", "RASA_URLS",
    "RASA_TIMEOUT_SECONDS", *TOOLS,
}  # fmt: skip
EVERY_WAY = {
    "DATABASE_URL": "postgresql://real:real@127.0.0.1/real", "SECRET_KEY": "A" * 43 + "=", "DATA_KEY": "A" * 43 + "=",
    "SMTP_URL": "smtp://127.0.0.1:25", "SMTP_FROM": "real@clinic.example", "TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t",
    "TWILIO_NUMBER": "+15550100999", "PAGE_WEBHOOK_URL": "https://real.example", "PAGE_WEBHOOK_SECRET": "s" * 16,
    "PAGE_WEBHOOK_ROUTING_KEY": "r", "SECOND_OPINION_URL": "https://real.example/v1", "SECOND_OPINION_KEY": "k",
    "SECOND_OPINION_MODEL": "m", "HOST": "0.0.0.0", "CLINIC_NAME": "A real clinic", "PORT": "1",
}  # fmt: skip


class Asked(dict[str, str]):
    """The names somebody asked for."""

    def __init__(self, values: Mapping[str, str]) -> None:
        super().__init__(values)
        self.names: set[str] = set()

    def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
        self.names.add(name)
        return super().get(name, default)


def test_every_setting_that_is_read_counts_as_one() -> None:
    asked = Asked(EVERY_WAY)
    read_settings(asked)
    assert set(EVERY_WAY) <= asked.names
    assert asked.names <= set(unset_settings())


def test_a_test_meets_no_setting_of_the_shell_or_of_a_real_dotenv(tmp_path: Path) -> None:
    """Neither by way of the launcher nor in a process that reads .env by itself."""
    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in EVERY_WAY.items()))
    assert {name for name in EVERY_WAY if environment(tmp_path)[name]} == set()
    read = "import json, os, sys; from store import read_settings; from launch.keys import new_key; os.environ['DATA_KEY'] = "
    read += "os.environ['SECRET_KEY'] = new_key(); s = read_settings(); print(json.dumps([s.host, s.port, s.database_url, s.clinic.name, "
    read += "s.twilio.account_sid, bool(s.second_opinion), repr(s.paging)]))"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", read], cwd=tmp_path, env=env, capture_output=True, text=True, check=True)
    *plain, paging = json.loads(done.stdout)
    assert plain == ["127.0.0.1", 8080, f"sqlite:///{tmp_path}/var/afterglow.db", "your clinic", "", False]
    assert "real" not in paging


@pytest.mark.parametrize("command", ["bench", "soak", "transcripts", "console-pictures", "test", "check"])
def test_what_plays_crises_is_started_without_them(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only starting is left out: each of these takes minutes."""
    started: list[dict[str, str]] = []

    def start(_argv: object, *, env: dict[str, str], **_: object) -> subprocess.CompletedProcess[str]:
        started.append(env)
        return subprocess.CompletedProcess([], 0)

    for name, value in EVERY_WAY.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CRISES", "50")
    for place in (commands, checks):
        monkeypatch.setattr(place, "ensure_setup", lambda *_: None)
    monkeypatch.setattr(checks, "ensure_model", lambda *_: Path("models/one"))
    monkeypatch.setattr(subprocess, "run", start)
    assert commands.COMMANDS[command]({**os.environ}, []) == 0
    assert started
    for env in started:
        assert {name for name in EVERY_WAY if env[name]} == set()
        assert env["CRISES"] == "50"


@pytest.mark.parametrize("environ_of", [rasa_environ, actions_environ])
def test_rasa_and_the_actions_see_no_secret(environ_of: Callable[[Mapping[str, str], Places, Wiring], dict[str, str]]) -> None:
    """A setting is withheld until somebody has called it harmless here."""
    given = {name: f"canary {name}" for name in (*unset_settings(), *TOOLS, "OTHER_API_KEY", "OTHER_TOKEN", "DB_PASSWORD")}
    seen = environ_of(given, PLACES, WIRING)
    assert {name for name in given if f"canary {name}" in seen.values()} <= HARMLESS
    assert seen["ACTIONS_TOKEN"] == WIRING.actions_token
