"""Caring lines a clinician can start from. Reviewed words: they live in clinical/lines.yml under `canned` and `caring`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from safety.content import LOADER
from safety.errors import ContentError


@dataclass(frozen=True, slots=True)
class Canned:
    id: str
    label: str
    text: str


def read_canned(path: Path, section: str = "canned") -> tuple[Canned, ...]:
    """Raises ContentError when the section cannot be read; an absent one means no canned lines."""
    try:
        data: Any = yaml.load(path.read_text("utf-8"), Loader=LOADER)  # noqa: S506 - it is a safe one
        return tuple(Canned(str(one["id"]), str(one["label"]), str(one["text"]).strip()) for one in data.get(section, ()))
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as broken:
        raise ContentError(path.name, section, f"cannot be read ({broken})", "each line needs id, label and text") from broken
