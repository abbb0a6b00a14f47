"""One hash over the content of many files: names and bytes, never times."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

_IGNORED = {"__pycache__", ".venv", ".rasa", "models", "results"}


def files_under(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        return []
    found = (p for p in path.rglob("*") if p.is_file() and p.suffix != ".pyc")
    return sorted(p for p in found if not _IGNORED.intersection(p.relative_to(path).parts))


def content_hash(root: Path, paths: Iterable[Path], *words: str) -> str:
    """Changes when a file under `paths` is added, removed, renamed or edited, or when one of `words` changes."""
    digest = hashlib.sha256()
    for word in words:
        digest.update(b"word\0" + word.encode() + b"\0")
    for path in sorted({file for each in paths for file in files_under(each)}):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
