"""clinical/resources.yml: every place knows where to turn, and every placeholder of the protocol can be filled somewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from safety.errors import ContentError
from safety.protocol.content import LANGUAGES, Protocol
from safety.protocol.wording import PLACEHOLDER

FILE = "resources.yml"
EVERYWHERE = "reach"


def place_problems(resources: Mapping[str, Any], protocol: Protocol) -> Iterator[ContentError]:
    places: Mapping[str, Any] = resources.get("locales") or {}
    if "unknown" not in places:
        yield ContentError(FILE, "unknown", "there is no place for patients whose place is not known", "add 'unknown'")
    for name, place in places.items():
        yield from _place(name, place)
    yield from _placeholders(places, protocol)


def _place(name: str, place: Mapping[str, Any]) -> Iterator[ContentError]:
    line: Mapping[str, Any] = place.get("crisis_line") or {}
    if not place.get("emergency"):
        yield ContentError(FILE, name, "there is no emergency number", "add 'emergency:'")
    if not (line.get("call") or line.get("directory")):
        yield ContentError(FILE, name, "there is no crisis line", "add crisis_line with 'call' or 'directory'")
    phrases: Mapping[str, Any] = place.get("phrases") or {}
    if EVERYWHERE not in phrases:
        yield ContentError(FILE, name, "the phrase 'reach' is missing: the crisis lines would have a hole", "add phrases, reach")
    for key, texts in phrases.items():
        for lang in LANGUAGES:
            if lang not in texts:
                yield ContentError(FILE, name, f"the phrase '{key}' has no wording in '{lang}'", "add it")
    contact = str(line.get("call") or line.get("directory") or "").split(" ")[0]
    if EVERYWHERE in phrases and contact and any(contact not in str(text) for text in phrases[EVERYWHERE].values()):
        yield ContentError(FILE, name, f"the phrase 'reach' does not name {contact}", "write the same number in both")


def _placeholders(places: Mapping[str, Any], protocol: Protocol) -> Iterator[ContentError]:
    """A wording may need a phrase that some places lack; then the script needs another wording without it."""
    known = {f"{key}_line" for place in places.values() for key in place.get("phrases", {})}
    for script in protocol.scripts.values():
        for lang, wordings in script.wordings.items():
            needs = [{n for n in PLACEHOLDER.findall(t) if n.endswith("_line") and n != "crisis_line"} for t in wordings]
            for name in sorted({n for names in needs for n in names} - known):
                yield ContentError("protocol.yml", script.id, f"no place has the phrase for {{{name}}}", "add it to resources.yml")
            if all(names - {f"{EVERYWHERE}_line"} for names in needs):
                yield ContentError(
                    "protocol.yml", script.id, f"each wording in '{lang}' needs a phrase that some places lack",
                    "add a wording that does with {reach_line} or with none",
                )  # fmt: skip
