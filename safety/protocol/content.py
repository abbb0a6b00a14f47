"""clinical/protocol.yml as typed, frozen objects. What it may say is checked by `safety.protocol.lint`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from safety.errors import ContentError

if TYPE_CHECKING:
    from safety.content import Clinical

FILE = "protocol.yml"
LANGUAGES = ("en", "es")


@dataclass(frozen=True, slots=True)
class Script:
    """One thing the bot can say, in several wordings and languages."""

    id: str
    wordings: Mapping[str, tuple[str, ...]]
    asks: str | None = None
    gives: tuple[str, ...] = ()
    """What it holds for a patient at risk: ai, crisis_contact, trusted_person, clinician, barrier … (CRISIS.md §11.6)."""
    accepted: str | None = None
    """Said in its place once the page was accepted."""
    dosing: str | None = None
    """Said in its place on the day of a dose."""
    asked_out: str | None = None
    """Said in its place when its question may not be asked any more."""


@dataclass(frozen=True, slots=True)
class Move:
    """What an answer leads to."""

    say: tuple[str, ...] = ()
    next: str | None = None
    level: int | None = None
    category: str | None = None
    note: str | None = None
    settle: tuple[str, ...] = ()
    """Said instead of `say` when this answer lets a level 2 event rest until a clinician closes it."""
    modifier: str | None = None
    unsafe_to_text: bool | None = None


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
    on: Mapping[str, Move]


@dataclass(frozen=True, slots=True)
class Band:
    """How an event of one category begins from a level upwards, and what must still be said later."""

    level: int
    phase: str
    page: bool
    say: tuple[str, ...]
    later: tuple[str, ...] = ()
    rise: tuple[str, ...] = ()
    """Said when an open event gets here; `say` when this is empty."""
    cues: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Said as well when the message holds one of hearing.<key>."""


@dataclass(frozen=True, slots=True)
class Option:
    """A quick reply with the words that mean the same."""

    id: str
    labels: Mapping[str, str]
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Aside:
    """What the patient says beside the question, and the honest answer. `whole`: only as the entire message."""

    hears: str
    say: str
    whole: bool = False
    flag: str | None = None


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
    numbers: Mapping[str, int]
    asides: tuple[Aside, ...]
    modifiers: Mapping[str, Any]
    clarifier_cues: tuple[str, ...]
    notes: Mapping[str, str]
    dispositions: Mapping[str, str]
    service: Mapping[str, Any]
    raw: Mapping[str, Any] = field(repr=False)

    def band(self, path: str, level: int) -> Band:
        """The band that fits: the highest that begins at or below this level; path S stands in where there is none."""
        fitting = [band for band in self.paths.get(path, ()) if band.level <= level]
        return (fitting or [band for band in self.paths["S"] if band.level <= level])[-1]


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
        options={key: _options(value) for key, value in _part(data, "options").items()},
        limits=_part(data, "limits"),
        feelings={lang: {k: tuple(v) for k, v in sets.items()} for lang, sets in _part(data, "feelings").items()},
        # "no" and "yes" as names are read by YAML as false and true
        hearing={_word(key): tuple(_word(word) for word in value) for key, value in _part(data, "hearing").items()},
        numbers={str(word): int(number) for word, number in _part(data, "numbers").items()},
        asides=tuple(_aside(item) for item in data.get("asides", ())),
        modifiers=_part(data, "modifiers"),
        clarifier_cues=tuple(data.get("clarifier_cues", ())),
        notes=_part(data, "notes"),
        dispositions={str(key): str(label) for key, label in _part(data, "dispositions").items()},
        service=_part(data, "service"),
        raw=data,
    )


def _part(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = data.get(name)
    if not isinstance(part, Mapping):
        raise ContentError(FILE, name, f"the section '{name}' is missing", "restore it from the last signed version")
    return part


def _script(key: str, data: Mapping[str, Any]) -> Script:
    wordings = {lang: tuple(str(t) for t in data[lang]) for lang in LANGUAGES if data.get(lang)}
    if not wordings.get("en"):
        raise ContentError(FILE, key, "there is no English wording", "write at least three lines under 'en:'")
    return Script(
        key, wordings, data.get("asks"), tuple(data.get("gives", ())), data.get("accepted"), data.get("dosing"),
        data.get("asked_out"),
    )  # fmt: skip


def _step(key: str, data: Mapping[str, Any]) -> Step:
    if "ask" not in data:
        raise ContentError(FILE, key, "this question has no 'ask' script", "name the script that asks it")
    return Step(
        id=key,
        kind=data.get("kind", "yes_no"),
        ask=data["ask"],
        again=data.get("again"),
        choices=data.get("choices"),
        safe=_word(data["safe"]) if "safe" in data else None,
        ladder=bool(data.get("ladder", False)),
        on={_word(answer): _move(move) for answer, move in data.get("answers", {}).items()},
    )


def _word(answer: object) -> str:
    """YAML reads bare yes/no as true/false: both spellings of an answer are accepted."""
    return {True: "yes", False: "no"}[answer] if isinstance(answer, bool) else str(answer)


def _move(data: Mapping[str, Any]) -> Move:
    return Move(
        tuple(data.get("say", ())), data.get("next"), data.get("level"), data.get("category"), data.get("note"),
        tuple(data.get("settle", ())), data.get("modifier"), data.get("unsafe_to_text"),
    )  # fmt: skip


def _bands(key: str, data: Mapping[Any, Any]) -> tuple[Band, ...]:
    if not data:
        raise ContentError(FILE, key, "this path has no level", "write what is said from which level on")
    return tuple(_band(int(level), data[level]) for level in sorted(data, key=int))


def _band(level: int, data: Mapping[str, Any]) -> Band:
    return Band(
        level, data["phase"], bool(data.get("page", False)), tuple(data["say"]), tuple(data.get("later", ())),
        tuple(data.get("rise", ())), {str(kind): tuple(say) for kind, say in data.get("cues", {}).items()},
    )  # fmt: skip


def _options(data: list[Mapping[str, Any]]) -> tuple[Option, ...]:
    return tuple(
        Option(
            _word(item["id"]),
            {lang: _word(item[lang]) for lang in LANGUAGES if lang in item},
            tuple(_word(word) for word in item.get("words", ())),
        )
        for item in data
    )


def _aside(data: Mapping[str, Any]) -> Aside:
    return Aside(_word(data["hears"]), str(data["say"]), bool(data.get("whole", False)), data.get("flag"))
