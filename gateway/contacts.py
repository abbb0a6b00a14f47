"""The three ways in which the programme writes first: a module's first question, one reminder, and how it went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway.effects import apply_effects
from gateway.parts import Parts
from gateway.speaking import fresh_tracker
from programme import Circumstances, Day, Fact, Line, Place, Plan, command, open_module
from programme.content import FollowUp, Words
from programme.offers import nothing_because, refusal
from programme.plan import waits_for
from store.care import Flag, FlagKind
from store.course import Answer, Enrolment, ModuleRun, RunStatus
from store.course_queries import Standing, facts_for_engine
from store.messages import Saying, add_outbound
from store.people import Patient
from store.prompted import Prompted
from store.prompts import Prompt
from store.talk import Author, Conversation, Message
from store.visits import filled

FLAGGED_LEVEL = 2


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
    def flagged(self) -> bool:
        """Risk was heard lately: silence then goes to a person, not to more texts (PROGRAMME rule 7)."""
        lately = self.now - timedelta(days=self.parts.programme.shared.contact.flagged_days)
        found = select(Flag.id).where(
            Flag.conversation_id == self.conversation.id, Flag.kind == FlagKind.RISK, Flag.level >= FLAGGED_LEVEL,
            Flag.raised_at > lately,
        )  # fmt: skip
        return self.session.scalar(found.limit(1)) is not None


def offer(seen: Look, module: str, step: str | None = None, known: dict[str, Fact] | None = None) -> bool:
    """Open the module: its first question goes out, and the next words are its answer."""
    turn = open_module(seen.parts.programme, module, {**seen.facts, **(known or {})}, step)
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


def remind(seen: Look) -> bool:
    """Once per offer, about a day later, while its window is open. A paused module is only named: nothing goes on by itself."""
    last = seen.prompts[0] if seen.prompts else None
    if last is None or not _worth_reminding(seen, last):
        return False
    says, run = seen.parts.programme.shared.says, last.run
    if run.status == RunStatus.PAUSED:
        rows = _write(seen, (_line(seen, says.saved, f"{run.module}.saved"),))
    else:
        again = command(seen.parts.programme, Place.from_dict(run.place), "repeat", seen.facts)
        rows = _write(seen, (_line(seen, says.reminder, f"{run.module}.reminder"), *again.lines))
    last.prompt.reminded_at, last.prompt.reminder_id = seen.now, rows[0].id
    return True


def _worth_reminding(seen: Look, last: Prompted) -> bool:
    programme = seen.parts.programme
    module, hours = programme.module(last.prompt.module), programme.shared.contact.remind_after_hours
    since = last.run.moved_at if last.begun or last.run.status == RunStatus.PAUSED else last.prompt.offered_at
    due = seen.now - since >= timedelta(hours=hours) and last.prompt.reminded_at is None and module.offer.remind
    open_still = last.run.place is not None and last.run.status in (RunStatus.OPEN, RunStatus.PAUSED)
    if not due or not open_still or seen.flagged:
        return False
    # a reminder is no new module: neither the week's count nor "was offered" holds it back, all else does
    if nothing_because(programme, seen.standing.hours_since_dose, replace(seen.here, offered_this_week=0)):
        return False
    asked = replace(seen.here, asked_for=True)
    clinically = refusal(programme, module, seen.standing.hours_since_dose, seen.standing.done, asked)
    return not clinically and waits_for(module, seen.standing.hours_since_dose, seen.here, seen.day, seen.now) is None


def ask_how_it_went(seen: Look) -> bool:
    """A follow-up that has come due, where nothing else was offered today."""
    programme, hours = seen.parts.programme, seen.standing.hours_since_dose
    if nothing_because(programme, hours, replace(seen.here, offered_this_week=0)) or not seen.day.is_open(seen.now):
        return False
    if not seen.day.is_best(seen.now, seen.day.likes) or (seen.standing.run and seen.standing.run.status == RunStatus.OPEN):
        return False
    for module in programme.patient_modules:
        found = module.offer.follow_up
        run = _last_finished(seen.session, seen.patient.id, module.id) if found else None
        if found and run and _follow_up_due(seen, found, run, module.id):
            return offer(seen, module.id, found.step, _told(seen, run))
    return False


def _follow_up_due(seen: Look, follow_up: FollowUp, run: ModuleRun, module: str) -> bool:
    """`run` is the last whole passage through the module; earlier follow-ups of it are counted."""
    asked = [one.prompt for one in seen.prompts if one.prompt.module == module and one.prompt.step == follow_up.step]
    since = [prompt for prompt in asked if run.closed_at and prompt.offered_at >= run.closed_at]
    wait = follow_up.after_hours if not since else follow_up.every_hours
    began = since[0].offered_at if since else run.closed_at
    if began is None or wait is None or len(since) >= follow_up.times:
        return False
    told = _told(seen, run)
    if any(str(told.get(name)) not in wanted for name, wanted in follow_up.only_if.items()):
        return False
    due = began + timedelta(hours=wait)
    return due <= seen.now <= due + timedelta(hours=follow_up.within_hours)


def _last_finished(session: Session, patient_id: str, module: str) -> ModuleRun | None:
    """A follow-up's own run is no passage through the module."""
    follow_ups = select(Prompt.run_id).where(Prompt.patient_id == patient_id, Prompt.step.is_not(None))
    statement = select(ModuleRun).where(
        ModuleRun.patient_id == patient_id, ModuleRun.module == module, ModuleRun.status == RunStatus.FINISHED,
        ModuleRun.id.not_in(follow_ups),
    )  # fmt: skip
    return session.scalar(statement.order_by(ModuleRun.closed_at.desc()).limit(1))


def _told(seen: Look, run: ModuleRun) -> dict[str, Fact]:
    """What the patient said in that passage, as later questions may quote it."""
    found: dict[str, Fact] = {}
    for answer in seen.session.scalars(select(Answer).where(Answer.run_id == run.id, Answer.shared).order_by(Answer.at)):
        saved = seen.parts.programme.step(Place(answer.module, answer.step)).save
        if saved and isinstance(answer.value, (str, int)):
            found[saved] = answer.value
    return found


def _open_run(session: Session, patient_id: str, module: str) -> ModuleRun:
    statement = select(ModuleRun).where(ModuleRun.patient_id == patient_id, ModuleRun.module == module, ModuleRun.status == RunStatus.OPEN)
    return session.scalars(statement.order_by(ModuleRun.moved_at.desc()).limit(1)).one()


def _line(seen: Look, words: Words, key: str) -> Line:
    return Line(words.for_reader(seen.channel, seen.patient.language), key=key)


def _write(seen: Look, lines: Sequence[Line]) -> list[Message]:
    """Into the outbox. Who has never heard from us is told first that this is a chatbot, and how to end texts."""
    if seen.conversation.last_seq == 0:
        hello = "greeting_sms" if seen.channel == "sms" else "greeting"
        _add(seen, Line(seen.parts.wording.lines[hello], key=hello), Author.SYSTEM)
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
