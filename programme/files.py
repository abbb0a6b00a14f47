"""Reading YAML and checking its shape, with faults told so that a clinician can mend them."""

from __future__ import annotations

import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from programme.errors import ContentError

_Safe: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same, ten times faster, where libyaml is there


class _Loader(_Safe):  # type: ignore[misc]  # which of the two is found out at run time
    """YAML with only true and false as truth values (a bare `no` stays the word "no"), and no key twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[object] = set()
        for key, _ in node.value:
            name = self.construct_object(key, deep=True)
            if name in seen:
                raise yaml.MarkedYAMLError(None, None, f'"{name}" is written twice', key.start_mark)
            seen.add(name)
        made: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return made


_Loader.yaml_implicit_resolvers = {
    first: [(tag, rule) for tag, rule in rules if tag not in ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


def read_yaml(file: Path) -> dict[str, Any]:
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ContentError(file.name, "the file", "is missing.", "Put it back; the programme needs it.") from error
    return read_yaml_text(text, file.name)


def read_yaml_text(text: str, name: str) -> dict[str, Any]:
    try:
        data = yaml.load(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"line {mark.line + 1}" if mark else "somewhere"
        mend = "Check the spaces at the line's beginning, and put quotes around text with a colon in it."
        raise ContentError(name, where, f"cannot be read: {error.problem}.", mend) from error
    if not isinstance(data, dict):
        raise ContentError(name, "the file", "is empty or is a bare list.", "Start with `id:` as the other files do.")
    return data


_MEND = {
    "missing": "Add this line.",
    "extra_forbidden": "Is it a typing mistake? Remove it, or compare with another file.",
    "literal_error": "Use one of the words named.",
    "string_type": "Put the text in quotes.",
    "int_parsing": "Write a whole number.",
    "int_type": "Write a whole number.",
}


def shape[M: BaseModel](model: type[M], data: dict[str, Any], file: str) -> M:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        mend = _MEND.get(first["type"], "Compare with the same place in another file.")
        raise ContentError(file, _entry(data, first["loc"]), _plainly(first["type"], first["msg"]), mend) from error


def _plainly(kind: str, message: str) -> str:
    return {"missing": "this is missing.", "extra_forbidden": "this word is not known here."}.get(kind, f"{message}.")


def _entry(data: Any, path: tuple[int | str, ...]) -> str:
    """("steps", 1, "branches", 0, "go") -> "step S2, branches 1, go"."""
    words: list[str] = []
    for part in path:
        data = _inside(data, part)
        if isinstance(part, int):
            name = data.get("id") if isinstance(data, dict) else None
            before = words.pop() if words else "entry"
            words.append(f"{before.removesuffix('s')} {name}" if name else f"{before} {part + 1}")
        else:
            words.append(str(part))
    return ", ".join(words)


def _inside(data: Any, part: int | str) -> Any:
    try:
        return data[part]
    except (KeyError, IndexError, TypeError):
        return None
