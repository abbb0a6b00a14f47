"""The month on paper, for clinicians: what was sent when, what came of it, and for everything not sent why not."""

from __future__ import annotations

import textwrap
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import TextIO
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from launch.month_life import REPLIES, Life, Plot
from programme import Plan
from store.care import Flag
from store.course import Answer, Measure
from store.people import Patient
from store.planned import planned
from store.prompted import Prompted, prompts_of
from store.talk import Author, Message

WIDTH = 110
SHOWN = 74


class Report:
    """Prints each thing once, when it happens."""

    def __init__(self, life: Life, plot: Plot, out: TextIO) -> None:
        self._life, self._plot, self._out = life, plot, out
        self._seq = 0
        self._flags: set[str] = set()
        self._ended: set[str] = set()
        self._reasons: dict[str, str] = {}
        self._sent_today = 0
        modules = life.parts.programme.patient_modules
        self._nudges = {f"{module.id}.{module.offer.nudge.step}" for module in modules if module.offer.nudge}

    def heading(self) -> None:
        person, programme = self._plot.person, self._life.parts.programme
        limits = programme.shared.contact
        self._line(f"{person['name']}, {self._plot.timezone}. Doses on day {', '.join(map(str, self._plot.doses))}. ")
        self._line(f"Replies: {REPLIES[self._plot.replies]}. Times are the patient's own. Nothing here is sent to anybody.")
        self._line(
            f"Limits: {limits.opens:%H:%M} to {limits.closes:%H:%M}, {limits.a_day} a day, {limits.first_week} in the first week after a "
            f"dose, {limits.later_weeks} in later ones, weekly after {limits.weekly_after_unanswered} unanswered."
        )

    def day(self, number: int, midnight: datetime) -> None:
        local = midnight.astimezone(ZoneInfo(self._plot.timezone))
        doses = [self._clock(self._plot.dose_ends(day)) for day in self._plot.doses if day == number]
        dose = f"   dose ends {doses[0]}, discharged an hour later" if doses else ""
        self._line("")
        self._line(f"Day {number:<3} {local:%a %d %b}{dose}")
        self._sent_today = 0

    def happened(self) -> None:
        """New lines, flags and endings since the last look."""
        rows, flags, prompts = self._life.read(self._new)
        starts: dict[str | None, Prompted] = {one.prompt.message_id: one for one in prompts}
        reminders: dict[str | None, Prompted] = {one.prompt.reminder_id: one for one in prompts if one.prompt.reminder_id}
        for row in rows:
            self._row(row, starts, reminders)
        for one in prompts:
            self._became(one)
        for flag in flags:
            self._flags.add(flag.id)
            urgency = (flag.urgency or flag.kind).replace("_", " ")
            self._line(f"  {self._clock(flag.opened_at)}  → team    level {flag.level}, {urgency}: {flag.reason}")

    def why_not(self) -> None:
        """What was not sent today, grouped by why; only what is new since the day before."""
        found = self._life.read(self._planned)
        changed = {module: why for module, why in found.refusals.items() if self._reasons.get(module) != why and why != "done"}
        self._reasons = dict(found.refusals)
        if not self._sent_today:
            self._line(f"  nothing sent: {found.why or f'{found.module} goes next'}")
        grouped = defaultdict(list)
        for module, why in changed.items():
            grouped[why].append(module)
        if grouped:
            told = "; ".join(f"{', '.join(modules)} ({why})" for why, modules in grouped.items())
            self._line(textwrap.fill(f"not sent: {told}", WIDTH, initial_indent="  ", subsequent_indent="            "))

    def summary(self) -> None:
        prompts = self._life.read(lambda session: prompts_of(session, self._life.patient_id))
        answers, measures, flags = self._life.read(self._counts)
        self._line("")
        offered = [one for one in prompts if one.prompt.step is None]
        self._line(
            f"{len(offered)} exercises offered, {sum(one.begun for one in offered)} answered, "
            f"{sum(one.prompt.reminded_at is not None for one in prompts)} reminders; {answers} answers, {measures} numbers, {flags} flags."
        )

    # --- one thing each ---

    def _row(self, row: Message, starts: dict[str | None, Prompted], reminders: dict[str | None, Prompted]) -> None:
        self._seq = row.seq
        at, text = self._clock(row.created_at), textwrap.shorten(row.text, SHOWN, placeholder=" …")
        if row.id in starts or row.id in reminders:
            one = starts.get(row.id) or reminders[row.id]
            name = self._life.parts.programme.module(one.prompt.module).name
            what = "reminder " if row.id in reminders else "how it went " if one.prompt.step else ""
            self._sent_today += 1
            way = "text" if row.channel == "sms" else "web"
            self._line(f"  {at}  {way:<5}   {what}{one.prompt.module} {name}: “{text}”")
        elif row.script in self._nudges:
            self._sent_today += 1
            self._line(f"  {at}  {'text' if row.channel == 'sms' else 'web':<5}   nudge {row.script}, as the patient asked: “{text}”")
        elif row.author == Author.PATIENT and text.upper() == "STOP":
            self._line(f"  {at}  patient  STOP")
        elif row.author == Author.PROTOCOL:
            self._line(f"  {at}  crisis protocol: “{text}”")

    def _became(self, one: Prompted) -> None:
        if one.run.id in self._ended:
            return
        words = {"finished": "answered to the end", "paused": "set aside, kept", "stopped": "stopped by the patient"}.get(one.run.status)
        if one.prompt.let_go_at is not None:
            words = "no answer: let go"
        if words:
            self._ended.add(one.run.id)
            self._line(f"  {self._clock(one.run.moved_at if one.begun else self._life.now)}          {one.prompt.module} {words}")

    # --- reading ---

    def _new(self, session: Session) -> tuple[Sequence[Message], Sequence[Flag], Sequence[Prompted]]:
        rows = session.scalars(select(Message).where(Message.seq > self._seq).order_by(Message.seq)).all()
        flags = [flag for flag in session.scalars(select(Flag).order_by(Flag.opened_at)) if flag.id not in self._flags]
        return rows, flags, prompts_of(session, self._life.patient_id)[::-1]

    def _planned(self, session: Session) -> Plan:
        patient = session.get_one(Patient, self._life.patient_id)
        return planned(session, self._life.parts.programme, patient, self._life.now).plan

    def _counts(self, session: Session) -> Sequence[int]:
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in (Answer, Measure, Flag)]

    def _clock(self, at: datetime) -> str:
        return at.astimezone(ZoneInfo(self._plot.timezone)).strftime("%H:%M")

    def _line(self, text: str) -> None:
        print(text, file=self._out, flush=True)
