"""The ways in which the programme writes first: a module's first question, a reminder, a nudge on a chosen day, and how it went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway.effects import apply_effects
from gateway.parts import Parts
from gateway.speaking import fresh_tracker
from programme import Circumstances, Day, Fact, Line, Place, Plan, command, open_module, resume, say_step
from programme.content import FollowUp, Module, Words
from programme.offers import FIRST_OF_ALL, nothing_because, refusal
from programme.plan import waits_for
from store.care import Flag, FlagKind
from store.course import Answer, Enrolment, ModuleRun, RunStatus
from store.course_queries import Standing, facts_for_engine, pause_open_run
from store.messages import Saying, add_outbound
from store.passages import NudgeDue, last_finished, nudge_due, recalled, told_in
from store.people import Patient
from store.prompted import Prompted
from store.prompts import Prompt
from store.talk import Author, Conversation, Message
from store.visits import filled

FLAGGED_LEVEL = 2
BEFORE_ONE_VISIT = timedelta(days=4)  # what was said earlier belonged to another visit
HALF_DONE_KEEPS = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Look:
    """One patient at one moment, as one look of the clock finds them."""

    parts: Parts
    session: Session
    conversation: Conversation
    enrolment: Enrolment
    patient: Patient
    day: Day
    standing: Standing
    here: Circumstances
    plan: Plan
    prompts: Sequence[Prompted]
    now: datetime

    @property
    def channel(self) -> str:
        """Where the patient wrote last, unless a clinician set another way. Who never wrote gets a text, if there is a number."""
        wanted = self.enrolment.channel or (self.conversation.last_channel if self.conversation.last_inbound_at else "sms")
        return wanted if wanted != "sms" or self.patient.phone else "web"

    @property
    def facts(self) -> dict[str, Fact]:
        facts: dict[str, Fact] = {"channel": self.channel, "locale": self.patient.language, **facts_for_engine(self.standing)}
        if self.standing.hours_since_dose is not None:
            facts["hours_since_dose"] = int(self.standing.hours_since_dose)
        return facts

    @property
    def visit_ahead_since(self) -> datetime:
        """From when on what was said belongs to the next visit."""
        dose = self.standing.dose
        return max(dose.ended_at, self.now - BEFORE_ONE_VISIT) if dose else self.now - BEFORE_ONE_VISIT

    def answered_for_visit(self, module: str, step: str) -> bool:
        answered = select(Answer.id).where(
            Answer.patient_id == self.patient.id, Answer.module == module, Answer.step == step, Answer.at >= self.visit_ahead_since
        )
        return self.session.scalar(answered.limit(1)) is not None

    @property
    def flagged(self) -> bool:
        """Risk was heard lately: silence then goes to a person, not to more texts (PROGRAMME rule 7)."""
        lately = self.now - timedelta(days=self.parts.programme.shared.contact.flagged_days)
        found = select(Flag.id).where(
            Flag.conversation_id == self.conversation.id, Flag.kind == FlagKind.RISK, Flag.level >= FLAGGED_LEVEL,
            Flag.raised_at > lately,
        )  # fmt: skip
        return self.session.scalar(found.limit(1)) is not None


def offer(seen: Look, module: str, step: str | None = None, known: dict[str, Fact] | None = None) -> bool:
    """Open the module: its first question goes out, and the next words are its answer. What lies half done is gone on with."""
    half_done = _half_done(seen, module) if step is None else None
    if half_done is not None:
        pause_open_run(seen.session, seen.patient.id, seen.now)
        half_done.status, half_done.moved_at = RunStatus.OPEN, seen.now
        seen.session.flush()
        turn = resume(seen.parts.programme, Place.from_dict(half_done.place), seen.facts)
    else:
        recalls = recalled(seen.session, seen.parts.programme, seen.patient.id, module)
        turn = open_module(seen.parts.programme, module, {**seen.facts, **recalls, **(known or {})}, step)
    rows = _write(seen, turn.lines)
    apply_effects(seen.parts, seen.session, seen.conversation, rows[0], turn.effects)
    run = _open_run(seen.session, seen.patient.id, module)
    seen.session.add(
        Prompt(
            patient_id=seen.patient.id,
            dose_id=seen.standing.dose.id if seen.standing.dose else None,
            run_id=run.id,
            message_id=rows[0].id,
            module=module,
            step=step,
            local_date=seen.day.date_of(seen.now),
            offered_at=seen.now,
        )  # fmt: skip
    )
    return True


def _half_done(seen: Look, module: str) -> ModuleRun | None:
    """Begun lately, since the same dose. A weekly one begins anew each week."""
    dose_id = seen.standing.dose.id if seen.standing.dose else None
    found = select(ModuleRun).where(
        ModuleRun.patient_id == seen.patient.id, ModuleRun.module == module, ModuleRun.moved_at > seen.now - HALF_DONE_KEEPS,
        ModuleRun.status.in_((RunStatus.OPEN, RunStatus.PAUSED)),
        select(Answer.id).where(Answer.run_id == ModuleRun.id).exists(),
    )  # fmt: skip
    runs = seen.session.scalars(found.order_by(ModuleRun.moved_at.desc())).all()
    return next((run for run in runs if run.place is not None and run.dose_id == dose_id), None)


def remind(seen: Look) -> bool:
    """Once per exercise, about a day later, while its window is open. A paused one is only named: nothing goes on by itself."""
    alone = _opened_alone(seen)
    last = alone or (seen.prompts[0] if seen.prompts else None)
    if last is None or not _worth_reminding(seen, last):
        return False
    says, run = seen.parts.programme.shared.says, last.run
    if run.status == RunStatus.PAUSED:
        rows = _write(seen, (_line(seen, says.saved, f"{run.module}.saved"),))
    else:
        again = command(seen.parts.programme, Place.from_dict(run.place), "repeat", seen.facts)
        rows = _write(seen, (_line(seen, says.reminder, f"{run.module}.reminder"), *again.lines))
    last.prompt.reminded_at, last.prompt.reminder_id = seen.now, rows[0].id
    if last is alone:
        last.prompt.message_id = rows[0].id
        seen.session.add(last.prompt)
    return True


def _opened_alone(seen: Look) -> Prompted | None:
    """What stands open or paused after a START has no prompt yet; it gets one when it is named."""
    run = seen.standing.run
    if run is None or any(one.run.id == run.id for one in seen.prompts):
        return None
    date = seen.day.date_of(run.opened_at)
    if any(one.prompt.module == run.module and one.prompt.local_date == date for one in seen.prompts):
        return None  # one row for a module and a day
    begun = seen.session.scalar(select(Answer.id).where(Answer.run_id == run.id).limit(1)) is not None
    if run.status == RunStatus.PAUSED and not begun:
        return None  # nothing is kept there; the clock may offer it
    prompt = Prompt(
        patient_id=seen.patient.id, dose_id=run.dose_id, run_id=run.id, module=run.module, local_date=date, offered_at=run.opened_at
    )
    return Prompted(prompt, run, begun)


def _worth_reminding(seen: Look, last: Prompted) -> bool:
    programme = seen.parts.programme
    module, hours = programme.module(last.prompt.module), programme.shared.contact.remind_after_hours
    since = last.run.moved_at if last.begun or last.run.status == RunStatus.PAUSED else last.prompt.offered_at
    due = seen.now - since >= timedelta(hours=hours) and last.prompt.reminded_at is None and module.offer.remind
    open_still = last.run.place is not None and last.run.status in (RunStatus.OPEN, RunStatus.PAUSED)
    if not due or not open_still or seen.flagged or seen.here.nudge_today:
        return False
    # a reminder is no new module: neither the week's count nor "was offered" holds it back, all else does
    if nothing_because(programme, seen.standing.hours_since_dose, replace(seen.here, offered_this_week=0)):
        return False
    asked = replace(seen.here, asked_for=True)
    clinically = refusal(programme, module, seen.standing.hours_since_dose, seen.standing.done, asked)
    return not clinically and waits_for(module, seen.standing.hours_since_dose, seen.here, seen.day, seen.now) is None


def nudge(seen: Look) -> bool:
    """The line that the patient asked for, on the day that they chose. It asks nothing and opens nothing.

    No module is counted against it: the day is kept for it (programme/offers.py), and only what cannot wait comes beside it.
    """
    found = _nudge(seen) if seen.here.nudge_today else None
    if found is None or found.said or seen.flagged or not found.moment.due <= seen.now < found.moment.until:
        return False
    unlimited = replace(seen.here, offered_today=0, offered_this_week=0)
    if nothing_because(seen.parts.programme, seen.standing.hours_since_dose, unlimited) or not seen.day.is_open(seen.now):
        return False
    line = say_step(seen.parts.programme, found.module, found.step, {**seen.facts, **found.told})
    _write(seen, (line,))
    return True


def _nudge(seen: Look) -> NudgeDue | None:
    dose_id = seen.standing.dose.id if seen.standing.dose else None
    return nudge_due(seen.session, seen.parts.programme, seen.patient.id, seen.conversation.id, dose_id, seen.day)


def ask_before_visit(seen: Look) -> bool:
    """What must be known before a dose is asked on the day before, whatever became of the module's other questions."""
    for module in seen.parts.programme.patient_modules:
        found = module.offer.follow_up
        if found and found.before_dose_hours is not None and _due_before_visit(seen, module, found, found.before_dose_hours):
            return offer(seen, module.id, found.step, _told_for_visit(seen, module.id))
    return False


def _told_for_visit(seen: Look, module: str) -> dict[str, Fact]:
    runs = select(ModuleRun).where(
        ModuleRun.patient_id == seen.patient.id, ModuleRun.module == module, ModuleRun.opened_at >= seen.visit_ahead_since
    )
    last = seen.session.scalar(runs.order_by(ModuleRun.opened_at.desc()).limit(1))
    return told_in(seen.session, seen.parts.programme, last) if last else {}


def _due_before_visit(seen: Look, module: Module, follow_up: FollowUp, hours: tuple[float, float]) -> bool:
    programme, since_dose = seen.parts.programme, seen.standing.hours_since_dose
    last, first = sorted(abs(edge) for edge in hours)
    ahead = seen.here.hours_to_next_dose
    if ahead is None or not last <= ahead <= first or not seen.day.is_best(seen.now, follow_up.between or seen.day.likes):
        return False
    today = seen.day.date_of(seen.now)
    asked = [one.prompt for one in seen.prompts if one.prompt.module == module.id and one.prompt.offered_at >= seen.visit_ahead_since]
    if any(one.step == follow_up.step or one.local_date == today for one in asked) or seen.answered_for_visit(module.id, follow_up.step):
        return False
    run = seen.standing.run
    if run and run.status == RunStatus.OPEN and run.module != module.id and programme.module(run.module).offer.priority <= FIRST_OF_ALL:
        return False  # one question that cannot wait at a time
    unlimited = replace(seen.here, wished=module.id, offered_today=0, offered_this_week=0)
    held = nothing_because(programme, since_dose, unlimited) or refusal(programme, module, since_dose, (), unlimited)
    reads_it = module.in_spanish or not seen.here.language.startswith("es")
    return not held and reads_it and seen.day.is_open(seen.now)


def ask_how_it_went(seen: Look) -> bool:
    """A follow-up that has come due, where nothing else was offered today."""
    programme, hours = seen.parts.programme, seen.standing.hours_since_dose
    if nothing_because(programme, hours, replace(seen.here, offered_this_week=0)) or not seen.day.is_open(seen.now):
        return False
    if seen.here.nudge_today or (seen.standing.run and seen.standing.run.status == RunStatus.OPEN):
        return False
    for module in programme.patient_modules:
        found = module.offer.follow_up
        run = last_finished(seen.session, seen.patient.id, module.id) if found and found.before_dose_hours is None else None
        if not found or not run or not seen.day.is_best(seen.now, found.between or seen.day.likes):
            continue
        told = told_in(seen.session, programme, run)
        if _follow_up_due(seen, found, run, module.id, told):
            return offer(seen, module.id, found.step, told)
    return False


def _follow_up_due(seen: Look, follow_up: FollowUp, run: ModuleRun, module: str, told: Mapping[str, Fact]) -> bool:
    """`run` is the last whole passage through the module; earlier follow-ups of it are counted."""
    asked = [one.prompt for one in seen.prompts if one.prompt.module == module and one.prompt.step == follow_up.step]
    since = [prompt for prompt in asked if run.closed_at and prompt.offered_at >= run.closed_at]
    if run.closed_at is None or len(since) >= follow_up.times or (since and follow_up.every_hours is None):
        return False
    if any(str(told.get(name)) not in wanted for name, wanted in follow_up.only_if.items()) or follow_up.unless_known in told:
        return False
    due = _due_at(seen, follow_up, run.closed_at, since[0].offered_at if since else None)
    return due is not None and due <= seen.now <= due + timedelta(hours=follow_up.within_hours)


def _due_at(seen: Look, follow_up: FollowUp, closed_at: datetime, asked_at: datetime | None) -> datetime | None:
    """When the follow-up is meant: after the last asking, after the chosen day, or some days after the end."""
    if asked_at is not None:
        return asked_at + timedelta(hours=follow_up.every_hours or 0)
    planned = _nudge(seen) if follow_up.after_plan_hours is not None else None
    if planned is not None and follow_up.after_plan_hours is not None:
        return planned.moment.due + timedelta(hours=follow_up.after_plan_hours)
    return closed_at + timedelta(hours=follow_up.after_hours)


def _open_run(session: Session, patient_id: str, module: str) -> ModuleRun:
    statement = select(ModuleRun).where(ModuleRun.patient_id == patient_id, ModuleRun.module == module, ModuleRun.status == RunStatus.OPEN)
    return session.scalars(statement.order_by(ModuleRun.moved_at.desc()).limit(1)).one()


def _line(seen: Look, words: Words, key: str) -> Line:
    return Line(words.for_reader(seen.channel, seen.patient.language), key=key)


def _write(seen: Look, lines: Sequence[Line]) -> list[Message]:
    """Into the outbox. Who has never heard from us is told first that this is a chatbot, and how to end texts."""
    if seen.conversation.last_seq == 0:
        hello = "greeting_sms" if seen.channel == "sms" else "greeting"
        _add(seen, Line(seen.parts.wording.line(hello, seen.patient), key=hello), Author.SYSTEM)
    rows = [_add(seen, line, Author.BOT) for line in lines]
    fresh_tracker(seen.conversation)
    seen.session.flush()
    return rows


def _add(seen: Look, line: Line, author: Author) -> Message:
    text = filled(seen.parts.wording, line.text, seen.session, seen.patient, seen.now)
    saying = Saying(text, author, line.choices, line.key or None)
    row = add_outbound(seen.session, seen.conversation, saying, channel=seen.channel, at=seen.now)
    if row.channel != "web":
        row.send_by = seen.day.closes_after(seen.now)
    return row
