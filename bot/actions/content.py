"""What the actions answer from, read once at the start: the programme, the FAQ and the bot's own words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.actions.words import Words, load_words
from programme import Faq, Programme, load_faq, load_programme


@dataclass(frozen=True)
class Content:
    programme: Programme
    faq: Faq
    words: Words


def load_content(root: Path) -> Content:
    """From the repository's root, or wherever clinical/ and bot/domain.yml are installed."""
    clinical = root / "clinical"
    return Content(load_programme(clinical / "programme"), load_faq(clinical / "faq.yml"), load_words(root / "bot" / "domain.yml"))
