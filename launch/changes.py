"""python -m launch.changes [ref]: what changed in clinical/ since the last commit (or since `ref`), text by text.

Clinicians read "M4.yml, step S1, text: was … now …" and not a difference of lines. Runs in the main environment; it needs git.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from programme.errors import ContentError
from programme.files import read_yaml, read_yaml_text

CONTENT = "clinical"
SHOWN = 300


@dataclass(frozen=True, slots=True)
class Change:
    """One place in one file. `was` or `now` is None where there was nothing, or is nothing any more."""

    file: str
    entry: str
    was: str | None
    now: str | None

    def __str__(self) -> str:
        where = f"{self.file}, {self.entry}" if self.entry else self.file
        if self.was is None:
            return f"{where}: new: {self.now}"
        if self.now is None:
            return f"{where}: gone; was: {self.was}"
        return f"{where}:\n    was  {self.was}\n    now  {self.now}"


def main(arguments: Sequence[str]) -> int:
    since = next((one for one in arguments if one), "HEAD")
    root = Path.cwd()
    if _git(root, "rev-parse", "--verify", "--quiet", f"{since}^{{commit}}") is None:
        print(
            f"What changed cannot be told: there is no {since!r} in the history here."
            if since != "HEAD"
            else "No history here: nothing to compare with."
        )
        return 0
    found = list(changes(root, since))
    for change in found:
        print(change)
    last = "the last commit" if since == "HEAD" else since
    print(f"{len(found)} change{'' if len(found) == 1 else 's'} in {CONTENT}/ since {last}")
    return 0


def changes(root: Path, since: str) -> Iterator[Change]:
    before = (_git(root, "ls-tree", "-r", "--name-only", since, "--", CONTENT) or "").split()
    present = [path.relative_to(root).as_posix() for path in (root / CONTENT).rglob("*.yml")]
    for name in sorted({one for one in (*before, *present) if one.endswith(".yml")}):
        short = name.removeprefix(f"{CONTENT}/").removeprefix("programme/")
        try:
            was = read_yaml_text(_git(root, "show", f"{since}:{name}") or "", short) if name in before else None
            now = read_yaml(root / name) if (root / name).exists() else None
        except ContentError as error:
            yield Change(short, "", None, f"cannot be compared: {error}")
            continue
        if was is None or now is None:
            yield Change(short, "", "a whole file" if was is not None else None, "a whole file" if now is not None else None)
        else:
            yield from _between(short, (), was, now)


def _between(file: str, path: tuple[str, ...], was: Any, now: Any) -> Iterator[Change]:
    """The smallest places that differ: a text, not the step around it."""
    if was == now:
        return
    if isinstance(was, dict) and isinstance(now, dict):
        for key in dict.fromkeys((*was, *now)):
            yield from _one(file, (*path, str(key)), key in was, key in now, was.get(key), now.get(key))
    elif isinstance(was, list) and isinstance(now, list):
        yield from _lists(file, path, was, now)
    else:
        yield Change(file, ", ".join(path), _told(was), _told(now))


def _one(file: str, path: tuple[str, ...], before: bool, after: bool, was: Any, now: Any) -> Iterator[Change]:
    if before and after:
        yield from _between(file, path, was, now)
    else:
        yield Change(file, ", ".join(path), _told(was) if before else None, _told(now) if after else None)


def _lists(file: str, path: tuple[str, ...], was: list[Any], now: list[Any]) -> Iterator[Change]:
    """By id where there are ids, so that a step that moved is no change; by content where there are none."""
    old, new = _named(was), _named(now)
    if old is not None and new is not None:
        for name in dict.fromkeys((*old, *new)):
            place = (*path[:-1], f"{path[-1].removesuffix('s')} {name}") if path else (name,)
            yield from _one(file, place, name in old, name in new, old.get(name), new.get(name))
        return
    gone, come = [one for one in was if one not in now], [one for one in now if one not in was]
    if len(gone) == len(come) and len(was) == len(now):
        for left, right in zip(gone, come, strict=True):
            yield from _between(file, (*path[:-1], f"{path[-1]} {now.index(right) + 1}") if path else path, left, right)
        return
    for one in gone:
        yield Change(file, ", ".join(path), _told(one), None)
    for one in come:
        yield Change(file, ", ".join(path), None, _told(one))
    if not gone and not come:
        yield Change(file, ", ".join(path), "one order", "another order")


def _named(items: list[Any]) -> dict[str, Any] | None:
    names = [str(one["id"]) if isinstance(one, dict) and "id" in one else None for one in items]
    if None in names or len(set(names)) < len(names):
        return None
    return dict(zip((str(name) for name in names), items, strict=True))


def _told(value: Any) -> str:
    if isinstance(value, str):
        words = " ".join(value.split())
        return f"“{words}”" if len(words) <= SHOWN else f"“{words[:SHOWN]} …”"
    told = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10**6).removesuffix("...\n").strip()
    return told if len(told) <= SHOWN else f"{told[:SHOWN]} …"


def _git(root: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
