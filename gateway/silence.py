"""What happens when no answer comes: questions are let go, and what must not pass in silence goes to a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway.contacts import FLAGGED_LEVEL, Look
from gateway.effects import SAME_DAY
from gateway.parts import Parts
from gateway.speaking import fresh_tracker
from programme.content import Missed, Module
from programme.offers import VISIT_HOURS
from safety.protocol import page_accept_limit
from store.care import Flag, FlagKind
from store.course import Dose, ModuleRun, RunStatus
from store.course_queries import last_dose
from store.flags import Ask, raise_flag
from store.prompted import Prompted, opened_by_patient
from store.talk import Conversation, DeliveryStatus, Message

WHOLE_DAY = timedelta(days=1)
LONG_OVER = timedelta(days=3)  # a window that closed so long ago was not ours to watch


def take_back(session: Session, conversation: Conversation, prompts: Sequence[Prompted], now: datetime) -> bool:
    """A prompt that could not be sent before the quiet hours began was never offered: its module may be, tomorrow."""
    late = _too_late(session, conversation, now) if prompts else {}
    for message in late.values():
        message.delivery_status = DeliveryStatus.CANCELLED
    for one in prompts[:1]:  # the next one is only made after this one was sent
        if one.prompt.reminder_id in late:
            one.prompt.reminder_id = one.prompt.reminded_at = None
        elif one.prompt.message_id in late and not one.begun:
            session.delete(one.prompt)
            one.run.status, one.run.closed_at, one.run.place = RunStatus.LAPSED, now, None
    session.flush()
    return bool(late)


def _too_late(session: Session, conversation: Conversation, now: datetime) -> Mapping[str, Message]:
    waiting = select(Message).where(
        Message.conversation_id == conversation.id, Message.delivery_status == DeliveryStatus.DUE, Message.send_by <= now
    )
    return {message.id: message for message in session.scalars(waiting)}


def let_go(parts: Parts, session: Session, conversation: Conversation, prompts: Sequence[Prompted], now: datetime) -> Sequence[ModuleRun]:
    """A question that stayed silent ends, so that days later nothing is taken for its answer; what was begun is saved.

    The clock's own questions, and those of an exercise that the patient opened with START.
    """
    silent = [one for one in prompts if one.waiting and _is_over(parts, session, one, now)]
    limit = timedelta(hours=parts.programme.shared.contact.give_up_after_hours)
    opened = [one for one in opened_by_patient(session, conversation.patient_id) if one.run.status == RunStatus.OPEN]
    left = [one for one in opened if now - one.run.moved_at >= limit]
    for asked in silent:
        asked.prompt.let_go_at = None if asked.begun else now
    ended = [(one.run, one.begun) for one in silent] + [(one.run, one.begun) for one in left]
    for run, begun in ended:
        run.status, run.closed_at = (RunStatus.PAUSED, None) if begun else (RunStatus.LAPSED, now)
        fresh_tracker(conversation)
    session.flush()
    return [run for run, _ in ended]


def _is_over(parts: Parts, session: Session, one: Prompted, now: datetime) -> bool:
    """Silent for two days; or, before anything was answered, its window has closed or a new dose has come."""
    limit = timedelta(hours=parts.programme.shared.contact.give_up_after_hours)
    if now - max(one.prompt.offered_at, one.run.moved_at) >= limit:
        return True
    ends = parts.programme.module(one.prompt.module).offer.to_hours
    dose = session.get(Dose, one.prompt.dose_id) if one.prompt.dose_id else None
    if one.begun or one.prompt.step is not None or dose is None or ends is None:
        return False
    return now > dose.ended_at + timedelta(hours=ends)


def close_old_cycle(session: Session, conversation: Conversation, now: datetime) -> bool:
    """A new dose begins a new cycle: what was left open or promised before it is not gone on with (M1 belongs to no dose)."""
    dose = last_dose(session, conversation.patient_id, now)
    if dose is None:
        return False
    if conversation.last_inbound_at is not None and conversation.last_inbound_at <= dose.ended_at:
        conversation.next_module = None  # a promise is made in answer to words, and there were none since
    left = select(ModuleRun).where(
        ModuleRun.patient_id == conversation.patient_id, ModuleRun.status.in_((RunStatus.OPEN, RunStatus.PAUSED)),
        ModuleRun.opened_at < dose.ended_at, ModuleRun.module != "M1",
    )  # fmt: skip
    found = session.scalars(left).all()
    for run in found:
        run.status, run.closed_at = RunStatus.LAPSED, now
    session.flush()
    return bool(found)


def tell_missed(seen: Look, silent: Sequence[ModuleRun]) -> bool:
    """A person is told of a check that was not asked or not answered in time, and of silence after risk.

    `silent`: what this look has let go.
    """
    told = [_tell(seen, module, module.offer.missed) for module in seen.parts.programme.patient_modules if module.offer.missed]
    return any((*told, _tell_silence(seen, silent)))


def _tell(seen: Look, module: Module, missed: Missed) -> bool:
    if missed.if_wanted and not seen.enrolment.call_if_silent:
        return False
    why, since = _why(seen, module, missed)
    if not why or _told_already(seen, module.id, since):
        return False
    urgent = page_accept_limit(seen.parts.clinical) if missed.urgency == "page" else None
    within = SAME_DAY if missed.urgency != "next_day" else timedelta(days=1)
    reason = f"{missed.reason} ({module.id}: {why})."
    ask = Ask(
        FlagKind.MISSED, missed.level, "none", reason, None, within, urgent, urgency=missed.urgency, module=module.id
    )  # fmt: skip
    raise_flag(seen.session, seen.conversation, ask, seen.now)
    return True


def _why(seen: Look, module: Module, missed: Missed) -> tuple[str, datetime]:
    """What was missed, and since when a flag about it speaks of the same."""
    if missed.before_dose_hours is not None:
        return _why_unprepared(seen, module, missed, missed.before_dose_hours), seen.visit_ahead_since
    dose = seen.standing.dose
    if dose is None:
        return "", seen.now
    words, opens = _why_missed(seen, module, missed), timedelta(hours=module.offer.from_hours or 0)
    return (words, dose.ended_at + opens) if words else _why_lost(seen, module, missed, dose)


def _why_unprepared(seen: Look, module: Module, missed: Missed, hours: float) -> str:
    """The visit is near, and the question that keeps people safe there has no answer."""
    ahead = seen.here.hours_to_next_dose
    if ahead is None or not VISIT_HOURS <= ahead <= hours or seen.answered_for_visit(module.id, missed.step or module.steps[0].id):
        return ""
    if seen.enrolment.started_at > seen.now + timedelta(hours=ahead - hours) or seen.plan.module == module.id:
        return ""  # came too late to be asked, or is asked now
    asked = next((one for one in seen.prompts if one.prompt.module == module.id and one.prompt.offered_at >= seen.visit_ahead_since), None)
    if asked is not None:
        return "begun, not finished" if asked.begun else "asked, no answer"
    return f"not asked: {seen.plan.refusals.get(module.id) or seen.plan.why}"


def _why_lost(seen: Look, module: Module, missed: Missed, dose: Dose) -> tuple[str, datetime]:
    """The next dose came before the time for an answer was over: it is told when the old count is closed."""
    before = last_dose(seen.session, seen.patient.id, dose.ended_at - timedelta(microseconds=1))
    if before is None or seen.now - dose.ended_at > LONG_OVER:
        return "", seen.now
    gap, opens = dose.ended_at - before.ended_at, timedelta(hours=module.offer.from_hours or 0)
    watched = seen.enrolment.started_at <= before.ended_at + opens
    if (
        not opens + WHOLE_DAY <= gap < timedelta(hours=missed.unasked_by_hours)
        or not watched
        or _finished_between(seen, module, before, dose)
    ):
        return "", seen.now
    offers = [one.prompt.offered_at for one in seen.prompts if one.prompt.module == module.id]
    asked = [at for at in offers if before.ended_at <= at < dose.ended_at]
    if asked and _person_called_since(seen, asked[-1]):
        return "", seen.now
    return f"{'no answer' if asked else 'not asked'} before the next dose", before.ended_at + opens


def _finished_between(seen: Look, module: Module, before: Dose, dose: Dose) -> bool:
    done = select(ModuleRun.id).where(
        ModuleRun.patient_id == seen.patient.id, ModuleRun.module == module.id, ModuleRun.status == RunStatus.FINISHED,
        ModuleRun.closed_at >= before.ended_at, ModuleRun.opened_at < dose.ended_at,
    )  # fmt: skip
    return seen.session.scalar(done.limit(1)) is not None


def _why_missed(seen: Look, module: Module, missed: Missed) -> str:
    """Empty while the module is done, can still be asked or answered in time, or was never ours to ask."""
    dose, hours = seen.standing.dose, seen.standing.hours_since_dose
    if dose is None or hours is None or module.id in seen.standing.done:
        return ""
    ends = module.offer.to_hours or missed.unasked_by_hours
    if hours > ends + LONG_OVER / timedelta(hours=1):
        return ""
    asked = next((one for one in seen.prompts if one.prompt.module == module.id and one.prompt.offered_at >= dose.ended_at), None)
    if asked is not None:
        late = seen.now - asked.prompt.offered_at >= timedelta(hours=missed.unanswered_after_hours)
        words = "begun, not finished" if asked.begun else "asked, no answer"
        return words if (late or hours > ends) and not _person_called_since(seen, asked.prompt.offered_at) else ""
    in_care_after = (seen.enrolment.started_at - dose.ended_at) / timedelta(hours=1)
    if in_care_after > ends:
        return ""
    over = hours >= missed.unasked_by_hours if in_care_after <= missed.unasked_by_hours else hours > ends
    return f"not asked: {seen.plan.refusals.get(module.id) or seen.plan.why}" if over and seen.plan.module != module.id else ""


def _told_already(seen: Look, module: str, since: datetime) -> bool:
    told = select(Flag.id).where(
        Flag.conversation_id == seen.conversation.id, Flag.kind == FlagKind.MISSED, Flag.module == module,
        Flag.opened_at >= since,
    )  # fmt: skip
    return seen.session.scalar(told.limit(1)) is not None


def _person_called_since(seen: Look, moment: datetime) -> bool:
    """Its own answer has called a person: that person has the rest."""
    called = select(Flag.id).where(
        Flag.conversation_id == seen.conversation.id, Flag.kind == FlagKind.RISK, Flag.level >= FLAGGED_LEVEL,
        Flag.raised_at >= moment,
    )  # fmt: skip
    return seen.session.scalar(called.limit(1)) is not None


def _tell_silence(seen: Look, silent: Sequence[ModuleRun]) -> bool:
    """Somebody flagged lately has let a question go, also in the middle: not one more text, a person."""
    modules = [run.module for run in silent if not seen.parts.programme.module(run.module).offer.missed]  # those speak for themselves
    if not modules or not seen.flagged:
        return False
    reason = f"Was flagged lately, and {modules[0]} got no answer. Please get in touch."
    ask = Ask(FlagKind.MISSED, 1, "none", reason, None, SAME_DAY, urgency="same_day", module=modules[0])
    raise_flag(seen.session, seen.conversation, ask, seen.now)
    return True
