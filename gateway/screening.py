"""Hearing risk before anything else answers: the screen, and the answers that are risk by the question they answer."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from programme import Place, Programme, risk_of_answer
from programme.plainly import plain_answer
from safety import Assessment, Finding, Turn, assess
from safety.content import Clinical
from safety.model.limits import thresholds
from safety.model.network import load
from safety.screen import verdict
from store.base import utc_now

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
        return _with_answer_risk(_plainly_answered(assessment, heard, programme), heard, programme)
    except Exception as broken:  # noqa: BLE001 - whatever breaks here, the message must still be recorded and seen
        log.error("screening failed: %s", type(broken).__name__)
        return Assessment.unscreened_because(type(broken).__name__, clinical.version)


def warm_up(clinical: Clinical) -> None:
    """Whatever is opened with the first message is opened before there is one: a person at risk must not wait for a file."""
    assess("Hello. How are you today?", history=(Turn("patient", "Hello.", utc_now()),), clinical=clinical)


def half_deaf(clinical: Clinical) -> bool:
    """The trained layer is wanted and cannot be used: what no phrase foresees is not heard, until somebody puts it right."""
    return thresholds(clinical.model) is not None and load() is None


def _plainly_answered(assessment: Assessment, heard: Heard, programme: Programme) -> Assessment:
    """A bare "no" to a step's question has no words that could be worried by: what only the trained layer suspects is set aside.

    It stays in the record. What phrases, questions and the talk so far said counts as before.
    """
    suspected = any(finding.counted and finding.layer == "model" for finding in assessment.findings)
    if not suspected or heard.place is None or not plain_answer(programme, heard.place, heard.text, heard.choice):
        return assessment
    findings = [_aside(finding) if finding.layer == "model" else finding for finding in assessment.findings]
    return verdict(findings, assessment.content_version)


def _aside(finding: Finding) -> Finding:
    return replace(finding, counted=False, cue="plain answer")


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
