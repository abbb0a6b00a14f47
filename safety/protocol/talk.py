"""A talk with the protocol, written down: for reading aloud before a clinician signs it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from safety.assessment import Assessment
from safety.content import Clinical
from safety.protocol.events import on_not_reached, on_page_accepted, on_page_failed, on_stop, on_wait
from safety.protocol.messages import on_message
from safety.protocol.people import on_closed, on_human_joined, on_released
from safety.protocol.state import ProtocolState
from safety.protocol.types import Facts, Outcome

BEGIN = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HAPPENINGS = {
    "accepted": (on_page_accepted, "a console accepts the page"),
    "late": (on_page_failed, "nobody has accepted the page in time"),
    "unreached": (on_not_reached, "somebody had it and has not been with the patient in time"),
    "wait": (on_wait, "three and a half minutes pass"),
    "stop": (on_stop, "STOP by text"),
    "joins": (on_human_joined, "a clinician takes over"),
    "closes": (on_closed, "the clinician closes the event with a disposition"),
    "releases": (on_released, "the clinician gives the conversation back"),
}
FILLED = {
    "emergency_number": "911", "crisis_line": "988", "clinic_name": "the clinic", "clinic_phone": "(555) 010-0199",
    "oncall_name": "the on-call clinician", "dose_day": "Monday", "name": "there", "sla_time": "as soon as they can",
}  # fmt: skip
_GRADED = re.compile(r"^(?:([0-5])([A-Z]{0,2}):\s*)?(.*)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Said:
    """One turn. `patient` is None for what happens without a message."""

    patient: str | None
    happening: str
    outcome: Outcome


def talk(turns: Iterable[str], clinical: Clinical, facts: Facts | None = None) -> Iterator[Said]:
    """Each turn is "3S: what the patient writes" (level and category as the screen would say; none: ordinary) or "!wait"."""
    state, now, known = ProtocolState(), BEGIN, facts or Facts()
    for turn in turns:
        now += MINUTE
        if turn.startswith("!"):
            happens, words = HAPPENINGS[turn[1:]]
            outcome = happens(state, facts=known, clinical=clinical, now=now)
            yield Said(None, words, outcome)
        else:
            heard, text = _graded(turn)
            outcome = on_message(state, heard, text, facts=known, clinical=clinical, now=now)
            yield Said(text, "", outcome)
        state = outcome.state


def written(turns: Iterable[Said]) -> Iterator[str]:
    """The talk as lines of text, with what the team is asked."""
    for said in turns:
        yield f"> {said.patient}" if said.patient is not None else f"— {said.happening}"
        for line in said.outcome.lines:
            choices = f"  [{' | '.join(choice.label for choice in line.choices)}]" if line.choices else ""
            yield f"  {_fill(line.text)}{choices}"
        if not said.outcome.lines:
            yield "  (the module or Rasa answers)" if said.outcome.pass_on else "  (the bot says nothing)"
        yield f"    · {_beside(said.outcome)}"


def _beside(outcome: Outcome) -> str:
    state = outcome.state
    parts = [state.phase.value.replace("_", " "), f"level {state.level}"]
    if outcome.flag:
        parts.append(f"flag: {outcome.flag.code}")
    if outcome.page:
        parts.append("a clinician is paged")
    return ", ".join(parts)


def _graded(turn: str) -> tuple[Assessment, str]:
    found = _GRADED.match(turn)
    assert found is not None
    level = int(found[1] or 0)
    return Assessment(level, found[2] or ("S" if level else "none")), found[3]


def _fill(text: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda match: FILLED.get(match[1], ""), text)
