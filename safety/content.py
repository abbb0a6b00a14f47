"""Reads what clinicians sign (clinical/*.yml) into one frozen object."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from safety.context import ContextRules, read_context
from safety.errors import ContentError
from safety.phrasebook import Phrasebook, read_phrases

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Clinical:
    """All clinical content the safety package needs. `version` changes with any word of it."""

    version: str
    phrases: Phrasebook
    context: ContextRules
    protocol: Mapping[str, Any]
    resources: Mapping[str, Any]
    model: Mapping[str, Any] = field(default_factory=dict)  # how sure the trained layer must be


def load_clinical(folder: Path) -> Clinical:
    """Read the folder once, at start. Raises ContentError in words a clinician can act on."""
    files = clinical_files(folder)
    raw = {path.relative_to(folder).as_posix(): read_yaml(path, folder) for path in files}
    phrase_files = {name: data for name, data in raw.items() if name.startswith("phrases")}
    if not phrase_files:
        raise ContentError(str(folder), "-", "there are no phrases", "restore clinical/phrases/*.yml")
    context = raw.get("context.yml", {})
    phrases = read_phrases(phrase_files, context)
    return Clinical(
        version=version_of(files),
        phrases=phrases,
        context=read_context("context.yml", context, phrases.classes, phrases.words),
        protocol=raw.get("protocol.yml", {}),
        resources=raw.get("resources.yml", {}),
        model=raw.get("model.yml", {}),
    )


def clinical_files(folder: Path) -> list[Path]:
    named = [folder / f"{name}.yml" for name in ("context", "model", "phrases", "protocol", "resources")]
    return [p for p in named if p.is_file()] + sorted((folder / "phrases").glob("*.yml"))


def read_yaml(path: Path, folder: Path) -> Mapping[str, Any]:
    name = path.relative_to(folder).as_posix()
    try:
        data = yaml.load(path.read_text("utf-8"), Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise ContentError(name, "-", f"not valid YAML ({error.problem})", "check quotes and indentation there", line) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(name, "-", f"cannot be read ({error})", "save the file as UTF-8 text") from error
    if not isinstance(data, dict):
        raise ContentError(name, "-", "does not start with named sections", "compare with the other files in clinical/")
    return data


def version_of(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
