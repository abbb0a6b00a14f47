"""A talk with the protocol in tests: says what the screen would have heard, keeps state, clock and flags."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from safety.assessment import Assessment, Finding
from safety.content import Clinical
from safety.protocol import (
    Facts,
    Line,
    Outcome,
    Phase,
    ProtocolState,
    on_closed,
    on_human_idle,
    on_human_joined,
    on_message,
    on_not_reached,
    on_page_accepted,
    on_page_failed,
    on_released,
    on_start,
    on_stop,
    on_wait,
)

BEGIN = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
EVENTS = {
    "stop": on_stop, "start": on_start, "accepted": on_page_accepted, "failed": on_page_failed, "wait": on_wait, "unreached": on_not_reached,
    "idle": on_human_idle, "joined": on_human_joined, "closed": on_closed, "released": on_released,
}  # fmt: skip


@dataclass
class Visit:
    clinical: Clinical
    facts: Facts = field(default_factory=Facts)
    state: ProtocolState = field(default_factory=ProtocolState)
    now: datetime = BEGIN
    last: Outcome | None = None
    all: list[Line] = field(default_factory=list)

    def says(self, text: str, level: int = 0, category: str | None = None, **more: object) -> Outcome:
        heard = Assessment(level, category or ("S" if level else "none"), **more)  # type: ignore[arg-type]  # keyword by keyword
        return self.hears(text, heard)

    def hears(self, text: str, heard: Assessment) -> Outcome:
        self.now += timedelta(seconds=40)
        return self._keep(on_message(self.state, heard, text, facts=self.facts, clinical=self.clinical, now=self.now))

    def happens(self, what: str) -> Outcome:
        self.now += timedelta(seconds=40)
        return self._keep(EVENTS[what](self.state, facts=self.facts, clinical=self.clinical, now=self.now))

    def later(self, **by: float) -> Visit:
        self.now += timedelta(**by)
        return self

    def with_facts(self, **changes: object) -> Visit:
        self.facts = replace(self.facts, **changes)  # type: ignore[arg-type]  # keyword by keyword
        return self

    def _keep(self, outcome: Outcome) -> Outcome:
        assert ProtocolState.from_dict(outcome.state.to_dict()) == outcome.state
        self.state, self.last = outcome.state, outcome
        self.all += outcome.lines
        return outcome

    @property
    def scripts(self) -> list[str]:
        """What the last turn said."""
        assert self.last is not None
        return [line.script_id for line in self.last.lines]

    @property
    def text(self) -> str:
        assert self.last is not None
        return "\n".join(line.text for line in self.last.lines)

    @property
    def phase(self) -> Phase:
        return self.state.phase

    @property
    def code(self) -> str | None:
        assert self.last is not None
        return self.last.flag.code if self.last.flag else None


def finding(
    phrase: str, level: int, *, layer: str = "phrase", category: str = "S", cue: str | None = None, counted: bool = True
) -> Finding:
    return Finding(phrase, layer, category, level, 0, 1, "x", counted, cue)
