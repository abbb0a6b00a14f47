"""python -m launch.transcripts: ten talks with the whole house, written to docs/transcripts to be read aloud.

Everything is real: gateway, screen, protocol, Rasa, actions, record, console. Only the people are invented (transcripts.yml).
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import func, select

from gateway.outgoing import phone_text
from launch.console_visit import ConsoleVisit
from launch.demo_people import seed
from launch.patient_visit import PatientVisit
from launch.places import ROOT
from launch.stack import Stack
from store import Store, open_store, read_settings
from store.base import utc_now
from store.care import Flag, Page, PageStatus
from store.course import Dose, Enrolment, ModuleRun, RunStatus
from store.patients import conversation_of
from store.people import Patient
from store.talk import Author, Conversation, Message, TurnStatus

SCRIPT = Path(__file__).with_name("transcripts.yml")
TARGET = ROOT / "docs" / "transcripts"
FAR = timedelta(days=30)  # the clock offers nothing by itself: these talks are the patient's own
PATIENCE, QUIET = 120.0, 0.5
UNHURRIED = {"RASA_TIMEOUT_SECONDS": "60"}  # a busy machine must not put apologies into the talks
WHO = {Author.BOT: "Afterglow", Author.PROTOCOL: "Afterglow", Author.SYSTEM: "Afterglow"}
HEAD = """<!-- Written by `make transcripts`: do not edit. The words are in clinical/ and bot/domain.yml. -->
# {title}

{about}

"""


@dataclass
class Talk:
    """One talk under way: who speaks, on which channel, and how much has been written down."""

    stack: Stack
    store: Store
    script: Mapping[str, Any]
    visit: PatientVisit
    lines: list[str] = field(default_factory=list)
    seen: int = 0
    told: set[str] = field(default_factory=set)
    astray: str = ""

    @property
    def patient_id(self) -> str:
        return str(self.script["person"]["id"])

    def hold(self, console: ConsoleVisit) -> str:
        self.take_down()
        for turn in self.script["say"]:
            try:
                self._turn(turn, console)
            except KeyError as error:  # written as far as it went: what was said instead is what one wants to read
                self.astray = str(error)
                break
        return HEAD.format(**self.script) + "\n".join(self.lines).strip() + "\n"

    def _turn(self, turn: str | Mapping[str, str], console: ConsoleVisit) -> None:
        if isinstance(turn, str):
            self.visit.says(turn)
        elif "press" in turn:
            self.visit.presses(turn["press"], self._choices())
        elif "channel" in turn:
            self.visit.channel = turn["channel"]
            self.lines.append(f"\n*— later, by {'text message' if turn['channel'] == 'sms' else 'the web'} —*\n")
        else:
            console.acts(turn["clinician"], self._conversation().id)
            if turn["clinician"] == "opens":
                self.lines.append("\n*— a clinician opens the console; the page is accepted —*\n")
        self._wait()
        self.take_down()

    def _wait(self) -> None:
        """Until nothing waits for Rasa and nothing new has been said for a moment."""
        end, last, since = time.monotonic() + PATIENCE, -1, time.monotonic()
        while time.monotonic() < end:
            seq, busy = self._state()
            if seq != last:
                last, since = seq, time.monotonic()
            if not busy and time.monotonic() - since >= QUIET:
                return
            time.sleep(0.1)

    def _state(self) -> tuple[int, bool]:
        with self.store.read() as session:
            conversation = conversation_of(session, self.patient_id)
            waits = select(func.count()).where(
                Message.conversation_id == conversation.id, Message.turn_status.in_((TurnStatus.DUE, TurnStatus.ASKING))
            )
            return conversation.last_seq, bool(session.scalar(waits))

    def _conversation(self) -> Conversation:
        with self.store.read() as session:
            return conversation_of(session, self.patient_id)

    def _rows(self) -> list[Message]:
        statement = select(Message).where(Message.conversation_id == self._conversation().id, Message.seq > self.seen)
        with self.store.read() as session:
            return list(session.scalars(statement.order_by(Message.seq)))

    def _choices(self) -> Mapping[str, str]:
        """What can be pressed now: label to id."""
        statement = select(Message).where(Message.conversation_id == self._conversation().id, Message.choices.is_not(None))
        with self.store.read() as session:
            rows = session.scalars(statement.where(Message.author != Author.PATIENT).order_by(Message.seq.desc()).limit(4))
            return {choice["label"]: choice["id"] for row in rows for choice in row.choices or ()}

    def take_down(self) -> None:
        for row in self._rows():
            self.seen = row.seq
            self.lines += list(_said(row))
        self.lines += list(self._for_the_team())

    def _for_the_team(self) -> Iterator[str]:
        """What the team is told: a flag that was raised or rose, a page that went out or was accepted."""
        conversation_id = self._conversation().id
        with self.store.read() as session:
            flags = session.scalars(select(Flag).where(Flag.conversation_id == conversation_id).order_by(Flag.opened_at)).all()
            pages = session.scalars(select(Page).where(Page.conversation_id == conversation_id).order_by(Page.due_at)).all()
        events = [f"flag {flag.kind}, level {flag.level}: {flag.reason}" for flag in flags]
        events += ["a clinician is called"] if pages else []
        events += ["a console has accepted the call"] if any(page.status != PageStatus.DUE for page in pages) else []
        for event in events:
            if event not in self.told:
                self.told.add(event)
                yield f"> *team: {event}*\n"


def _said(row: Message) -> Iterator[str]:
    """A line as it is read: with buttons on the web, with a numbered list on a phone."""
    if row.author == Author.PATIENT:
        yield f"**{'Patient' if row.channel == 'web' else 'Patient (text)'}:** {_broken(row.text)}\n"
        return
    labels = [choice["label"] for choice in row.choices or ()] if row.channel == "web" else []
    text = _broken(row.text if row.channel == "web" else phone_text(row))
    buttons = f"  \n`{'` `'.join(labels)}`" if labels else ""
    yield f"**{WHO.get(Author(row.author), 'Clinician')}:** {text}{buttons}\n"


def _broken(text: str) -> str:
    return text.replace("\n", "  \n")


def main() -> int:
    talks = yaml.safe_load(SCRIPT.read_text("utf-8"))["talks"]
    wanted = sys.argv[1:]
    chosen = [talk for talk in talks if not wanted or any(talk["id"].startswith(one) for one in wanted)]
    TARGET.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="afterglow-talks-") as folder,
        Stack(folder, demo=True, env=UNHURRIED) as stack,
        closing(open_store(read_settings(stack.environ))) as store,
    ):
        astray = [why for talk in chosen if (why := _held(stack, store, talk))]
    (TARGET / "README.md").write_text(_contents(talks), "utf-8")
    return 1 if astray else 0


def _held(stack: Stack, store: Store, script: Mapping[str, Any]) -> str:
    """Writes one talk down. Answers with why it left its script, if it did."""
    _admit(store, script["person"])
    with PatientVisit(stack.url, script["person"], script["channel"]) as visit, ConsoleVisit(stack.url, stack.demo) as console:
        talk = Talk(stack, store, script, visit)
        (TARGET / f"{script['id']}.md").write_text(talk.hold(console), "utf-8")
    print(f"  {script['id']} {talk.astray}", flush=True)
    return talk.astray


def _admit(store: Store, person: Mapping[str, Any]) -> None:
    usual = {
        "joined": 400,
        "location": "Portland, Maine",
        "trusted_person": "Kim (friend), +1 555 010 0299",
        "timezone": "America/New_York",
    }
    seed(store, {**usual, **person}, utc_now())
    with store.write() as session:
        session.get_one(Patient, person["id"]).language = person.get("language", "en")
        dose_id = session.scalar(select(Dose.id).where(Dose.patient_id == person["id"]))
        for module in person.get("done", ()):
            at = utc_now() - timedelta(minutes=1)
            session.add(
                ModuleRun(patient_id=person["id"], dose_id=dose_id, module=module, status=RunStatus.FINISHED, opened_at=at, closed_at=at)
            )
        for enrolment in session.scalars(select(Enrolment).where(Enrolment.patient_id == person["id"])):
            enrolment.look_at = utc_now() + FAR


def _contents(talks: list[Mapping[str, Any]]) -> str:
    rows = "\n".join(f"- [{talk['title']}]({talk['id']}.md). {talk['about']}" for talk in talks)
    return (
        "# Ten talks\n\nHeld by `make transcripts` with the whole house: gateway, screen, protocol, Rasa, record, console. "
        "The people are invented.\nLines of the team stand indented. Read them aloud, then mend the words in `clinical/` and "
        f"`bot/domain.yml`.\n\n{rows}\n"
    )


if __name__ == "__main__":
    raise SystemExit(main())
