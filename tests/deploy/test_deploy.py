"""What can be checked of the deployment without Docker: it parses, starts what there is, names settings that exist, and forgets none."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

from launch.keys import new_key
from store import read_settings

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
PAGES = ROOT / "docs" / "deploy.md"
OWN = {
    "DATABASE_URL": "", "POSTGRES_PASSWORD": "a-password", "PUBLIC_URL": "https://afterglow.clinic.example", "CLINIC_NAME": "Harbour Clinic",
    "CLINIC_PHONE": "(555) 010-0199", "ACTIONS_TOKEN": "one secret", "RASA_TOKEN": "another secret", "SECRET_KEY": new_key(), "DATA_KEY": new_key(),
}  # fmt: skip
TWILIO = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t", "TWILIO_NUMBER": "+15550100123"}
SECOND = {"SECOND_OPINION_URL": "https://models.example/v1", "SECOND_OPINION_MODEL": "m"}
PAGER = {
    "SMTP_URL": "smtps://u:p@mail.example:465", "SMTP_FROM": "alerts@clinic.example", "PAGE_WEBHOOK_URL": "https://pager.example/v2",
    "PAGE_WEBHOOK_SECRET": "a secret of sixteen or more",
}  # fmt: skip
LEFT_OUT = {"CLINICAL_DIR", "TWILIO_API_URL"}
"""The image brings the one; the other is for stand-ins."""


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yml").read_text("utf-8"))
    return found


class Missing(Exception):
    """What `docker compose` would refuse to start without."""


def filled(text: str, given: Mapping[str, str]) -> str:
    """As compose fills it: ${NAME}, ${NAME:-otherwise}, ${NAME:?why}; what stands inside is filled first."""
    inner = re.compile(r"\$\{(\w+)(?::([-?])([^${}]*))?\}")
    while found := inner.search(text):
        name, mark, rest = found.groups()
        if mark == "?" and not given.get(name):
            raise Missing(name)
        text = text[: found.start()] + (given.get(name) or (rest or "" if mark == "-" else "")) + text[found.end() :]
    return text


def environment_of(compose: Mapping[str, Any], service: str, given: Mapping[str, str]) -> dict[str, str]:
    return {name: filled(str(value), given) for name, value in compose["services"][service].get("environment", {}).items()}


class Asked(dict[str, str]):
    """Notes what is read from it."""

    def __init__(self, given: Mapping[str, str]) -> None:
        super().__init__(given)
        self.names: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        self.names.add(key)
        return super().get(key, default)


def test_every_setting_reaches_the_gateway_and_every_name_is_one(compose: dict[str, Any]) -> None:
    env = environment_of(compose, "gateway", {**OWN, **TWILIO, **SECOND, **PAGER})
    asked = Asked(env)
    settings = read_settings(asked)
    assert settings.database_url == "postgresql+psycopg://afterglow:a-password@db/afterglow"
    assert settings.secure_cookies
    assert not settings.demo
    assert set(env) - {"FORWARDED_ALLOW_IPS"} == asked.names - LEFT_OUT
    known = set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE))
    assert asked.names <= known


def test_a_clinic_without_twilio_mail_or_pager_starts_too(compose: dict[str, Any]) -> None:
    settings = read_settings(environment_of(compose, "gateway", OWN))
    assert settings.twilio.simulated
    assert settings.clinic.bot_name == "Afterglow"


@pytest.mark.parametrize(
    "name", ["POSTGRES_PASSWORD", "SECRET_KEY", "DATA_KEY", "PUBLIC_URL", "CLINIC_PHONE", "ACTIONS_TOKEN", "RASA_TOKEN"]
)
def test_what_has_no_safe_default_is_asked_for(compose: dict[str, Any], name: str) -> None:
    with pytest.raises(Missing, match=name):
        for service in compose["services"]:
            environment_of(compose, service, {**OWN, name: ""})


def test_nobody_but_the_gateway_and_the_migration_holds_keys(compose: dict[str, Any]) -> None:
    holders = {name for name, one in compose["services"].items() if {"SECRET_KEY", "DATA_KEY"} & set(one.get("environment", ()))}
    assert holders == {"gateway", "migrate"}


def test_only_the_gateways_port_is_open_and_only_on_loopback(compose: dict[str, Any]) -> None:
    ports = {name: one["ports"] for name, one in compose["services"].items() if "ports" in one}
    assert {name: [filled(port, OWN) for port in found] for name, found in ports.items()} == {"pod": ["127.0.0.1:8080:8080"]}
    assert environment_of(compose, "gateway", OWN)["PORT"] == "8080"


def test_whatever_is_started_anew_finds_the_others_again(compose: dict[str, Any]) -> None:
    """A container that joins the network of another loses it when that one restarts: so it is one that has no reason to."""
    services = compose["services"]
    joined = {name: one["network_mode"] for name, one in services.items() if "network_mode" in one}
    assert joined == dict.fromkeys(("gateway", "rasa", "actions"), "service:pod")
    assert services["pod"]["command"] == ["sleep", "infinity"]
    assert not {"network_mode", "depends_on", "environment", "volumes"} & set(services["pod"])
    assert not any("ports" in services[name] for name in joined), "compose refuses a port beside a shared network"
    [started] = re.findall(r"up -d --no-deps ([a-z ]+)", PAGES.read_text("utf-8"))
    assert set(started.split()) == {"pod", *joined}


def test_whatever_runs_for_long_is_watched_and_started_again(compose: dict[str, Any]) -> None:
    lasting = {name: one for name, one in compose["services"].items() if name not in ("migrate", "pod")}
    assert all("healthcheck" in one and one["restart"] == "unless-stopped" for one in lasting.values())
    for name, one in lasting.items():
        test = one["healthcheck"]["test"]
        if "-c" in test and name != "db":
            compile(test[-1], name, "exec")


def test_what_is_kept_lies_in_volumes_that_are_declared(compose: dict[str, Any]) -> None:
    used = {volume.partition(":")[0] for one in compose["services"].values() for volume in one.get("volumes", ())}
    assert used == set(compose["volumes"])


def commands(compose: Mapping[str, Any]) -> Iterator[list[str]]:
    yield from (one["command"] for one in compose["services"].values() if "command" in one)
    for found in re.findall(r"^CMD (\[.*?\])$", dockerfile(), re.MULTILINE | re.DOTALL):
        yield yaml.safe_load(found.replace("\\\n", ""))


def dockerfile() -> str:
    return (DEPLOY / "Dockerfile").read_text("utf-8")


def test_every_command_is_a_module_that_exists(compose: dict[str, Any]) -> None:
    modules = [command[2] for command in commands(compose) if command[:2] == ["python", "-m"]]
    assert sorted(modules) == ["bot.actions", "launch.migrate", "launch.rasa_server", "launch.serve"]
    assert all(find_spec(module) for module in modules)


def copied(target: str) -> list[str]:
    stage = dockerfile().split(f" AS {target}\n")[1].split("\nFROM ")[0]
    return [path for line in re.findall(r"^COPY (.+)$", stage, re.MULTILINE) for path in line.split()[:-1]]


@pytest.mark.parametrize("target", ["afterglow", "rasa"])
def test_every_copied_path_exists_and_is_let_in(target: str) -> None:
    let_in = {line[1:] for line in (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines() if line.startswith("!")}
    for path in copied(target):
        assert (ROOT / path).exists(), path
        assert path.split("/")[0] in let_in, path


def test_every_image_that_is_used_is_built_or_ordinary(compose: dict[str, Any]) -> None:
    built = {one["image"]: one["build"] for one in compose["services"].values() if "build" in one}
    others = {one["image"] for one in compose["services"].values()} - set(built)
    assert others == {"postgres:15"}
    for build in built.values():
        assert (DEPLOY / build["context"] / build["dockerfile"]).resolve() == DEPLOY / "Dockerfile"
        assert f" AS {build['target']}\n" in dockerfile()


START = """
import sys
from pathlib import Path
from launch import migrate, serve
from store import read_settings
from bot.actions.app import build_app
assert migrate.main() == 0
app = serve.build_app(read_settings())
build_app(Path.cwd(), "a token")
ours = [m.__file__ for name, m in sys.modules.items() if name.split(".")[0] in ("safety", "store", "gateway", "console") and m.__file__]
assert all(file.startswith(sys.argv[1]) for file in ours), "something was read from the checkout"
"""


def test_the_image_holds_all_that_gateway_console_and_actions_open(tmp_path: Path) -> None:
    """The same paths, and nothing else, in an empty folder: the house migrates and opens there."""
    app, data = tmp_path / "app", tmp_path / "data"
    data.mkdir()
    for path in copied("afterglow"):
        here = app / path
        here.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "-r", ROOT / path, here], check=True)
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(app), "DATA_DIR": str(data), "SECRET_KEY": new_key(), "DATA_KEY": new_key()}
    done = subprocess.run([sys.executable, "-c", START, str(app)], cwd=app, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def test_the_alert_rules_parse_and_ask_for_numbers_that_exist() -> None:
    rules = yaml.safe_load((DEPLOY / "alerts.yml").read_text("utf-8"))
    known = (ROOT / "store" / "numbers.py").read_text("utf-8") + (ROOT / "gateway" / "health.py").read_text("utf-8")
    for group in rules["groups"]:
        for rule in group["rules"]:
            assert rule["annotations"]["summary"]
            for name in re.findall(r"afterglow_\w+", rule["expr"]):
                assert name.removeprefix("afterglow_") in known or name in known, name


def test_the_proxy_that_is_shown_keeps_the_numbers_inside() -> None:
    [site] = re.findall(r"^    afterglow\.clinic\.example \{\n(.*?)^    \}", PAGES.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert "respond /metrics* 403" in site
    assert "reverse_proxy 127.0.0.1:8080" in site


def test_the_pages_name_only_settings_files_and_commands_that_exist() -> None:
    text = PAGES.read_text("utf-8")
    names = set(re.findall(r"`([A-Z][A-Z0-9]*_[A-Z0-9_]+)`", text))
    known = (DEPLOY / "compose.yml").read_text("utf-8") + (ROOT / ".env.example").read_text("utf-8")
    assert {name for name in names if name not in known} == set()
    for path in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (PAGES.parent / path).exists(), path
    for module in re.findall(r"python3? -m ([\w.]+)", text):
        assert find_spec(module), module
