"""Everything the gateway works with, made once by build_gateway and handed around."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from programme import Programme
from safety.content import Clinical
from store import Settings, Store
from store.base import utc_now
from store.signals import Signals
from store.wording import Wording


@dataclass(frozen=True, slots=True)
class Parts:
    settings: Settings
    store: Store
    signals: Signals
    clinical: Clinical
    programme: Programme
    wording: Wording
    now: Callable[[], datetime] = utc_now
    worker: str = field(default_factory=lambda: secrets.token_hex(8))
