"""A whole gateway on a real port with a real database, and the patients' two ways into it."""

import base64
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from sqlalchemy import select
from sqlalchemy.orm import Session

from launch import serve
from launch.unset import unset_settings
from store import Settings, Store, read_settings
from store.base import utc_now
from store.care import Flag, Page
from store.course import Dose, Enrolment
from store.crypto import hash_token
from store.patients import add_patient, conversation_of
from store.talk import Conversation, Message
from tests.gateway.twilio import ACCOUNT, NUMBER, TOKEN, payload, signature
from tests.records import open_migrated

PHONE = "+15550100111"
KEY = base64.urlsafe_b64encode(b"k" * 32).decode()
NOBODY = "http://127.0.0.1:9"  # the discard port: nothing listens there


serve.load_clinical = cache(serve.load_clinical)  # read once for all tests: the content is frozen, the files are the same
serve.load_programme = cache(serve.load_programme)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environ(folder: Path, port: int, **more: str) -> dict[str, str]:
    return {
        "DATA_DIR": str(folder), "PORT": str(port), "SECRET_KEY": KEY, "DATA_KEY": KEY, "RASA_URLS": NOBODY,
        "RASA_TIMEOUT_SECONDS": "8", **more,
    }  # fmt: skip


def with_twilio(url: str) -> dict[str, str]:
    return {
        "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_NUMBER": NUMBER, "TWILIO_API_URL": url,
    }  # fmt: skip


def prepare(settings: Settings, hours_since_dose: float = 20.0) -> str:
    """Migrate, and one enrolled patient with a phone; answers with the patient's id."""
    store = open_migrated(settings)
    with store.write() as session:
        patient = add_patient(session, name="Maya", phone=PHONE)
        ended = utc_now() - timedelta(hours=hours_since_dose)
        session.add(Enrolment(patient_id=patient.id))
        session.add(Dose(patient_id=patient.id, ended_at=ended, discharged_at=ended + timedelta(hours=2)))
        patient.entry_token_hash = hash_token("maya's link")
        found = patient.id
    store.close()
    return found


@dataclass
class House:
    """One running gateway."""

    url: str
    settings: Settings
    patient_id: str
    app: Any = None

    @property
    def store(self) -> Store:
        return self.app.state.parts.store

    def read[T](self, look: Callable[[Session], T]) -> T:
        with self.store.read() as session:
            return look(session)

    def messages(self, patient_id: str | None = None) -> list[Message]:
        def look(session: Session) -> list[Message]:
            conversation = conversation_of(session, patient_id or self.patient_id)
            statement = select(Message).where(Message.conversation_id == conversation.id).order_by(Message.seq)
            return list(session.scalars(statement))

        return self.read(look)

    def conversation(self) -> Conversation:
        return self.read(lambda session: conversation_of(session, self.patient_id))

    def flags(self) -> list[Flag]:
        return self.read(lambda session: list(session.scalars(select(Flag).order_by(Flag.opened_at))))

    def pages(self) -> list[Page]:
        return self.read(lambda session: list(session.scalars(select(Page).order_by(Page.due_at))))

    def browser(self, entry: str | None = "maya's link") -> "Browser":
        return Browser(self.url).open({"entry": entry} if entry else {})

    def text(self, body: str, sid: str, phone: str = PHONE, **changes: str) -> httpx.Response:
        """A text message, as Twilio hands it over."""
        form = payload("inbound", Body=body, MessageSid=sid, SmsMessageSid=sid, SmsSid=sid, From=phone, **changes)
        return self.post_signed("/sms/twilio", form)

    def post_signed(self, path: str, form: Mapping[str, str]) -> httpx.Response:
        signed = {"X-Twilio-Signature": signature(f"{self.settings.public_url}{path}", form)}
        return httpx.post(f"{self.url}{path}", data=dict(form), headers=signed, timeout=30)


@dataclass
class Browser:
    """What the widget does, without a screen."""

    url: str
    client: httpx.Client = field(default_factory=lambda: httpx.Client(headers={"X-Afterglow": "1"}, timeout=30))
    sent: int = 0

    def open(self, body: Mapping[str, str] | None = None) -> "Browser":
        answer = self.client.post(f"{self.url}/web/session", json=dict(body or {}))
        answer.raise_for_status()
        self.session = answer.json()
        return self

    def post(self, text: str | None = None, *, choice: str | None = None, client_id: str | None = None) -> httpx.Response:
        self.sent += 1
        body = {"client_id": client_id or f"client-{id(self)}-{self.sent}", "text": text, "choice": choice}
        return self.client.post(f"{self.url}/web/messages", json=body)

    def say(self, text: str) -> int:
        answer = self.post(text)
        assert answer.status_code == 202, answer.text
        return int(answer.json()["seq"])

    def events(self, after: int = 0) -> Iterator[tuple[str, dict[str, Any]]]:
        headers = {"Last-Event-ID": str(after)}
        with self.client.stream("GET", f"{self.url}/web/events", headers=headers) as answer:
            name = "message"
            for line in answer.iter_lines():
                if line.startswith("event: "):
                    name = line[7:]
                elif line.startswith("data: "):
                    yield name, json.loads(line[6:])

    def hear(self, after: int, until: Callable[[list[dict[str, Any]]], bool], seconds: float = 20) -> list[dict[str, Any]]:
        """Messages after `after` until the condition holds; fails when it takes too long."""
        heard: list[dict[str, Any]] = []
        end = time.monotonic() + seconds
        for name, data in self.events(after):
            if name == "message":
                heard.append(data)
                if until(heard):
                    return heard
            assert time.monotonic() < end, f"heard only {[one['text'] for one in heard]}"
        raise AssertionError("the stream ended")

    def answers(self, after: int, seconds: float = 20) -> list[dict[str, Any]]:
        """What was said to the patient after `after`: at least one line."""
        heard = self.hear(after, lambda all_: any(one["author"] != "patient" for one in all_), seconds)
        return [one for one in heard if one["author"] != "patient"]


def wait_until(holds: Callable[[], bool], seconds: float = 10, what: str = "") -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, what or "it did not happen in time"
        time.sleep(0.02)


@contextmanager
def open_house(folder: Path, **env: str) -> Iterator[House]:
    """The real application on a real port, in a thread of this process."""
    port = free_port()
    settings = read_settings(environ(folder, port, **env))
    patient_id = prepare(settings)
    with serving(settings) as app:
        yield House(f"http://127.0.0.1:{port}", settings, patient_id, app)


@contextmanager
def serving(settings: Settings) -> Iterator[Any]:
    app = serve.build_app(settings)
    server = uvicorn.Server(uvicorn.Config(app, port=settings.port, log_level="critical", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: server.started or not thread.is_alive(), 10, "the gateway did not start")
    assert server.started
    try:
        yield app
    finally:
        server.should_exit = server.force_exit = True
        thread.join(15)
        app.state.parts.store.close()


def inherit(env: Mapping[str, str]) -> dict[str, str]:
    """For a gateway in a process of its own."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, **unset_settings(), "PYTHONPATH": str(Path(__file__).resolve().parents[2]), **env}
