"""clinical/protocol.yml as typed, frozen objects. What it may say is checked by `safety.protocol.lint`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from safety.errors import ContentError

if TYPE_CHECKING:
    from safety.content import Clinical

FILE = "protocol.yml"


@dataclass(frozen=True, slots=True)
class Script:
    """One thing the bot can say, in several wordings and languages."""

    id: str
    wordings: Mapping[str, tuple[str, ...]]
    asks: str | None = None
    gives: tuple[str, ...] = ()
    accepted: str | None = None
    """Said in its place once the page was accepted."""
    dosing: str | None = None
    """Said in its place on the day of a dose."""


@dataclass(frozen=True, slots=True)
class Move:
    """What an answer leads to."""

    say: tuple[str, ...] = ()
    next: str | None = None
    level: int | None = None
    category: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One question to the patient. `safe` is the answer that reassures: it counts only in plain words."""

    id: str
    kind: str
    ask: str
    again: str | None
    choices: str | None
    safe: str | None
    ladder: bool
    spare: bool
    on: Mapping[str, Move]


@dataclass(frozen=True, slots=True)
class Band:
    """How an event of one category begins from a level upwards, and what must still be said later."""

    level: int
    phase: str
    say: tuple[str, ...]
    later: tuple[str, ...] = ()
    rise: tuple[str, ...] = ()
    rise_next: str | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """A quick reply with the words that mean the same."""

    id: str
    labels: Mapping[str, str]
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Protocol:
    """The whole crisis protocol as the engine reads it."""

    scripts: Mapping[str, Script]
    steps: Mapping[str, Step]
    paths: Mapping[str, tuple[Band, ...]]
    options: Mapping[str, tuple[Option, ...]]
    limits: Mapping[str, Any]
    feelings: Mapping[str, Mapping[str, tuple[str, ...]]]
    hearing: Mapping[str, tuple[str, ...]]
    asides: tuple[tuple[str, str], ...]
    modifiers: Mapping[str, Any]
    clarifier_cues: tuple[str, ...]
    notes: Mapping[str, str]
    raw: Mapping[str, Any] = field(repr=False)

    def band(self, path: str, level: int) -> Band:
        """The band that fits: the highest that begins at or below this level."""
        bands = self.paths.get(path) or self.paths["S"]
        fitting = [band for band in bands if band.level <= level]
        return fitting[-1] if fitting else bands[0]


_read: dict[int, tuple[Mapping[str, Any], Protocol]] = {}


def protocol_of(clinical: Clinical) -> Protocol:
    """The typed protocol, read once for each loaded content."""
    source = clinical.protocol
    if id(source) not in _read:
        if len(_read) > 8:
            _read.clear()
        _read[id(source)] = (source, read_protocol(source))
    return _read[id(source)][1]


def read_protocol(data: Mapping[str, Any]) -> Protocol:
    """Raises ContentError when a part is missing or has the wrong shape."""
    return Protocol(
        scripts={key: _script(key, value) for key, value in _part(data, "scripts").items()},
        steps={key: _step(key, value) for key, value in _part(data, "steps").items()},
        paths={key: _bands(key, value) for key, value in _part(data, "paths").items()},
        options={key: _options(key, value) for key, value in _part(data, "options").items()},
        limits=_part(data, "limits"),
        feelings={lang: {k: tuple(v) for k, v in sets.items()} for lang, sets in _part(data, "feelings").items()},
        hearing={key: tuple(str(word) for word in value) for key, value in _part(data, "hearing").items()},
        asides=tuple((str(item["hears"]), str(item["say"])) for item in data.get("asides", ())),
        modifiers=_part(data, "modifiers"),
        clarifier_cues=tuple(data.get("clarifier_cues", ())),
        notes=_part(data, "notes"),
        raw=data,
    )


def _part(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = data.get(name)
    if not isinstance(part, Mapping):
        raise ContentError(FILE, name, f"the section '{name}' is missing", "restore it from the last signed version")
    return part


def _script(key: str, data: Mapping[str, Any]) -> Script:
    wordings = {lang: tuple(str(t) for t in data[lang]) for lang in ("en", "es") if data.get(lang)}
    if not wordings.get("en"):
        raise ContentError(FILE, key, "there is no English wording", "write at least three lines under 'en:'")
    return Script(
        key, wordings, data.get("asks"), tuple(data.get("gives", ())), data.get("accepted"), data.get("dosing")
    )


def _step(key: str, data: Mapping[str, Any]) -> Step:
    if "ask" not in data:
        raise ContentError(FILE, key, "this question has no 'ask' script", "name the script that asks it")
    # YAML reads bare yes/no as true/false: accept both spellings of an answer.
    moves = {_word(answer): _move(move) for answer, move in data.get("on", {}).items()}
    return Step(
        id=key,
        kind=data.get("kind", "yes_no"),
        ask=data["ask"],
        again=data.get("again"),
        choices=data.get("choices"),
        safe=_word(data["safe"]) if "safe" in data else None,
        ladder=bool(data.get("ladder", False)),
        spare=bool(data.get("spare", False)),
        on=moves,
    )


def _word(answer: object) -> str:
    return {True: "yes", False: "no"}.get(answer, str(answer)) if isinstance(answer, bool) else str(answer)


def _move(data: Mapping[str, Any]) -> Move:
    return Move(
        tuple(data.get("say", ())), data.get("next"), data.get("level"), data.get("category"), data.get("note")
    )


def _bands(key: str, data: Mapping[Any, Any]) -> tuple[Band, ...]:
    if not data:
        raise ContentError(FILE, key, "this path has no level", "write what is said from which level on")
    return tuple(_band(int(level), data[level]) for level in sorted(data, key=int))


def _band(level: int, data: Mapping[str, Any]) -> Band:
    return Band(
        level,
        data.get("phase", "safety_check"),
        tuple(data["say"]),
        tuple(data.get("later", ())),
        tuple(data.get("rise", ())),
        data.get("rise_next"),
    )


def _options(key: str, data: list[Mapping[str, Any]]) -> tuple[Option, ...]:
    return tuple(
        Option(
            _word(item["id"]),
            {lang: str(item[lang]) for lang in ("en", "es") if lang in item},
            tuple(str(word) for word in item.get("words", ())),
        )
        for item in data
    )
