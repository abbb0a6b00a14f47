"""A demo patient who lives through a month in seconds: real intake, screen, programme and clock, without Rasa or a provider."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from gateway.effects import apply_effects
from gateway.inbound import InboundMessage
from gateway.intake import receive
from gateway.parts import Parts
from gateway.prompts import Prompter
from launch.demo_visits import as_pressed, choice_of, harmless
from launch.serve import read_wording
from programme import Fact, Reply, Turn, answer, load_programme
from safety.content import load_clinical
from safety.protocol import ProtocolState
from store import Store, open_store, read_settings
from store.base import new_id
from store.care import Flag, FlagStatus
from store.course import Dose, Enrolment, ModuleRun, RunStatus
from store.course_queries import facts_for_engine, read_standing
from store.messages import Saying, add_outbound, lock_conversation
from store.outbox import claim_due, mark_sent
from store.patients import conversation_of, set_phone
from store.people import Patient
from store.schema import migrate
from store.signals import Signals
from store.talk import Author, Conversation, Message, Owner, TurnStatus

REPLIES: Mapping[str, str] = {
    "all": "answers everything within minutes",
    "half": "answers every second exercise",
    "none": "never answers",
    "stop": "texts STOP on day 3",
    "dip": "rates the mood of day 7 with 1; a clinician hands back a day later",
}
ANSWERS_AFTER = timedelta(minutes=6)
HANDED_BACK_AFTER = timedelta(hours=26)
_BETWEEN = timedelta(seconds=40)
_MOST_STEPS = 60


@dataclass(frozen=True, slots=True)
class Plot:
    """Who lives this month, and how."""

    person: Mapping[str, Any]
    answers: Mapping[str, str]
    replies: str
    doses: tuple[int, ...]
    begins: datetime
    zone: str
    time: str
    channel: str

    @property
    def timezone(self) -> str:
        return self.zone or str(self.person["timezone"])

    def dose_ends(self, day: int) -> datetime:
        """The same hour on the patient's clock, whatever the clocks do in between."""
        local = self.begins.astimezone(ZoneInfo(self.timezone)).replace(tzinfo=None) + timedelta(days=day)
        return local.replace(tzinfo=ZoneInfo(self.timezone)).astimezone(self.begins.tzinfo)


@dataclass
class Life:
    """The patient, the record and the fast time."""

    parts: Parts
    plot: Plot
    now: datetime
    stopped: bool = False
    dipped_at: datetime | None = None
    ignored: set[str] = field(default_factory=set)
    heard: int = 0

    @property
    def patient_id(self) -> str:
        return str(self.plot.person["id"])

    def midnight(self, day: int) -> datetime:
        return self._local(day, 0)

    def evening(self, midnight: datetime) -> datetime:
        """The last look of an open day."""
        return midnight.astimezone(ZoneInfo(self.plot.timezone)).replace(hour=19, minute=45).astimezone(midnight.tzinfo)

    def _local(self, day: int, hour: int) -> datetime:
        return self.plot.dose_ends(day).astimezone(ZoneInfo(self.plot.timezone)).replace(hour=hour, minute=0).astimezone(self.now.tzinfo)

    def until(self, moment: datetime, happened: Callable[[], object]) -> None:
        """Every look of the clock up to `moment`, at its own time; the patient answers in between."""
        clock = Prompter(self.parts)
        while self.now < moment:
            while (changed := clock.look_at_next()) is not None:
                if changed:
                    self._deliver()
                    happened()
            if self._lives():
                happened()
                continue
            with self.parts.store.read() as session:
                at = session.scalars(select(Enrolment.look_at)).one()
            self.now = min(max(at, self.now + timedelta(seconds=1)), moment)

    def read[T](self, look: Callable[[Session], T]) -> T:
        with self.parts.store.read() as session:
            return look(session)

    # --- what the patient does ---

    def _lives(self) -> bool:
        """True when something was said, so that the clock looks again."""
        if self.plot.replies == "stop" and not self.stopped and self.now >= self._local(3, 12):
            self.stopped = True
            self._hear("STOP", "sms")
            return True
        if self.dipped_at is not None and self.now - self.dipped_at >= HANDED_BACK_AFTER:
            return self._handed_back()
        run = self.read(lambda session: _open_run(session, self.patient_id))
        if run is None or run.id in self.ignored or self.now < run.moved_at:
            return False
        if not self._answers_to(run):
            self.ignored.add(run.id)
            return False
        self.now += ANSWERS_AFTER
        self._walk()
        return True

    def _answers_to(self, run: ModuleRun) -> bool:
        if self.plot.replies == "half":
            return self.read(lambda session: len(session.scalars(select(ModuleRun.id)).all())) % 2 == 0
        return self.plot.replies in {"all", "dip"} or (self.plot.replies == "stop" and not self.stopped)

    def _walk(self) -> None:
        """To the end of what is open, unless the crisis protocol takes the floor."""
        turn = Turn()
        for _ in range(_MOST_STEPS):
            with self.parts.store.read() as session:
                standing = read_standing(session, self.patient_id, self.now)
                owner = conversation_of(session, self.patient_id).owner
            place = standing.place
            if place is None or owner != Owner.BOT:
                return
            step = self.parts.programme.step(place)
            text = self._words(place.module, place.step, harmless(step))
            self.now += _BETWEEN
            message_id, passed_on = self._hear(as_pressed(turn, text), self.plot.channel)
            if not passed_on:
                self.dipped_at = self.now
                return
            known: dict[str, Fact] = {"channel": self.plot.channel, "locale": "en", **facts_for_engine(standing)}
            turn = answer(self.parts.programme, place, Reply(text, choice_of(turn, text)), known)
            self._say(message_id, turn)

    def _words(self, module: str, step: str, otherwise: str) -> str:
        if self.plot.replies == "dip" and f"{module}.{step}" == "M10.S1":
            return "1"
        written = self.plot.answers.get(f"{module}.{step}")
        return written.format(**self.plot.person) if written else _mild(module, step, otherwise)

    def _hear(self, text: str, channel: str) -> tuple[str, bool]:
        self.heard += 1
        receipt = receive(self.parts, InboundMessage(self.patient_id, channel, text, f"{channel}:month-{self.heard}", self.now))
        with self.parts.store.read() as session:
            return receipt.message_id, session.get_one(Message, receipt.message_id).turn_status != TurnStatus.NONE

    def _say(self, message_id: str, turn: Turn) -> None:
        """As a turn with Rasa is written down."""
        self.now += timedelta(seconds=2)
        with self.parts.store.write() as session:
            conversation = lock_conversation(session, conversation_of(session, self.patient_id).id)
            message, patient = session.get_one(Message, message_id), session.get_one(Patient, self.patient_id)
            apply_effects(self.parts, session, conversation, message, turn.effects)
            for line in turn.lines:
                saying = Saying(self.parts.wording.fill(line.text, patient), Author.BOT, line.choices, line.key or None)
                add_outbound(session, conversation, saying, in_reply_to=message.id, channel=message.channel, at=self.now)
            message.turn_status = TurnStatus.DONE
        self._deliver()

    # --- what others do ---

    def _handed_back(self) -> bool:
        """The clinician has talked with the patient, closed the flags and gave the conversation back."""
        self.dipped_at = None
        with self.parts.store.write() as session:
            conversation = lock_conversation(session, conversation_of(session, self.patient_id).id)
            conversation.owner, conversation.protocol = Owner.BOT, ProtocolState().to_dict()
            for flag in session.scalars(select(Flag).where(Flag.status != FlagStatus.CLOSED)):
                flag.status, flag.closed_at = FlagStatus.CLOSED, self.now
        return True

    def _deliver(self) -> None:
        with self.parts.store.write() as session:
            while rows := claim_due(session, "month", timedelta(seconds=30), self.now):
                for row in rows:
                    mark_sent(session, row.id, "month", f"month-{row.id}")


def _mild(module: str, step: str, otherwise: str) -> str:
    """Low scores on the questionnaires, so that a quiet month stays quiet."""
    return "1" if module == "M11" and step[0] in "PW" else "4" if module == "M11" and step[0] == "B" else otherwise


def _open_run(session: Session, patient_id: str) -> ModuleRun | None:
    statement = select(ModuleRun).where(ModuleRun.patient_id == patient_id, ModuleRun.status == RunStatus.OPEN)
    return session.scalar(statement.order_by(ModuleRun.moved_at.desc()).limit(1))


@contextmanager
def throwaway(folder: Path, plot: Plot) -> Iterator[Life]:
    """A record of its own with keys of its own; both are gone afterwards."""
    key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    settings = read_settings({"DATA_DIR": str(folder), "SECRET_KEY": key, "DATA_KEY": key})
    store = open_store(settings)
    event.listen(store.engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous=OFF"))
    try:
        migrate(store.engine)
        _admit(store, plot)
        clinical = load_clinical(settings.clinical_dir)
        programme = load_programme(settings.clinical_dir / "programme")
        parts = Parts(settings, store, Signals(), clinical, programme, read_wording(settings, clinical))
        life = Life(parts, plot, plot.begins)
        life.parts = replace(parts, now=lambda: life.now)
        life.now = life.midnight(0)
        yield life
    finally:
        store.close()


def _admit(store: Store, plot: Plot) -> None:
    """Set up a week before, in the clinic; every dose is planned, and its discharge an hour after its end."""
    person, joined = plot.person, plot.begins - timedelta(days=7)
    with store.write() as session:
        patient = Patient(
            id=person["id"], name=person["name"], location=person["location"], location_at=joined,
            trusted_person=person["trusted_person"], trusted_person_consent=True, timezone=plot.timezone, created_at=joined,
        )  # fmt: skip
        set_phone(patient, person["phone"])
        session.add(patient)
        session.flush()
        conversation = Conversation(patient_id=patient.id, protocol=None, created_at=joined, last_channel=plot.channel)
        session.add(conversation)
        session.add(
            Enrolment(patient_id=patient.id, started_at=joined, consent_at=joined, channel=plot.channel, check_in=plot.time or None)
        )
        run = ModuleRun(
            id=new_id(), patient_id=patient.id, module="M1", status=RunStatus.FINISHED, opened_at=joined, moved_at=joined,
            closed_at=joined,
        )  # fmt: skip
        session.add(run)
        for number, day in enumerate(plot.doses, start=1):
            ended = plot.dose_ends(day)
            last = number == len(plot.doses)
            session.add(
                Dose(
                    patient_id=patient.id,
                    ended_at=ended,
                    discharged_at=ended + timedelta(hours=1),
                    number=number,
                    route="lozenge",
                    last=last,
                )  # fmt: skip
            )
