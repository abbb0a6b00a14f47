"""A hosted model that the clinic has under contract. Off unless its address is set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from store.errors import SettingsError
from store.page_settings import LOOPBACK

LONGEST_WAIT = 30


@dataclass(frozen=True, slots=True)
class Hosted:
    """An endpoint that speaks as OpenAI's chat completions do. `url` ends before /chat/completions."""

    url: str
    key: str
    model: str
    seconds: float

    def __repr__(self) -> str:
        return f"Hosted({urlsplit(self.url).netloc!r}, {self.model!r})"


def read_hosted(text: Callable[[str, str], str]) -> Hosted | None:
    """Raises SettingsError like every other setting."""
    url = text("SECOND_OPINION_URL", "").rstrip("/")
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise SettingsError("SECOND_OPINION_URL must be an https address: patients' words go there.")
    model = text("SECOND_OPINION_MODEL", "")
    if not model:
        raise SettingsError("SECOND_OPINION_URL is set: SECOND_OPINION_MODEL must name the model.")
    seconds = text("SECOND_OPINION_SECONDS", "8")
    if not seconds.isdecimal() or not 1 <= int(seconds) <= LONGEST_WAIT:
        raise SettingsError(f"SECOND_OPINION_SECONDS must be a whole number from 1 to {LONGEST_WAIT}, not {seconds!r}.")
    return Hosted(url, text("SECOND_OPINION_KEY", ""), model, int(seconds))
