"""Which modules may be offered now, and why the others may not. Frozen circumstances in, module ids out; no clock inside."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from programme.content import Module
from programme.library import Programme

DAY = 24.0
WEEK = 168.0
FIRST_OF_ALL = 1  # modules of this priority wait for nothing that is only kind
VISIT_HOURS = 3.0  # a dose's time is the end of its visit: so long before it the clinic has the patient
SHORT_GAP_CHOICE = ("M5", "M6", "M8")  # between doses a week or less apart: one of these per gap


@dataclass(frozen=True, slots=True)
class Offered:
    """How often the clock has offered a module since the latest dose, and when last."""

    times: int
    hours_ago: float
    on_day: int
    """Days after the dose."""
    answered: bool = True


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is true of the patient now, apart from the dose. Unknown values are None and never open a gate."""

    hours_to_next_dose: float | None = None
    hours_between_doses: float | None = None
    days_since_dose: int | None = None
    discharged: bool = True
    course_ended: bool = False
    enrolled: bool = True
    consent: bool | None = True
    """May the team read what is written here? None: nobody has asked yet."""
    human_has_it: bool = False
    safety_open: bool = False
    """A safety check is open, or somebody may be reading along with the patient."""
    held: bool = False
    stopped: str = ""
    """Why the whole programme rests until a clinician opens it again."""
    paused: bool = False
    opted_out: bool = False
    talking: bool = False
    hours_since_crisis: float | None = None
    crisis_stands: bool = False
    """There was one, and no clinician has opened the programme again since."""
    hours_since_finished: Mapping[str, float] = field(default_factory=dict)
    offered: Mapping[str, Offered] = field(default_factory=dict)
    hours_since_offered: Mapping[str, float] = field(default_factory=dict)
    """By the clock, whatever doses came after."""
    hours_since_first_dose: float | None = None
    offered_today: int = 0
    offered_this_week: int = 0
    unanswered_in_a_row: int = 0
    hours_since_offer: float | None = None
    mood: int | None = None
    distress: int | None = None
    wished: str | None = None
    """A module that a step has promised: it comes before all but what cannot wait, also after its days are over."""
    nudge_today: bool = False
    """The patient has asked for a line on this day: only what cannot wait comes beside it."""
    language: str = "en"
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
    if nothing_because(programme, hours_since_dose, here):
        return ()
    allowed = [m for m in programme.patient_modules if not refusal(programme, m, hours_since_dose, done, here)]
    return tuple(module.id for module in sorted(allowed, key=lambda m: _fit(m, hours_since_dose, here)))


def nothing_because(programme: Programme, hours: float | None, here: Circumstances) -> str:
    """Why no module at all may be offered now, in a clinician's words; empty when one may."""
    if not here.asked_for and not here.enrolled:
        return "not enrolled"
    if here.human_has_it:
        return "a person has the conversation, or is awaited"
    if here.held:
        return "on hold, or paused by the clinic"
    if here.stopped:
        return f"stopped until a clinician opens the programme again: {here.stopped}"
    return "" if here.asked_for else _not_by_the_clock(programme, hours, here)


def _not_by_the_clock(programme: Programme, hours: float | None, here: Circumstances) -> str:
    if here.opted_out:
        return "the patient has opted out of texts (STOP)"
    if here.safety_open:
        return "a safety check is open"
    if here.paused:
        return "the patient typed PAUSE"
    if here.hours_to_next_dose is not None and here.hours_to_next_dose < VISIT_HOURS:
        return "a dosing visit is under way or about to begin"
    if here.talking:
        return "the patient is in the middle of a talk"
    return _enough_contact(programme, here)


def _enough_contact(programme: Programme, here: Circumstances) -> str:
    """One a day; weekly after two unanswered in a row. The week's limit stands beside it: what cannot wait is not held by that."""
    limits = programme.shared.contact
    quiet = here.hours_since_offer is not None and here.hours_since_offer < WEEK
    if here.unanswered_in_a_row >= limits.weekly_after_unanswered and quiet:
        return f"{here.unanswered_in_a_row} in a row unanswered: once a week now"
    return "enough for one day" if here.offered_today >= limits.a_day and not _may_join(programme, here) else ""


def week_is_full(programme: Programme, hours: float | None, here: Circumstances) -> str:
    """So many in the first week, fewer in later ones."""
    most = _week_limit(programme, hours, here)
    return f"{most} this week already" if here.offered_this_week >= most and not here.asked_for else ""


def _may_join(programme: Programme, here: Circumstances) -> bool:
    return any(_joins(module, here) for module in programme.patient_modules)


def _joins(module: Module, here: Circumstances) -> bool:
    """The weekly numbers may follow the fade check of the same day, once that is done; counted by the week, whatever is done."""
    if _by_the_week(module, here):
        done = [other for other, one in here.offered.items() if one.on_day == here.days_since_dose and one.on_day > 0]
        return here.offered_today <= 1 and any(here.hours_since_finished.get(other, DAY) < DAY for other in done)
    first = module.offer.joins
    offered = here.offered.get(first or "")
    done_ago = here.hours_since_finished.get(first or "")
    same_day = offered is not None and offered.on_day == here.days_since_dose
    return same_day and done_ago is not None and done_ago < DAY and here.offered_today <= 1


def _week_limit(programme: Programme, hours: float | None, here: Circumstances) -> int:
    days = here.days_since_dose if here.days_since_dose is not None else (hours or 0) / DAY
    return programme.shared.contact.later_weeks if hours is not None and days >= 7 else programme.shared.contact.first_week


def wishable(programme: Programme, hours: float | None, done: Collection[str], here: Circumstances) -> tuple[str, ...]:
    """What might be opened if the patient asked for just this: its own days and being done do not count then."""
    if nothing_because(programme, hours, here):
        return ()
    return tuple(
        m.id for m in programme.patient_modules if _rested(m, here) and not refusal(programme, m, hours, done, replace(here, wished=m.id))
    )


def _rested(module: Module, here: Circumstances) -> bool:
    """Nobody is offered what they have just done."""
    return here.hours_since_finished.get(module.id, WEEK) >= module.offer.wished_again_hours


def refusal(programme: Programme, module: Module, hours: float | None, done: Collection[str], here: Circumstances) -> str:
    """Why this module may not be offered now, in a clinician's words; empty when it may."""
    wished = module.id == here.wished
    return (
        _not_asked_for(module, wished)
        or _without_consent(module, here)
        or ("" if wished else _not_fresh(module, done, here))
        or _unmet_need(module, here)
        or _too_soon_after_crisis(module, here)
        or _closed_since_crisis(programme, module, here)
        or _too_low(module, here)
        or ("" if wished else _not_in_short_gap(module, done, here))
        or _outside_window(module, hours, here, wished)
        or ("" if here.asked_for else _over(programme, module, hours, here))
        or ("" if here.asked_for or wished else _not_the_clocks(programme, module, hours, done, here))
    )


def _not_asked_for(module: Module, wished: bool) -> str:
    """A bare START asks for what is due; this kind has to be wished for by name or by what the patient said."""
    return "only when asked for" if module.offer.on_request_only and not wished else ""


def _without_consent(module: Module, here: Circumstances) -> str:
    if here.consent is False and not module.offer.without_consent:
        return "no consent to the team reading along"
    if here.consent is None and not (module.offer.without_consent or here.asked_for):
        return "consent not given yet: set-up (M1) comes first"
    return ""


def _not_fresh(module: Module, done: Collection[str], here: Circumstances) -> str:
    """Once per dose; a weekly one again after its interval."""
    if _by_the_week(module, here):
        return "done" if here.hours_since_finished.get(module.id, WEEK) < (module.offer.every_hours or 0) else ""
    if module.id not in done:
        return ""
    since, every = here.hours_since_finished.get(module.id), module.offer.every_hours
    return "" if every is not None and since is not None and since >= every else "done"


def _unmet_need(module: Module, here: Circumstances) -> str:
    met = {"discharged": here.discharged, "course_ended": here.course_ended, "enrolled": here.enrolled}
    words = {"discharged": "not discharged yet", "course_ended": "the course goes on", "enrolled": "not enrolled"}
    return next((words.get(need, need) for need in module.offer.needs if not met.get(need, False)), "")


def _too_soon_after_crisis(module: Module, here: Circumstances) -> str:
    rests = module.offer.not_after_crisis_hours
    calm = here.hours_since_crisis is None or here.hours_since_crisis >= rests
    return "" if calm else f"rests for {rests:.0f} hours after a crisis"


def _closed_since_crisis(programme: Programme, module: Module, here: Circumstances) -> str:
    closed = here.crisis_stands and module.id in programme.shared.closed_after_crisis
    return "closed after a crisis, until a clinician opens the programme again" if closed else ""


def _too_low(module: Module, here: Circumstances) -> str:
    least, most = module.offer.least_mood, module.offer.most_distress
    if least is not None and here.mood is not None and here.mood < least:
        return f"last mood {here.mood}: not below {least}"
    if most is not None and here.distress is not None and here.distress > most:
        return f"last distress {here.distress}: not above {most}"
    return ""


def _not_in_short_gap(module: Module, done: Collection[str], here: Circumstances) -> str:
    gap = here.hours_between_doses
    if gap is None or gap > WEEK or module.offer.short_gap or module.offer.on_request_only:
        return ""
    met = [other for other in SHORT_GAP_CHOICE if other in done or (other in here.offered and other != module.id)]
    if module.id not in SHORT_GAP_CHOICE:
        return "doses a week or less apart: light touch"
    return f"doses a week or less apart: {met[0]} was the one" if met else ""


def _outside_window(module: Module, hours: float | None, here: Circumstances, wished: bool) -> str:
    offer = module.offer
    if offer.before_dose_hours is not None:
        return _outside_preparation(offer.before_dose_hours, hours, here)
    if _by_the_week(module, here):
        return _outside_first_week(offer.from_hours or 0, hours, here)
    if hours is not None and hours < offer.least_hours_after_dose:
        return f"not within {offer.least_hours_after_dose:.0f} hours after a dose"
    if offer.from_hours is None and offer.to_hours is None:
        return ""
    if hours is None:
        return "no dose yet"
    opens = offer.wished_from_hours if wished and offer.wished_from_hours is not None else offer.from_hours or 0
    if hours < opens:
        return f"opens {opens:.0f} hours after the dose"
    if offer.to_hours is not None and hours > offer.to_hours and not wished:
        return f"closed {offer.to_hours:.0f} hours after the dose"
    return ""


def _outside_preparation(window: tuple[float, float], hours: float | None, here: Circumstances) -> str:
    first, last = sorted(abs(edge) for edge in window)
    ahead = here.hours_to_next_dose
    if ahead is None:
        return "no visit planned"
    if hours is not None and hours < DAY:
        return "not within 24 hours after a dose"
    return "" if first <= ahead <= last else f"from {last:.0f} to {first:.0f} hours before a visit"


def _by_the_week(module: Module, here: Circumstances) -> bool:
    """The weekly numbers, where each next dose comes before their day: they are counted by the calendar, not from the dose."""
    offer, gap = module.offer, here.hours_between_doses
    return offer.every_hours is not None and offer.short_gap and gap is not None and gap < (offer.from_hours or 0) + DAY


def _outside_first_week(first: float, hours: float | None, here: Circumstances) -> str:
    if hours is None or hours < DAY:
        return "not within 24 hours after a dose"
    return "" if (here.hours_since_first_dose or 0) >= first else f"opens {first:.0f} hours after the first dose"


# --- what only the clock minds; a patient who types START may have it ---


def _not_the_clocks(programme: Programme, module: Module, hours: float | None, done: Collection[str], here: Circumstances) -> str:
    return (
        ("the day is kept for a nudge" if here.nudge_today and module.offer.priority > FIRST_OF_ALL else "")
        or _not_in_their_language(module, here)
        or _before_its_day(module, here)
        or _offered_before(module, here)
        or _kept_for_others(programme, module, hours, done, here)
    )


def _over(programme: Programme, module: Module, hours: float | None, here: Circumstances) -> str:
    """The day's limit is for all but what joins, also for what was promised; the week's also not for what cannot wait."""
    if _joins(module, here):
        return ""
    if here.offered_today >= programme.shared.contact.a_day:
        return "enough for one day"
    return week_is_full(programme, hours, here) if module.offer.priority > FIRST_OF_ALL else ""


def _before_its_day(module: Module, here: Circumstances) -> str:
    day = _due_day(module, here)
    return f"due on day {day}" if day is not None and (here.days_since_dose is None or here.days_since_dose < day) else ""


def _not_in_their_language(module: Module, here: Circumstances) -> str:
    """The clock writes first only in words that the patient reads; START says what there is and offers a person."""
    if not here.language.startswith("es") or module.in_spanish:
        return ""
    return "not in Spanish yet"


def _due_day(module: Module, here: Circumstances) -> int | None:
    """Where doses are a week or less apart, the weekly ones come the day before the next dose begins a new count."""
    day, gap = module.offer.day, here.hours_between_doses
    if _by_the_week(module, here):
        return 1
    if day is None or gap is None or gap > WEEK or not module.offer.short_gap:
        return day
    return min(day, max(1, int(gap // DAY) - 1))


def _offered_before(module: Module, here: Circumstances) -> str:
    """Once per dose, or once in every round of a weekly one; silence is let go."""
    offer, before = module.offer, here.offered.get(module.id)
    if _by_the_week(module, here):
        return "was offered this week" if here.hours_since_offered.get(module.id, WEEK) < (offer.every_hours or 0) else ""
    if before is None:
        return ""
    day = _due_day(module, here)
    if offer.every_days is not None and day is not None and here.days_since_dose is not None:
        round_began = day + (here.days_since_dose - day) // offer.every_days * offer.every_days
        return "" if before.on_day < round_began else f"next on day {round_began + offer.every_days}"
    if before.times < offer.times and (before.answered or offer.again_after_silence):
        again = before.hours_ago >= offer.again_after_hours
        return "" if again else f"again after {offer.again_after_hours:.0f} hours"
    return "was offered"


def _kept_for_others(programme: Programme, module: Module, hours: float | None, done: Collection[str], here: Circumstances) -> str:
    """The week's last places are kept for what clinicians put before this one."""
    if here.days_since_dose is None or module.offer.priority <= FIRST_OF_ALL:
        return ""
    left = _week_limit(programme, hours, here) - here.offered_this_week
    week_ends = (here.days_since_dose // 7 + 1) * 7
    coming = [
        other.id
        for other in programme.patient_modules
        if other.offer.priority < module.offer.priority
        and other.offer.day is not None
        and here.days_since_dose < other.offer.day < week_ends
        and not (other.id in done or other.id in here.offered or _unmet_need(other, here))
        and not _not_in_short_gap(other, done, here)
    ]
    return f"the week's last places are kept for {', '.join(coming)}" if left <= len(coming) else ""


def _fit(module: Module, hours: float | None, here: Circumstances) -> tuple[bool, bool, int, float, str]:
    """What cannot wait, what was promised, then the clinicians' priority, then how near the middle of its window it is.

    Who types START after a promise asks for just that.
    """
    urgent = module.offer.priority <= FIRST_OF_ALL and not here.asked_for
    first, last = module.offer.from_hours, module.offer.to_hours
    middle = (first + last) / 2 if first is not None and last is not None else None
    away = abs(hours - middle) if hours is not None and middle is not None else WEEK
    return not urgent, urgent or module.id != here.wished, module.offer.priority, away, module.id
