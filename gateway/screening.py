"""Hearing risk before anything else answers: the screen, and the answers that are risk by the question they answer."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from programme import Place, Programme, risk_of_answer
from safety import Assessment, Finding, Turn, assess
from safety.content import Clinical

log = logging.getLogger("afterglow.screening")


@dataclass(frozen=True, slots=True)
class Heard:
    """One message with what it answers."""

    text: str
    prompt: str | None
    history: tuple[Turn, ...]
    place: Place | None
    choice: str | None


def screen(heard: Heard, clinical: Clinical, programme: Programme) -> Assessment:
    """Never raises: what cannot be screened goes to a person."""
    try:
        assessment = assess(heard.text, prompt=heard.prompt, history=heard.history, clinical=clinical)
        return _with_answer_risk(assessment, heard, programme)
    except Exception as broken:  # noqa: BLE001 - whatever breaks here, the message must still be recorded and seen
        log.error("screening failed: %s", type(broken).__name__)
        return Assessment.unscreened_because(type(broken).__name__, clinical.version)


def _with_answer_risk(assessment: Assessment, heard: Heard, programme: Programme) -> Assessment:
    """ "Yes" is harmless until the question was "Chest pain?"."""
    risk = risk_of_answer(programme, heard.place, heard.text, heard.choice) if heard.place else None
    if risk is None or heard.place is None:
        return assessment
    finding = Finding(
        phrase_id=f"step:{heard.place.module}.{heard.place.step}", layer="question", category=risk.category,
        level=risk.level, start=0, end=len(heard.text), text=heard.text, why=risk.reason,
    )  # fmt: skip
    raised = replace(assessment, findings=(finding, *assessment.findings))
    if risk.level <= assessment.level:
        return raised
    return replace(raised, level=risk.level, category=risk.category, score=max(assessment.score, 0.9))
