"""One turn in the making: collects lines, questions, flags, and keeps the state beside them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from safety.protocol.content import Protocol, Script
from safety.protocol.phase import Phase
from safety.protocol.state import ProtocolState
from safety.protocol.types import Choice, Facts, FlagRequest, Line, Outcome
from safety.protocol.wording import always_asks, choose

GENERAL = ("raised", "repeated", "distress")
"""Reasons that say little beside another one."""


@dataclass(slots=True)
class Draft:
    """Mutable only while one call lasts."""

    state: ProtocolState
    facts: Facts
    protocol: Protocol
    resources: dict[str, str]
    now: datetime
    lines: list[Line] = field(default_factory=list)
    flag: FlagRequest | None = None
    page: bool = False
    paged_anew: bool = False
    """This turn wakes somebody for what nobody was woken for before: whatever was accepted until now is not this."""
    questions: int = 0

    def set(self, **changes: Any) -> None:
        self.state = replace(self.state, **changes)

    def limit(self, name: str) -> int:
        return int(self.protocol.limits[name])

    @property
    def accepted(self) -> bool:
        """Whether somebody has the alert of this event, as grave as it is now."""
        if self.state.page == "none" or self.paged_anew:
            return False
        return self.facts.page_accepted or self.state.page == "accepted"

    @property
    def dosing(self) -> bool:
        """The first hours after a dose: answers by text cannot be relied on (CRISIS.md §6.4)."""
        hours = self.facts.hours_since_dose
        return hours is not None and 0 <= hours < self.limit("dose_day_hours")

    @property
    def room(self) -> int:
        return self.limit("lines_per_turn") - len(self.lines)

    @property
    def ladder_left(self) -> int:
        if self.state.stopped or (self.dosing and self.state.open):
            return 0
        return self.limit("ladder_questions") - len(self.state.asked)

    def say(self, *script_ids: str) -> None:
        """Add lines; what no longer fits into this turn waits for the next one."""
        for script_id in script_ids:
            script = self._resolve(script_id)
            if self.room <= 0 or (self.questions and (script.asks or always_asks(script, self.facts.locale))):
                self.set(pending=_once(self.state.pending, script_id))
            elif not self._spent(script) and not self._just_given(script):
                self._add(script_id, script)

    def later(self, *script_ids: str) -> None:
        """Lines that this event still owes the patient."""
        for script_id in script_ids:
            if script_id not in self.state.said:
                self.set(pending=_once(self.state.pending, script_id))

    def owed(self, script_id: str) -> None:
        """A line from earlier: it stands before this turn's question, which comes last."""
        asked_last = bool(self.lines) and self.questions > 0
        self.say(script_id)
        if asked_last and len(self.lines) > 1:
            self.lines[-2:] = reversed(self.lines[-2:])

    def may_ask(self, step_id: str) -> bool:
        """No more of the ladder than allowed, and one question a turn."""
        return not self.questions and (not self.protocol.steps[step_id].ladder or self.ladder_left > 0)

    def _resolve(self, script_id: str) -> Script:
        script = self.protocol.scripts[script_id]
        if script.dosing and self.dosing:
            script = self.protocol.scripts[script.dosing]
        if script.asked_out and self._spent(script):
            script = self.protocol.scripts[script.asked_out]
        if script.accepted and self.accepted:
            script = self.protocol.scripts[script.accepted]
        return script

    def _spent(self, script: Script) -> bool:
        """Its question may not be asked any more."""
        return script.asks is not None and self.protocol.steps[script.asks].ladder and self.ladder_left <= 0

    def _just_given(self, script: Script) -> bool:
        """The same numbers as in the turn before: never twice in a row, as long as something else is said."""
        return bool(self.lines) and "crisis_contact" in script.gives and script.id in self.state.last_said

    def _add(self, script_id: str, script: Script) -> None:
        quiet = script.asks is None and (self.questions > 0 or self.state.awaiting is not None)
        key, text = choose(script, self.state, self.facts, self.protocol, self.resources, quiet=quiet)
        self.lines.append(Line(script.id, text))
        said = _once(_once(self.state.said, script_id), script.id)
        pending = tuple(p for p in self.state.pending if p != script_id)
        self.set(used=(*self.state.used, key)[-self.limit("wordings_remembered") :], said=said, pending=pending)
        if script.asks:
            self._await(script.asks)
        elif "?" in text:
            self.questions += 1

    def _await(self, step_id: str) -> None:
        step = self.protocol.steps[step_id]
        self.questions += 1
        ladder = (step_id,) if step.ladder else ()
        # asked whether texting is safe: no answer is no yes
        unsafe = self.state.unsafe_to_text or any(move.unsafe_to_text for move in step.on.values())
        self.set(awaiting=step_id, asked=(*self.state.asked, *ladder), unsafe_to_text=unsafe)

    def raise_flag(self, code: str, *, page: bool = False, phone: bool = False) -> None:
        """Ask for a clinician; with `page`, wake one now. Of two reasons in one turn the more telling one stays."""
        if self.flag is None or page or self.flag.code in GENERAL:
            self.flag = FlagRequest(self.state.level, self.state.category, self.protocol.notes[code], code, phone)
        self.flag = replace(self.flag, level=self.state.level, category=self.state.category)
        if page:
            self._page()

    def _page(self) -> None:
        """What is graver than all that somebody was woken for begins anew: who accepted less has not accepted this."""
        self.page = True
        graver = self.state.level > self.state.paged_level
        self.paged_anew = self.paged_anew or graver
        if graver or self.state.page in ("none", "failed"):
            self.set(page="requested", paged_at=self.now, warned=False, paged_level=self.state.level)

    def finish(self, *, pass_on: bool = False) -> Outcome:
        """The outcome, the open question's quick replies under the last line."""
        if self.lines:
            self.lines[-1] = replace(self.lines[-1], choices=self._choices())
            self.set(spoke_at=self.now, last_said=tuple(line.script_id for line in self.lines))
        return Outcome(self.state, tuple(self.lines), self.flag, self.page, pass_on)

    def _choices(self) -> tuple[Choice, ...]:
        silent = self.state.phase in (Phase.HUMAN_ACTIVE, Phase.CLOSED_OPTOUT)
        step = self.protocol.steps.get(self.state.awaiting or "")
        if silent or step is None or step.choices is None:
            return ()
        options = self.protocol.options[step.choices]
        return tuple(Choice(o.id, o.labels.get(self.facts.locale[:2], o.labels["en"])) for o in options)


def _once(items: tuple[str, ...], item: str) -> tuple[str, ...]:
    return items if item in items else (*items, item)
