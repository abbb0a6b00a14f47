"""One patient, a real record and the real clock code, with a time that tests move."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway.effects import apply_effects
from gateway.inbound import InboundMessage
from gateway.intake import receive
from gateway.parts import Parts
from gateway.prompts import Prompter
from launch import serve
from programme import Reply, answer, resume
from store import read_settings
from store.care import Flag, FlagKind
from store.course import Answer, Dose, Enrolment, Measure, ModuleRun
from store.course_queries import read_standing
from store.database import Store, open_store
from store.messages import Saying, add_outbound, lock_conversation
from store.outbox import claim_due, mark_sent
from store.patients import add_patient, conversation_of
from store.people import Patient
from store.prompts import Prompt
from store.schema import migrate
from store.signals import Signals
from store.talk import Author, Conversation, Message, TurnStatus
from tests.gateway.house import PHONE, environ

NOON = datetime(2026, 11, 2, 18, 0, tzinfo=UTC)  # a Monday: 11:00 in Denver
ZONE = "America/Denver"
WHOLE_DAY = timedelta(days=1)


@dataclass
class Clockwork:
    """`now` only moves when told to; `run` goes from look to look, as the gateway's beat would."""

    parts: Parts
    patient_id: str
    now: datetime = NOON
    texts: int = 0
    delivers: bool = True

    @property
    def store(self) -> Store:
        return self.parts.store

    # --- what clinicians set ---

    def change(self, do: Callable[[Session, Enrolment, Patient, Conversation], object]) -> None:
        with self.store.write() as session:
            enrolment = session.scalars(select(Enrolment).where(Enrolment.patient_id == self.patient_id)).one()
            do(session, enrolment, session.get_one(Patient, self.patient_id), conversation_of(session, self.patient_id))
            enrolment.look_at = self.now

    def dose(self, hours_ago: float = 0, *, discharged_after: float | None = 1, **more: Any) -> datetime:
        ended = self.now - timedelta(hours=hours_ago)
        discharged = None if discharged_after is None else ended + timedelta(hours=discharged_after)
        self.change(lambda session, *_: session.add(Dose(patient_id=self.patient_id, ended_at=ended, discharged_at=discharged, **more)))
        return ended

    # --- time ---

    def look(self) -> str | None:
        """One look of the clock; then the provider takes what is due, unless it is away."""
        changed = Prompter(self.parts).look_at_next()
        if changed and self.delivers:
            self.deliver()
        return changed

    def deliver(self) -> None:
        with self.store.write() as session:
            while rows := claim_due(session, "test", timedelta(seconds=30), self.now):
                for row in rows:
                    mark_sent(session, row.id, "test", f"SM{row.id}")

    def until(self, moment: datetime, then: Callable[[], object] = lambda: None) -> None:
        """Every look up to `moment`, each at its own time; whenever something was said, `then`."""
        for _ in range(10_000):
            while (changed := self.look()) is not None:
                if changed:
                    then()
            at = self.read(lambda session: session.scalars(select(Enrolment.look_at)).one())
            if at > moment:
                break
            assert at > self.now, "the clock stands still"
            self.now = at
        self.now = moment

    def run(self, then: Callable[[], object] = lambda: None, **span: float) -> None:
        self.until(self.now + timedelta(**span), then)

    def days(self, count: int) -> None:
        """Whole days at a glance: the hours at which something can change, without the looks between."""
        zone = ZoneInfo(ZONE)
        end = self.now + timedelta(days=count)
        while self.now < end:
            local = self.now.astimezone(zone)
            hour = next((hour for hour in (9, 12, 15, 19, 23) if hour > local.hour), 33)
            self.now = (local.replace(hour=0, minute=0) + timedelta(hours=hour)).astimezone(UTC)
            self.change(lambda *_: None)
            while self.look() is not None:
                pass

    # --- the patient ---

    def says(self, text: str, choice: str | None = None, channel: str | None = None, media: tuple[str, ...] = ()) -> None:
        """A message through the real intake; what the protocol leaves to Rasa is answered by the engine alone."""
        self.texts += 1
        to = channel or self.conversation().last_channel
        receipt = receive(self.parts, InboundMessage(self.patient_id, to, text, f"{to}:{self.texts}", self.now, choice, media))
        with self.store.write() as session:
            message = session.get_one(Message, receipt.message_id)
            if message.turn_status == TurnStatus.NONE:
                return
            conversation = lock_conversation(session, receipt.conversation_id)
            standing = read_standing(session, self.patient_id, self.now)
            if text == "start" and (place := standing.place or standing.paused_place):
                turn = resume(self.parts.programme, place)
            elif standing.place:
                turn = answer(self.parts.programme, standing.place, Reply(text, message.choices), {"channel": message.channel})
            else:
                message.turn_status = TurnStatus.DONE
                return
            apply_effects(self.parts, session, conversation, message, turn.effects)
            for line in turn.lines:
                add_outbound(session, conversation, Saying(line.text, Author.BOT, line.choices, line.key), at=self.now)
            message.turn_status = TurnStatus.DONE

    def answers(self, *words: str) -> None:
        for word in words:
            self.now += timedelta(seconds=20)
            self.says(word)

    def finishes(self) -> None:
        """Whatever is open, to its end, with harmless answers."""
        for _ in range(60):
            with self.store.read() as session:
                place = read_standing(session, self.patient_id, self.now).place
            if place is None:
                return
            step = self.parts.programme.step(place)
            harmless = {
                "yes_no": "no" if step.safety else "yes",
                "scale": str((step.lowest + step.highest) // 3 + (step.worse == "low") * 4),
            }
            if step.answer == "scale" and step.highest == 3:
                harmless["scale"] = "0"
            self.answers(harmless.get(step.answer) or (step.choices[0].label if step.choices else "that is fine with me"))

    # --- looking ---

    def read[T](self, look: Callable[[Session], T]) -> T:
        with self.store.read() as session:
            return look(session)

    def conversation(self) -> Conversation:
        return self.read(lambda session: conversation_of(session, self.patient_id))

    def rows(self, table: Any, *where: Any) -> list[Any]:
        return self.read(lambda session: list(session.scalars(select(table).where(*where))))

    def prompts(self) -> list[tuple[str, str]]:
        """(module, "Tue 09:00") of everything offered, in the patient's own time."""
        found = self.read(lambda session: list(session.scalars(select(Prompt).order_by(Prompt.offered_at))))
        return [(one.module, self.local(one.offered_at)) for one in found]

    def offered(self) -> list[str]:
        return [module for module, _ in self.prompts()]

    def local(self, at: datetime) -> str:
        zone = self.read(lambda session: session.get_one(Patient, self.patient_id).timezone)
        return at.astimezone(ZoneInfo(zone)).strftime("%a %H:%M")

    def said(self) -> list[Message]:
        return [one for one in self.rows(Message) if not one.inbound]

    def scripts(self) -> list[str]:
        return [one.script or "" for one in sorted(self.said(), key=lambda one: one.seq)]

    def missed(self) -> list[Flag]:
        return self.rows(Flag, Flag.kind == FlagKind.MISSED)

    def run_of(self, module: str) -> ModuleRun:
        found = sorted(self.rows(ModuleRun, ModuleRun.module == module), key=lambda run: run.opened_at)
        return found[-1]

    def measures(self) -> dict[str, Any]:
        return {one.kind: one.value for one in self.rows(Measure)}

    def answers_kept(self) -> dict[str, Any]:
        return {f"{one.module}.{one.step}": one.value for one in self.rows(Answer)}


@cache
def _fresh_record() -> bytes:
    """A migrated database, made once."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(read_settings(environ(Path(folder), 8080)))
        migrate(store.engine)
        store.close()
        return (Path(folder) / "afterglow.db").read_bytes()


@contextmanager
def clockwork(folder: Path, url: str | None = None, *, consent: bool = True, **patient: Any) -> Iterator[Clockwork]:
    """An enrolled patient with a phone, in Denver, who has signed the consent in the clinic and set nothing else."""
    settings = read_settings(environ(folder, 8080, **({"DATABASE_URL": url} if url else {})))
    if url is None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "afterglow.db").write_bytes(_fresh_record())
    store = open_store(settings)
    if url is not None:
        migrate(store.engine)
    clinical = serve.load_clinical(settings.clinical_dir)
    programme = serve.load_programme(settings.clinical_dir / "programme")
    with store.write() as session:
        one = add_patient(session, name="Maya", phone=PHONE)
        for name, value in {"timezone": ZONE, **patient}.items():
            setattr(one, name, value)
        started = NOON - timedelta(days=9)
        session.add(Enrolment(patient_id=one.id, started_at=started, consent_at=started if consent else None))
        if consent:
            run = ModuleRun(patient_id=one.id, module="M1", status="finished", opened_at=started, moved_at=started, closed_at=started)
            session.add(run)
        patient_id = one.id
    found: Clockwork
    parts = Parts(settings, store, Signals(), clinical, programme, serve.read_wording(settings, clinical), now=lambda: found.now)
    found = Clockwork(parts, patient_id)
    try:
        yield found
    finally:
        store.close()
