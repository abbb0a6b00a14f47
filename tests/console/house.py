"""A console over a real database file, with patients in every kind of trouble. No gateway: what it does is written as rows."""

import asyncio
import base64
import re
import secrets
import socket
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import uvicorn
import yaml
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from console.app import build_console
from console.parts import ConsoleParts
from programme import Programme, load_programme
from safety import Finding
from safety.content import Clinical, load_clinical
from safety.protocol import Phase, ProtocolState
from store import Settings, Store, open_store, read_settings
from store.acts import Act
from store.care import Flag, FlagKind, Page
from store.clinicians import add_clinician
from store.course import Answer, Dose, Enrolment, Measure, ModuleRun, RunStatus
from store.flags import Ask, raise_flag, request_person
from store.messages import Saying, add_inbound, add_outbound, lock_conversation
from store.patients import add_patient, conversation_of
from store.people import Clinician, Patient
from store.schema import migrate
from store.signals import QUEUE, Signals, conversation_topic
from store.talk import AssessmentRow, Author, Conversation, Message, Owner
from store.wording import Wording

KEY = base64.urlsafe_b64encode(b"k" * 32).decode()
PASSWORD = "a long enough password"
DANA, OMAR = "dana@clinic.example", "omar@clinic.example"
NAMES = {DANA: "Dana Reyes", OMAR: "Omar Haddad"}
ORIGIN = "http://testserver"
MORNING = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that tests move. Without a fixed time it goes with the wall's."""

    fixed: datetime | None = MORNING
    shift: timedelta = timedelta()

    def __call__(self) -> datetime:
        return (self.fixed or datetime.now(UTC)) + self.shift

    def forward(self, **span: float) -> None:
        self.shift += timedelta(**span)


@dataclass
class House:
    """The console, its record, and the rows a gateway would have written."""

    app: FastAPI
    parts: ConsoleParts
    clock: Clock
    signals: Signals
    clinicians: dict[str, str] = field(default_factory=dict)
    url: str = ""

    @property
    def store(self) -> Store:
        return self.parts.store

    def read[T](self, look: Callable[[Session], T]) -> T:
        with self.store.read() as session:
            return look(session)

    def rows(self, table: Any) -> list[Any]:
        return self.read(lambda session: list(session.scalars(select(table))))

    def browser(self) -> "Browser":
        return Browser(self, TestClient(self.app, base_url=ORIGIN, follow_redirects=False))

    def patient(self, name: str | None, *, hours: float | None = 150, phone: str | None = None, **more: Any) -> str:
        """An enrolled patient; answers with the conversation's id."""
        now = self.clock()
        with self.store.write() as session:
            patient = add_patient(session, name=name, phone=phone or f"+1555{secrets.randbelow(10**7):07d}")
            for key, value in more.items():
                setattr(patient, key, value)
            session.add(Enrolment(patient_id=patient.id, started_at=now - timedelta(days=10)))
            if hours is not None:
                ended = now - timedelta(hours=hours)
                session.add(Dose(patient_id=patient.id, ended_at=ended, discharged_at=ended, route="lozenge"))
            return conversation_of(session, patient.id).id

    def says(self, conversation: str, text: str, *, heard: str = "", level: int = 0, category: str = "S",
             aside: tuple[str, str] | None = None, channel: str = "web", media: tuple[str, ...] = ()) -> str:  # fmt: skip
        """What the patient writes, with `heard` found in it and `aside` = (words, cue) set aside."""
        with self.store.write() as session:
            row = lock_conversation(session, conversation)
            message = add_inbound(
                session, row, text=text, channel=channel, external_id=secrets.token_hex(8), choice=None, at=self.clock(), media=media
            )
            session.flush()
            found = [_finding(text, heard, level, category)] if heard else []
            found += [_finding(text, aside[0], 3, category, aside[1])] if aside else []
            session.add(
                AssessmentRow(
                    message_id=message.id, conversation_id=conversation, level=level, category=category, score=0.8,
                    findings=[one.to_dict() for one in found], content_version="test", created_at=self.clock(),
                )  # fmt: skip
            )
            identity = message.id
        self.announce(conversation)
        return identity

    def flag(self, conversation: str, message: str | None, level: int, category: str = "S", *, kind: FlagKind = FlagKind.RISK,
             page: bool = False, minutes: float = 10, reason: str = "The screen heard risk.") -> str:  # fmt: skip
        """A flag as the gateway raises it; with `page` the conversation waits for a person and somebody is called."""
        with self.store.write() as session:
            row = lock_conversation(session, conversation)
            ask = Ask(
                kind, level, category, reason, message, timedelta(minutes=minutes), timedelta(seconds=60) if page else None
            )
            flag = raise_flag(session, row, ask, self.clock())
            if page:
                request_person(session, row, flag, self.clock())
                state = ProtocolState(Phase.HANDOFF_PENDING, 1, level, category, opened_at=self.clock())
                row.protocol = state.to_dict()
            identity = flag.id
        self.announce(conversation)
        return identity

    def crisis(self, name: str, text: str, heard: str, level: int = 4, **more: Any) -> str:
        """A patient whose words woke somebody; answers with the conversation's id."""
        conversation = self.patient(name, **more)
        message = self.says(conversation, text, heard=heard, level=level)
        self.flag(conversation, message, level, page=True)
        return conversation

    def line(self, conversation: str, text: str, author: Author, script: str | None = None, **more: Any) -> None:
        with self.store.write() as session:
            row = lock_conversation(session, conversation)
            add_outbound(session, row, Saying(text, author, script=script, **more), at=self.clock())
        self.announce(conversation)

    def announce(self, conversation: str) -> None:
        self.signals.announce(QUEUE, conversation_topic(conversation))

    def conversation(self, identity: str) -> Conversation:
        return self.read(lambda session: session.get_one(Conversation, identity))

    def messages(self, conversation: str) -> list[Message]:
        statement = select(Message).where(Message.conversation_id == conversation).order_by(Message.seq)
        return self.read(lambda session: list(session.scalars(statement)))

    def act(self, conversation: str, email: str = DANA, **view: int) -> Act:
        return Act(self.clinicians[email], conversation, self.clock(), self.parts.content, **view)


def _finding(text: str, words: str, level: int, category: str, cue: str | None = None) -> Finding:
    start = text.index(words)
    return Finding("test.phrase", "phrase", category, level, start, start + len(words), words, cue is None, cue, "A test phrase.")


@dataclass
class Browser:
    """One clinician's browser, without scripts: forms are read from the page and sent back as a browser would."""

    house: House
    client: TestClient

    def log_in(self, email: str = DANA, password: str = PASSWORD, **headers: str) -> httpx.Response:
        seal = self.field(self.client.get("/console/login").text, "csrf")
        return self.client.post(
            "/console/login", data={"csrf": seal, "email": email, "password": password}, headers={"Origin": ORIGIN, **headers}
        )

    def entered(self, email: str = DANA) -> "Browser":
        answer = self.log_in(email)
        assert answer.status_code == 303, answer.text
        return self

    def get(self, path: str = "/console/", **headers: str) -> httpx.Response:
        return self.client.get(path, headers=headers)

    def card(self, conversation: str) -> str:
        answer = self.get(f"/console/conversations/{conversation}")
        assert answer.status_code == 200, answer.text
        return answer.text

    def press(self, conversation: str, act: str, page: str | None = None, **fields: str) -> httpx.Response:
        """Send one of the card's forms as it stood on `page` (now, when none is given)."""
        page = self.card(conversation) if page is None else page
        stamps = {name: self.field(page, name) for name in ("csrf", "owner_version", "last_seq")}
        return self.post(f"/console/conversations/{conversation}/{act}", {**stamps, **fields})

    def post(self, path: str, form: dict[str, str], **headers: str) -> httpx.Response:
        return self.client.post(path, data=form, headers={"Origin": ORIGIN, **headers})

    @staticmethod
    def field(page: str, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', page)
        assert found, f"there is no field {name} on the page"
        return found[1]


def settings_for(folder: Path, **more: str) -> Settings:
    return read_settings({"DATA_DIR": str(folder), "SECRET_KEY": KEY, "DATA_KEY": KEY, "CLINIC_NAME": "Harbour Clinic", **more})


@cache
def fresh_record() -> bytes:
    """A migrated database with two clinicians, made once: hashing and migrating are slow on purpose and by nature."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(settings_for(Path(folder)))
        migrate(store.engine)
        with store.write() as session:
            for email, name in NAMES.items():
                add_clinician(session, email=email, name=name, password=PASSWORD)
        store.close()
        return (Path(folder) / "afterglow.db").read_bytes()


@cache
def _content(folder: Path) -> tuple[Clinical, Programme, dict[str, str]]:
    lines = yaml.safe_load((folder / "lines.yml").read_text("utf-8"))["lines"]
    return load_clinical(folder), load_programme(folder / "programme"), lines


def open_house(folder: Path, clock: Clock, **more: str) -> House:
    settings = settings_for(folder, **more)
    (folder / "afterglow.db").write_bytes(fresh_record())
    store, signals = open_store(settings), Signals()
    clinical, programme, lines = _content(settings.clinical_dir)
    wording = Wording(settings.clinic, clinical.resources, lines)
    parts = ConsoleParts(settings, store, signals, clinical, programme, wording, clock)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        signals.attach(asyncio.get_running_loop())
        yield

    app = FastAPI(openapi_url=None, lifespan=lifespan)
    app.mount("/console", build_console(parts))
    house = House(app, parts, clock, signals)
    house.clinicians = {one.email: one.id for one in house.rows(Clinician)}
    return house


@contextmanager
def serving(house: House) -> Iterator[str]:
    """The console on a real port, for browsers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        server = uvicorn.Server(uvicorn.Config(house.app, log_level="critical", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        house.url = f"http://127.0.0.1:{listener.getsockname()[1]}/console"
        yield house.url
        server.should_exit = server.force_exit = True
        thread.join(10)


def wait_until(holds: Callable[[], bool], seconds: float = 5) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def furnish(house: House, conversation: str) -> None:
    """A patient with a life: moods, a module half done, answers, a trusted person."""
    now = house.clock()
    with house.store.write() as session:
        row = session.get_one(Conversation, conversation)
        patient = session.get_one(Patient, row.patient_id)
        patient.location, patient.location_at = "12 Harbour Street, Portland, Maine", now - timedelta(days=3)
        patient.trusted_person, patient.trusted_person_consent = "Lena (sister), +1 555 010 0142", True
        for index, mood in enumerate((6, 5, 6, 4, 3, 2)):
            message = add_inbound(
                session, row, text=f"My mood is {mood}.", channel="web", external_id=f"mood{index}{conversation}", choice=None,
                at=now - timedelta(days=6 - index),
            )  # fmt: skip
            session.flush()
            session.add(Measure(patient_id=patient.id, message_id=message.id, kind="mood", value=mood, at=message.created_at))
        for module, status in (("M1", RunStatus.FINISHED), ("M3", RunStatus.FINISHED), ("M4", RunStatus.OPEN)):
            place = {"module": module, "step": "S2", "facts": {}} if status == RunStatus.OPEN else None
            run = ModuleRun(
                patient_id=patient.id, module=module, status=status, place=place, opened_at=now - timedelta(days=4),
                moved_at=now - timedelta(days=1), closed_at=None if place else now - timedelta(days=3),
            )  # fmt: skip
            session.add(run)
            session.flush()
        session.add(
            Answer(patient_id=patient.id, message_id=message.id, module="M4", step="S1", value=None,
                   text="The light over the water, and my grandmother.", at=now - timedelta(days=1))  # fmt: skip
        )


def pages(house: House) -> list[Page]:
    return house.rows(Page)


def flags(house: House) -> list[Flag]:
    return house.rows(Flag)


__all__ = ["DANA", "OMAR", "Author", "Browser", "Clock", "House", "Owner", "furnish", "open_house", "serving", "wait_until"]
