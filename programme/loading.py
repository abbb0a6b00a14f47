"""Read the clinicians' files into one Programme."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from programme.content import Module, Shared
from programme.errors import ContentError
from programme.faq import Faq, load_faq
from programme.files import read_yaml, shape
from programme.library import Programme
from programme.references import check_references

SHARED = ("words.yml", "rules.yml")


def load_programme(folder: Path) -> Programme:
    """Read every module file in the folder; `faq.yml` beside the folder is used where a step refers to an answer."""
    shared = shape(Shared, _merged(folder), " and ".join(SHARED))
    modules = {}
    for file in sorted(folder.glob("*.yml")):
        if file.name in SHARED:
            continue
        module = shape(Module, read_yaml(file), file.name)
        if module.id != file.stem:
            raise ContentError(file.name, "id", f'the id is "{module.id}".', f'Make it "{file.stem}", as the file is named.')
        modules[module.id] = module
    faq_file = folder.parent / "faq.yml"
    programme = Programme(modules, shared, load_faq(faq_file) if faq_file.exists() else Faq())
    check_references(programme)
    return programme


def _merged(folder: Path) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for name in SHARED:
        merged |= read_yaml(folder / name)
    return merged
