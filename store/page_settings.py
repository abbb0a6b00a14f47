"""The ways out to clinicians: which of them this clinic has set up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from store.errors import SettingsError

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
SHORTEST_SECRET = 16  # characters


@dataclass(frozen=True, slots=True)
class Smtp:
    """A mail server. `tls` from the first byte (smtps) or, off this machine, by STARTTLS before anything is said."""

    host: str
    port: int
    user: str
    password: str
    tls: bool
    sender: str

    @property
    def starttls(self) -> bool:
        return not self.tls and self.host not in LOOPBACK

    def __repr__(self) -> str:
        return f"Smtp({self.host!r}, {self.port})"


@dataclass(frozen=True, slots=True)
class Webhook:
    """A pager service. Every request is signed with `secret`."""

    url: str
    secret: str
    routing_key: str

    def __repr__(self) -> str:
        return f"Webhook({urlsplit(self.url).netloc!r})"


@dataclass(frozen=True, slots=True)
class PageSettings:
    smtp: Smtp | None = None
    webhook: Webhook | None = None


def read_page_settings(text: Callable[[str, str], str]) -> PageSettings:
    """Raises SettingsError like every other setting."""
    return PageSettings(_smtp(text), _webhook(text))


def _smtp(text: Callable[[str, str], str]) -> Smtp | None:
    value = text("SMTP_URL", "")
    if not value:
        return None
    parts = urlsplit(value)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise SettingsError("SMTP_URL must look like smtp://user:password@host:587 or smtps://user:password@host:465.")
    sender = text("SMTP_FROM", "")
    if "@" not in sender:
        raise SettingsError("SMTP_URL is set: SMTP_FROM must be the address that alerts come from.")
    tls = parts.scheme == "smtps"
    port = parts.port or (465 if tls else 587)
    return Smtp(parts.hostname, port, unquote(parts.username or ""), unquote(parts.password or ""), tls, sender)


def _webhook(text: Callable[[str, str], str]) -> Webhook | None:
    url, secret = text("PAGE_WEBHOOK_URL", ""), text("PAGE_WEBHOOK_SECRET", "")
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise SettingsError("PAGE_WEBHOOK_URL must be an https address.")
    if len(secret) < SHORTEST_SECRET:
        raise SettingsError(f"PAGE_WEBHOOK_URL is set: PAGE_WEBHOOK_SECRET must have at least {SHORTEST_SECRET} characters.")
    return Webhook(url, secret, text("PAGE_WEBHOOK_ROUTING_KEY", ""))
