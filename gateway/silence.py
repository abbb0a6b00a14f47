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
from safety.protocol import page_accept_limit
from store.care import Flag, FlagKind
from store.course import Dose, ModuleRun, RunStatus
from store.flags import Ask, raise_flag
from store.prompted import Prompted
from store.talk import Conversation, DeliveryStatus, Message

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


def let_go(parts: Parts, session: Session, conversation: Conversation, prompts: Sequence[Prompted], now: datetime) -> bool:
    """An offer that stayed silent ends, so that days later nothing is taken for its answer; what was begun is saved."""
    changed = False
    for one in prompts:
        if one.waiting and _is_over(parts, session, one, now):
            one.prompt.let_go_at = None if one.begun else now
            one.run.status = RunStatus.PAUSED if one.begun else RunStatus.LAPSED
            one.run.closed_at = None if one.begun else now
            fresh_tracker(conversation)
            changed = True
    changed |= _close_old_cycle(session, conversation.patient_id, now)
    session.flush()
    return changed


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


def _close_old_cycle(session: Session, patient_id: str, now: datetime) -> bool:
    """A new dose begins a new cycle: what was left open before it is not gone on with (M1 belongs to no dose)."""
    dose = session.scalar(select(Dose).where(Dose.patient_id == patient_id, Dose.ended_at <= now).order_by(Dose.ended_at.desc()).limit(1))
    if dose is None:
        return False
    left = select(ModuleRun).where(
        ModuleRun.patient_id == patient_id, ModuleRun.status.in_((RunStatus.OPEN, RunStatus.PAUSED)),
        ModuleRun.opened_at < dose.ended_at, ModuleRun.module != "M1",
    )  # fmt: skip
    found = session.scalars(left).all()
    for run in found:
        run.status, run.closed_at = RunStatus.LAPSED, now
    return bool(found)


def tell_missed(seen: Look) -> bool:
    """A person is told of a check that was not asked or not answered in time, and of silence after risk."""
    told = [_tell(seen, module, module.offer.missed) for module in seen.parts.programme.patient_modules if module.offer.missed]
    return any((*told, _tell_silence(seen)))


def _tell(seen: Look, module: Module, missed: Missed) -> bool:
    if missed.if_wanted and not seen.enrolment.call_if_silent:
        return False
    why = _why_missed(seen, module, missed)
    if not why or _told_already(seen, module.id):
        return False
    urgent = page_accept_limit(seen.parts.clinical) if missed.urgency == "page" else None
    within = SAME_DAY if missed.urgency != "next_day" else timedelta(days=1)
    reason = f"{missed.reason} ({module.id}: {why})."
    ask = Ask(
        FlagKind.MISSED, missed.level, "none", reason, None, within, urgent, urgency=missed.urgency, module=module.id
    )  # fmt: skip
    raise_flag(seen.session, seen.conversation, ask, seen.now)
    return True


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


def _told_already(seen: Look, module: str) -> bool:
    assert seen.standing.dose is not None
    told = select(Flag.id).where(
        Flag.conversation_id == seen.conversation.id, Flag.kind == FlagKind.MISSED, Flag.module == module,
        Flag.opened_at >= seen.standing.dose.ended_at,
    )  # fmt: skip
    return seen.session.scalar(told.limit(1)) is not None


def _person_called_since(seen: Look, moment: datetime) -> bool:
    """Its own answer has called a person: that person has the rest."""
    called = select(Flag.id).where(
        Flag.conversation_id == seen.conversation.id, Flag.kind == FlagKind.RISK, Flag.level >= FLAGGED_LEVEL,
        Flag.raised_at >= moment,
    )  # fmt: skip
    return seen.session.scalar(called.limit(1)) is not None


def _tell_silence(seen: Look) -> bool:
    """Somebody flagged lately has let a question go: not one more text, a person."""
    last = seen.prompts[0] if seen.prompts else None
    if last is None or last.prompt.let_go_at != seen.now or not seen.flagged:
        return False
    if seen.parts.programme.module(last.prompt.module).offer.missed:
        return False  # that module speaks for itself
    reason = f"Was flagged lately, and {last.prompt.module} got no answer. Please get in touch."
    ask = Ask(FlagKind.MISSED, 1, "none", reason, None, SAME_DAY, urgency="same_day", module=last.prompt.module)
    raise_flag(seen.session, seen.conversation, ask, seen.now)
    return True
