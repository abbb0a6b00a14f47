"""Everything the console works with, made once and handed around."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from programme import Programme
from safety.content import Clinical
from store import Settings, Store
from store.acts import Content
from store.base import utc_now
from store.signals import Signals
from store.thresholds import Numbers, numbers_of
from store.wording import Wording


@dataclass(frozen=True, slots=True)
class ConsoleParts:
    settings: Settings
    store: Store
    signals: Signals
    clinical: Clinical
    programme: Programme
    wording: Wording
    now: Callable[[], datetime] = utc_now
    from_files: Clinical | None = None
    """The content as the files have it, when two clinicians have signed other thresholds."""

    half_deaf: Callable[[], bool] = lambda: False
    """Whether the screen has lost its trained layer; whoever composes the house knows."""

    @property
    def idle_after(self) -> timedelta:
        return timedelta(minutes=self.settings.idle_minutes)

    @property
    def numbers_in_file(self) -> Numbers:
        return numbers_of((self.from_files or self.clinical).model)

    @property
    def content(self) -> Content:
        return Content(self.clinical, self.wording)
