"""The programme and the mood of one patient, small enough to be read at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from programme import Place, Programme
from programme.errors import ContentError
from store.card import Course
from store.course import Answer, Measure, ModuleRun, RunStatus

WIDTH, HEIGHT, MARGIN = 220, 48, 5
SHORT = 110


@dataclass(frozen=True, slots=True)
class ModuleGlance:
    id: str
    name: str
    status: str
    """open, paused, finished, stopped or nothing yet."""
    step: str = ""
    moved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    module: str
    question: str
    answer: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MoodLine:
    """The moods as points of a small drawing, 0 at the bottom and 10 at the top."""

    points: tuple[tuple[float, float, int, datetime], ...]

    @property
    def path(self) -> str:
        return " ".join(f"{x:.1f},{y:.1f}" for x, y, _, _ in self.points)


def modules(course: Course, programme: Programme) -> list[ModuleGlance]:
    """Every module a patient can meet, with its latest passage. A later "How did it go?" counts only while it is open."""
    latest = {run.module: run for run in course.runs if run.id not in course.follow_ups or run.status == RunStatus.OPEN}
    return [_module(module.id, module.name, latest.get(module.id), programme) for module in programme.patient_modules]


def _module(module_id: str, name: str, run: ModuleRun | None, programme: Programme) -> ModuleGlance:
    if run is None:
        return ModuleGlance(module_id, name, "")
    return ModuleGlance(module_id, name, run.status, _current(run.place, programme), run.moved_at)


def answers(found: Sequence[Answer], programme: Programme) -> list[Answered]:
    return [Answered(one.module, _question(Place(one.module, one.step), programme), _said(one), one.at) for one in found]


def mood_line(moods: Sequence[Measure]) -> MoodLine:
    across = (WIDTH - 2 * MARGIN) / max(1, len(moods) - 1)
    up = (HEIGHT - 2 * MARGIN) / 10
    return MoodLine(
        tuple(
            (MARGIN + place * across, HEIGHT - MARGIN - int(mood.value) * up, int(mood.value), mood.at)
            for place, mood in enumerate(moods)
        )
    )


def _said(answer: Answer) -> str:
    if answer.value == "private":
        return "kept private"
    value = ", ".join(map(str, answer.value)) if isinstance(answer.value, list) else answer.value
    return answer.text or ("skipped" if value is None else str(value))


def _current(place: object, programme: Programme) -> str:
    return _question(Place.from_dict(place), programme) if isinstance(place, dict) else ""


def _question(place: Place, programme: Programme) -> str:
    try:
        text = programme.step(place).text
    except (ContentError, KeyError):  # a module that was edited since
        return place.step
    return text if len(text) <= SHORT else text[:SHORT].rsplit(" ", 1)[0] + " …"
