"""A clinic's pager without the rest of the gateway: a real database, a clock that tests move, real mail and webhook servers."""

import asyncio
import base64
import json
import secrets
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message as Mail
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aiosmtpd.controller import Controller
from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway.clock import Clock as Timers
from gateway.paging.pager import Pager
from gateway.paging.ways import ways_out
from gateway.parts import Parts
from gateway.simulator_sender import SimulatorSender
from gateway.twilio_rest import TwilioSender
from launch.serve import read_wording
from programme import load_programme
from safety.content import load_clinical
from safety.protocol import Phase, ProtocolState, deadlines, page_accept_limit
from store import Settings, Store, open_store, read_settings
from store.acts import Act, Content
from store.attempts import PageAttempt
from store.care import Flag, FlagKind, Page
from store.contacts import change_contact
from store.dispositions import Closing, close_flag
from store.flags import Ask, raise_flag, request_person
from store.messages import add_inbound, lock_conversation
from store.on_call import Role
from store.ownership import acknowledge
from store.patients import add_patient, conversation_of
from store.people import Clinician
from store.schedule_changes import add_shift
from store.schema import migrate
from store.signals import Signals
from store.talk import Conversation, Message
from store.timers import HUMAN_IDLE_AFTER, TimerKind, set_timer

KEY = base64.urlsafe_b64encode(b"k" * 32).decode()
SECRET = "a-secret-shared-with-the-pager-service"
NIGHT = datetime(2026, 11, 21, 8, 10, tzinfo=UTC)  # a Saturday, ten past three in New York
PEOPLE = {"ana": Role.PRIMARY, "ben": Role.BACKUP, "cleo": Role.DIRECTOR, "dan": None}
NAME, WORDS = "Maya Lindqvist", "I have it with me tonight"


def awaited[T](work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """In a thread of its own: in the tests' own thread a browser may have a loop running already."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(work())).result()


@dataclass
class Clock:
    at: datetime = NIGHT

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **span: float) -> None:
        self.at += timedelta(**span)


@dataclass
class Mailbox:
    """A real mail server, and how it should misbehave next."""

    url: str = ""
    mails: list[tuple[str, Mail]] = field(default_factory=list)
    refuse: dict[str, list[str]] = field(default_factory=dict)
    """Answers to RCPT by the name before the @: "550 no such person" …"""
    swallow: int = 0
    """So many mails are taken without an answer: the line breaks first."""

    def to(self, name: str) -> list[Mail]:
        return [mail for address, mail in self.mails if address.startswith(f"{name}@")]

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        answers = self.refuse.get(address.partition("@")[0], [])
        if answers:
            return answers.pop(0) if len(answers) > 1 or not answers[0].endswith("always") else answers[0]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        for address in envelope.rcpt_tos:
            self.mails.append((address, message_from_bytes(envelope.content)))
        if self.swallow > 0:
            self.swallow -= 1
            server.transport.abort()
        return "250 taken"


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    box = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    box.url = f"smtp://127.0.0.1:{port}"
    try:
        yield box
    finally:
        server.stop()


@dataclass
class Service:
    """A real pager service: what it was told, and how it should answer next."""

    url: str = ""
    events: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.events]


@contextmanager
def pager_service() -> Iterator[Service]:
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            service.events.append((dict(self.headers), body))
            self.send_response(service.answers.pop(0) if service.answers else 202)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    service.url = f"http://127.0.0.1:{server.server_address[1]}/events"
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class PagerHouse:
    parts: Parts
    clock: Clock
    pager: Pager
    people: dict[str, str]

    @property
    def store(self) -> Store:
        return self.parts.store

    def another_pager(self) -> Pager:
        """A second gateway, or the same one started again."""
        parts = replace(self.parts, worker=secrets.token_hex(8))
        return Pager(parts, self.pager._ways)

    def beat(self, **later: float) -> int:
        """Let time pass, then everything that is due happens: timers first, then the pager, until nothing is left."""
        self.clock.forward(**later)
        return awaited(self._beat)

    async def _beat(self) -> int:
        handled = 0
        while True:
            await Timers(self.parts).sweep()
            done = await self.pager.beat()
            if not done:
                return handled
            handled += done

    def read[T](self, look: Callable[[Session], T]) -> T:
        with self.store.read() as session:
            return look(session)

    def rows(self, table: Any, *where: Any) -> list[Any]:
        return self.read(lambda session: list(session.scalars(select(table).where(*where))))

    def pages(self) -> list[Page]:
        return sorted(self.rows(Page), key=lambda page: page.due_at)

    def attempts(self, **want: Any) -> list[PageAttempt]:
        found = sorted(self.rows(PageAttempt), key=lambda one: (one.created_at, one.key))
        return [one for one in found if all(getattr(one, name) == value for name, value in want.items())]

    def called(self, kind: FlagKind = FlagKind.RISK) -> list[str]:
        """ "ana by email" … for flags of this kind, in their order; the clinic's webhook left out."""
        names = {identity: name for name, identity in self.people.items()}
        flags = {flag.id for flag in self.rows(Flag, Flag.kind == kind)}
        pages = {page.id for page in self.pages() if page.flag_id in flags}
        calls = [one for one in self.attempts() if one.page_id in pages and one.clinician_id and one.channel != "console"]
        ordered = sorted(calls, key=lambda one: (one.created_at, one.step, names[one.clinician_id], one.channel))
        return [f"{names[one.clinician_id]} by {one.channel}" for one in ordered]

    def conversation(self, identity: str) -> Conversation:
        return self.read(lambda session: session.get_one(Conversation, identity))

    def heard(self, conversation: str, script: str = "") -> list[str]:
        """What was said to the patient; only lines of one script when it is given."""
        statement = select(Message).where(Message.conversation_id == conversation, Message.author != "patient").order_by(Message.seq)
        found = self.read(lambda session: list(session.scalars(statement)))
        return [one.text for one in found if not script or one.script == script]

    def patient(self) -> str:
        with self.store.write() as session:
            patient = add_patient(session, name=NAME, phone=f"+1555{secrets.randbelow(10**7):07d}")
            return conversation_of(session, patient.id).id

    def crisis(self, level: int = 5, category: str = "S", conversation: str | None = None, kind: FlagKind = FlagKind.RISK) -> str:
        """As the gateway writes it down: the flag, the page, a conversation that waits for a person."""
        conversation = conversation or self.patient()
        now, clinical = self.clock(), self.parts.clinical
        with self.store.write() as session:
            row = lock_conversation(session, conversation)
            message = add_inbound(session, row, text=WORDS, channel="sms", external_id=secrets.token_hex(8), choice=None, at=now)
            session.flush()
            times = deadlines(level, category, clinical)
            ask = Ask(kind, level, category, WORDS, message.id, times.respond_within, page_accept_limit(clinical))
            flag = raise_flag(session, row, ask, now)
            request_person(session, row, flag, now)
            if not row.protocol:
                state = ProtocolState(Phase.HANDOFF_PENDING, 1, level, category, (category,), opened_at=now, page="requested")
                row.protocol = state.to_dict()
        return conversation

    def takes(self, name: str, conversation: str) -> None:
        """ "I've got it"."""
        with self.store.write() as session:
            acknowledge(session, self.act(name, conversation))

    def closes(self, name: str, conversation: str) -> None:
        with self.store.write() as session:
            close_flag(session, self.act(name, conversation), self.flag(conversation).id, Closing("resolved_no_risk"))

    def act(self, name: str, conversation: str) -> Act:
        return Act(self.people[name], conversation, self.clock(), Content(self.parts.clinical, self.parts.wording))

    def flag(self, conversation: str) -> Flag:
        [flag] = self.rows(Flag, Flag.conversation_id == conversation)
        return flag


_content = cache(lambda folder: (load_clinical(folder), load_programme(folder / "programme")))


@cache
def _fresh_record() -> bytes:
    with TemporaryDirectory() as folder:
        store = open_store(read_settings(environ(Path(folder))))
        migrate(store.engine)
        store.close()
        return (Path(folder) / "afterglow.db").read_bytes()


def environ(folder: Path, **more: str) -> dict[str, str]:
    return {"DATA_DIR": str(folder), "SECRET_KEY": KEY, "DATA_KEY": KEY, "PUBLIC_URL": "http://127.0.0.1:8080", **more}


def ways(mail: Mailbox | None, service: Service | None) -> dict[str, str]:
    found = {"SMTP_URL": mail.url, "SMTP_FROM": "alerts@clinic.example"} if mail else {}
    return found | ({"PAGE_WEBHOOK_URL": service.url, "PAGE_WEBHOOK_SECRET": SECRET} if service else {})


def open_pager(folder: Path, *, schedule: bool = True, **env: str) -> PagerHouse:
    """Four clinicians; three of them are on call around the clock, as primary, backup and director."""
    settings = read_settings(environ(folder, **env))
    if not env.get("DATABASE_URL"):
        (folder / "afterglow.db").write_bytes(_fresh_record())
    return furnish(settings, open_store(settings), schedule=schedule)


def furnish(settings: Settings, store: Store, *, schedule: bool = True) -> PagerHouse:
    clock = Clock()
    clinical, programme = _content(settings.clinical_dir)
    parts = Parts(settings, store, Signals(), clinical, programme, read_wording(settings, clinical), clock)
    with store.write() as session:
        people = {name: _clinician(session, name) for name in PEOPLE}
        for name, role in PEOPLE.items():
            if schedule and role:
                add_shift(session, people[name], clock(), clinician_id=people[name], role=role, weekdays=range(7), starts=0, ends=0)
    sender = SimulatorSender() if settings.twilio.simulated else TwilioSender(settings)
    return PagerHouse(parts, clock, Pager(parts, ways_out(settings, sender)), people)


def _clinician(session: Session, name: str) -> str:
    """Never logs in: hashing a password is slow on purpose."""
    clinician = Clinician(email=f"{name}@clinic.example", name=name.title(), password_hash="-")
    session.add(clinician)
    session.flush()
    return clinician.id


def texts_to(house: PagerHouse, name: str, phone: str, *, by_email: bool = True) -> None:
    with house.store.write() as session:
        change_contact(session, house.people[name], house.clock(), email="", phone=phone, by_email=by_email, by_sms=True, region="US")


def patient_writes(house: PagerHouse, conversation: str) -> None:
    """As intake does beside a person."""
    with house.store.write() as session:
        row = lock_conversation(session, conversation)
        add_inbound(session, row, text="are you there", channel="sms", external_id=str(house.clock()), choice=None, at=house.clock())
        set_timer(session, conversation, TimerKind.HUMAN_IDLE, house.clock() + HUMAN_IDLE_AFTER)
