"""Which modules may be offered now. Frozen circumstances in, module ids out; no clock inside."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from programme.content import Module
from programme.library import Programme

DAY = 24.0
FIRST_WEEK = 168.0
A_DAY, A_WEEK, A_LATER_WEEK = 1, 5, 2  # PROGRAMME section 3, rule 7
UNANSWERED_BEFORE_WEEKLY = 2
SHORT_GAP_CHOICE = ("M5", "M6", "M8")  # between doses a week or less apart: one of these per gap


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is true of the patient now, apart from the dose. Unknown values are None and never open a gate."""

    hours_to_next_dose: float | None = None
    hours_between_doses: float | None = None
    discharged: bool = True
    course_ended: bool = False
    enrolled: bool = True
    human_has_it: bool = False
    held: bool = False
    paused: bool = False
    hours_since_crisis: float | None = None
    hours_since_finished: Mapping[str, float] = field(default_factory=dict)
    offered_today: int = 0
    offered_this_week: int = 0
    unanswered_in_a_row: int = 0
    hours_since_offer: float | None = None
    asked_for: bool = False


def offerable(
    programme: Programme,
    hours_since_dose: float | None,
    done: Collection[str] = (),
    now: Circumstances | None = None,
) -> tuple[str, ...]:
    """Module ids allowed now, most fitting first. `done`: finished since the latest dose (M1: ever).

    `asked_for` is a patient who typed START: contact limits do not stop a patient, clinical gates do.
    """
    here = now or Circumstances()
    if here.human_has_it or here.held or (here.paused and not here.asked_for):
        return ()
    if not here.asked_for and _enough_contact(hours_since_dose, here):
        return ()
    allowed = [m for m in programme.patient_modules if _allowed(m, hours_since_dose, done, here)]
    return tuple(module.id for module in sorted(allowed, key=lambda m: _fit(m, hours_since_dose)))


def _enough_contact(hours_since_dose: float | None, here: Circumstances) -> bool:
    """At most one a day; five in the first week, two in later ones; weekly after two unanswered."""
    quiet = here.hours_since_offer is not None and here.hours_since_offer < FIRST_WEEK
    if here.unanswered_in_a_row >= UNANSWERED_BEFORE_WEEKLY and quiet:
        return True
    week_limit = A_LATER_WEEK if hours_since_dose is not None and hours_since_dose >= FIRST_WEEK else A_WEEK
    return here.offered_today >= A_DAY or here.offered_this_week >= week_limit


def _allowed(module: Module, hours: float | None, done: Collection[str], here: Circumstances) -> bool:
    offer = module.offer
    return (
        (not offer.on_request_only or here.asked_for)
        and _fresh(module, done, here)
        and _needs_met(module, here)
        and _calm_since_crisis(module, here)
        and _fits_short_gap(module, done, here)
        and _in_window(module, hours, here)
    )


def _fresh(module: Module, done: Collection[str], here: Circumstances) -> bool:
    """Once per dose; a weekly one again after its interval."""
    if module.id not in done:
        return True
    since = here.hours_since_finished.get(module.id)
    every = module.offer.every_hours
    return every is not None and since is not None and since >= every


def _needs_met(module: Module, here: Circumstances) -> bool:
    met = {"discharged": here.discharged, "course_ended": here.course_ended, "enrolled": here.enrolled}
    return all(met.get(need, False) for need in module.offer.needs)


def _calm_since_crisis(module: Module, here: Circumstances) -> bool:
    return here.hours_since_crisis is None or here.hours_since_crisis >= module.offer.not_after_crisis_hours


def _fits_short_gap(module: Module, done: Collection[str], here: Circumstances) -> bool:
    gap = here.hours_between_doses
    if gap is None or gap > FIRST_WEEK or module.offer.short_gap or module.offer.on_request_only:
        return True
    return module.id in SHORT_GAP_CHOICE and not any(other in done for other in SHORT_GAP_CHOICE)


def _in_window(module: Module, hours: float | None, here: Circumstances) -> bool:
    offer = module.offer
    if offer.before_dose_hours is not None:
        first, last = sorted(abs(edge) for edge in offer.before_dose_hours)
        ahead = here.hours_to_next_dose
        return ahead is not None and first <= ahead <= last and (hours is None or hours >= DAY)
    if hours is not None and hours < offer.least_hours_after_dose:
        return False
    if offer.from_hours is None and offer.to_hours is None:
        return True
    after = hours is not None and hours >= (offer.from_hours or 0)
    return after and (offer.to_hours is None or (hours is not None and hours <= offer.to_hours))


def _fit(module: Module, hours: float | None) -> tuple[int, float, str]:
    """First by the clinicians' priority, then by how near the middle of its window it is."""
    first, last = module.offer.from_hours, module.offer.to_hours
    middle = (first + last) / 2 if first is not None and last is not None else None
    away = abs(hours - middle) if hours is not None and middle is not None else FIRST_WEEK
    return module.offer.priority, away, module.id
