"""Text as the network reads it: one form for what people type in many. Shared by the trainer and the screen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"', "…": "..."})
STRETCHED = re.compile(r"(.)\1{3,}", re.DOTALL)
SPACES = re.compile(r"\s+")
SLICE = 4_000  # normalising a very long text at once costs memory; pieces cost the same time


def plain(text: str) -> str:
    """Compatibility forms folded, invisible characters gone, emoji as their names, stretched letters shortened.

    >>> plain("soooooo done 💊")
    'sooo done pill'
    """
    pieces = (_plain(text[n : n + SLICE]) for n in range(0, len(text), SLICE))
    return SPACES.sub(" ", "".join(pieces)).strip()


def _plain(piece: str) -> str:
    if piece.isascii():
        return STRETCHED.sub(r"\1\1\1", piece)
    folded = unicodedata.normalize("NFKC", piece).translate(APOSTROPHES)
    return STRETCHED.sub(r"\1\1\1", "".join(_character(c) for c in folded))


def _character(character: str) -> str:
    if character.isascii():
        return character
    kind = unicodedata.category(character)
    if kind == "Cf" or kind == "Mn" or kind == "Cs":
        return ""
    return f" {unicodedata.name(character, '').lower()} " if kind in ("So", "Sk") else character


def context(prompt: str | None, before: Sequence[str]) -> str:
    """What the message is read by: the patient's last words, then the question they answer."""
    earlier = [plain(said[-300:]) for said in before[-3:]]
    return " / ".join([*(said for said in earlier if said), *([plain(prompt[-300:])] if prompt else [])])
