"""The house keeps its shape: imports run one way, and importing does nothing."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("safety", "programme", "store", "gateway", "console", "bot.actions", "launch", "evaluation")
MAY_IMPORT = {
    "safety": set(),
    "programme": set(),
    "store": {"safety", "programme"},
    "gateway": {"store", "safety", "programme"},
    "console": {"store", "safety", "programme"},
    "bot.actions": {"store", "safety", "programme"},
    "launch": set(ROOMS) - {"evaluation"},
    "evaluation": {"safety"},
}


def room_of(module: str) -> str | None:
    return next((room for room in ROOMS if module == room or module.startswith(f"{room}.")), None)


def files(room: str) -> Iterator[Path]:
    yield from sorted(path for path in (ROOT / room.replace(".", "/")).rglob("*.py") if ".venv" not in path.parts)


def imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


@pytest.mark.parametrize("room", ROOMS)
def test_imports_run_one_way(room: str) -> None:
    wrong = [
        f"{file.relative_to(ROOT)} imports {module}"
        for file in files(room)
        for module in imports(file)
        if (other := room_of(module)) and other != room and other not in MAY_IMPORT[room]
    ]
    assert wrong == []


def test_gateway_and_console_meet_only_where_they_are_served() -> None:
    meeting = {str(file.relative_to(ROOT)) for file in files("launch") if {room_of(m) for m in imports(file)} >= {"gateway", "console"}}
    assert meeting == {"launch/serve.py"}


def modules() -> list[str]:
    found = [file for room in ROOMS for file in files(room) if file.name not in ("__main__.py", "rasa_server.py")]
    return [".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for file in found]


def test_no_file_imports_itself_by_way_of_others() -> None:
    """A package's own file only gathers names, so it is left out; imports for type checking count like others."""
    paths = {".".join(file.relative_to(ROOT).with_suffix("").parts): file for room in ROOMS for file in files(room)}
    needed = {name: {one for one in named(file) if one in paths} for name, file in paths.items()}
    while leaves := [name for name, others in needed.items() if not others & needed.keys()]:
        for name in leaves:
            del needed[name]
    assert sorted(needed) == [], "these import each other in a circle, or somebody who does"


def named(file: Path) -> Iterator[str]:
    """Every module that may be meant: "from safety.protocol import support" is safety.protocol.support."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (node.module, *(f"{node.module}.{alias.name}" for alias in node.names))


NOTHING = """
import builtins, importlib, os, socket, sys
opened = []
def watch(event, args):
    if event == "open" and isinstance(args[0], str) and not args[0].endswith((".py", ".pyc", ".so", ".pth")) and args[0].startswith(ROOT):
        opened.append(args[0])
    if event in ("socket.connect", "sqlite3.connect", "subprocess.Popen"):
        opened.append(event)
ROOT = sys.argv[1]
env = dict(os.environ)
sys.addaudithook(watch)
for name in sys.argv[2:]:
    importlib.import_module(name)
assert dict(os.environ) == env, "the environment was changed"
ours = [path for path in opened if "/.venv/" not in path and "__pycache__" not in path]
assert not ours, ours
"""


def test_importing_a_module_opens_nothing() -> None:
    skipped = {"store.migrations.env"}  # Alembic's entry, run by Alembic only
    names = [name for name in modules() if name not in skipped and "migrations" not in name]
    done = subprocess.run([sys.executable, "-c", NOTHING, str(ROOT), *names], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
