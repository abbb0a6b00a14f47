"""How an answer is understood. A reassuring answer must be said in plain words; anything may alarm."""

from __future__ import annotations

import re
import unicodedata

from safety.protocol.content import Option, Protocol, Step

_APOSTROPHES = re.compile("['’‘`´]")
_NOT_WORDS = re.compile(r"[^\w+]+")
_TRAILING_OFF = re.compile(r"\.{2,}|…")
_NUMBER = re.compile(r"(?<![\w.,/:-])(10|[0-9])(?:\s*(?:/|out of|de|sobre)\s*10)?(?![\w/:]|[.,]\d)")
_LONGEST = 2000


def plain(text: str) -> str:
    """Lower case, no accents, no punctuation: "No, I'm NOT…" becomes "no im not"."""
    bare = unicodedata.normalize("NFKD", text[:_LONGEST].casefold())
    bare = "".join(ch for ch in bare if not unicodedata.combining(ch))
    return _NOT_WORDS.sub(" ", _APOSTROPHES.sub("", bare)).strip()


def read_answer(text: str, step: Step, protocol: Protocol) -> str:
    """The reading of an answer: a choice's id, yes, no, unsure, refused, high/mid/low, any or unclear."""
    if not text.strip():
        return "unclear"  # a photo or a voice note: whatever it says, nobody here has heard it
    options = protocol.options.get(step.choices, ()) if step.choices else ()
    pressed = _option(text, options)
    if pressed and not (pressed == step.safe and _clouded(text, plain(text).split(), protocol)):
        return pressed
    if _has(text, protocol.hearing["refused"]):
        return "refused"
    if step.kind == "free":
        return _said_at_length(text, options)
    if step.kind == "scale":
        return _scale(text)
    if step.kind == "choice":
        return _mentioned(text, options, step.safe)
    return _yes_no(text, step.safe, protocol)


def hears(text: str, kind: str, protocol: Protocol) -> bool:
    """Whether one of the phrases listed under hearing.<kind> is in the text."""
    return _has(text, protocol.hearing[kind])


def _option(text: str, options: tuple[Option, ...]) -> str | None:
    said = plain(text)
    for option in options:
        if said and said in {plain(name) for name in (option.id, *option.labels.values(), *option.words)}:
            return option.id
    return None


def _mentioned(text: str, options: tuple[Option, ...], safe: str | None) -> str:
    """The first alarming option named anywhere; the reassuring one counts only as the whole message."""
    for option in options:
        if option.id != safe and _has(text, (*option.labels.values(), *option.words)):
            return option.id
    return "unclear"


def _said_at_length(text: str, options: tuple[Option, ...]) -> str:
    """In free words only a whole phrase names an option: "honestly i have no one", not the "no" in "no idea"."""
    said = (option.id for option in options if _has(text, tuple(word for word in option.words if " " in word)))
    return next(said, "any")


def _scale(text: str) -> str:
    found = [int(m.group(1)) for m in _NUMBER.finditer(text[:_LONGEST])]
    if not found:
        return "unclear"
    worst = max(found) if len(set(found)) > 1 else found[0]
    return "high" if worst >= 8 else "mid" if worst >= 5 else "low"


def _yes_no(text: str, safe: str | None, protocol: Protocol) -> str:
    said, hearing = plain(text), protocol.hearing
    words = said.split()
    clouded = _clouded(text, words, protocol)
    if said in hearing["unsure"] or _has(text, hearing["unsure_within"]):
        return "unsure"
    if _wholly(words, hearing["no"], hearing["no_filler"]) and not clouded:
        return "no"
    if _wholly(words, hearing["yes"], hearing["yes_filler"]) and not clouded:
        return "yes"
    leaning = _leaning(text, words, protocol)
    return "unclear" if leaning is None or leaning == safe else leaning


def _leaning(text: str, words: list[str], protocol: Protocol) -> str | None:
    """Yes or no, said in a roundabout way."""
    hearing = protocol.hearing
    if _has(text, hearing["leaning_no"]) or any(sign in text for sign in hearing["no_signs"]):
        return "no"
    if _has(text, hearing["leaning_yes"]) or any(sign in text for sign in hearing["yes_signs"]):
        return "yes"
    if words and words[0] in hearing["yes"]:
        return "yes"
    return "no" if words and words[0] in hearing["no"] else None


def _clouded(text: str, words: list[str], protocol: Protocol) -> bool:
    """Trailing off, asking back, laughing or any picture: "no… well", "no?", "no lol", "no 🙃"."""
    if _TRAILING_OFF.search(text) or "?" in text or any(_is_picture(ch) for ch in text[:_LONGEST]):
        return True
    return any(word in protocol.hearing["laughing"] for word in words)


def _is_picture(ch: str) -> bool:
    return unicodedata.category(ch) in ("So", "Sk", "Cs", "Co", "Cn") and ch not in "`^´¨"


def _wholly(words: list[str], heads: tuple[str, ...], filler: tuple[str, ...]) -> bool:
    """The whole message says it: a head phrase ("no", "not at all"), then nothing but harmless filler."""
    said = " ".join(words)
    harmless = {*filler, *heads}
    return any(said == head or (said.startswith(head + " ") and set(said[len(head) :].split()) <= harmless) for head in heads)


def _has(text: str, phrases: tuple[str, ...]) -> bool:
    said = f" {plain(text)} "
    return any(f" {plain(phrase)} " in said for phrase in phrases if plain(phrase))
