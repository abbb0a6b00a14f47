"""Patients in crisis, by browser and by text. They send twice, at both gateways at once, and again until somebody took it."""

from __future__ import annotations

import asyncio
import json
import random
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx
from twilio.request_validator import RequestValidator

from bench.soak.house import NUMBER, TOKEN, House
from bench.soak.ledger import Sent
from bench.soak.words import ANSWERS, CRISES, PLAIN
from store.crypto import hash_token
from store.patients import add_patient, conversation_of

ANYWHERE = 10**6
DOUBLED, AGAIN_LATER, NEVER_LOOKS, WATCHED = 0.25, 0.1, 0.1, 0.06


@dataclass
class Patient:
    """One person: `say` returns when the house has taken the message."""

    house: House
    conversation_id: str
    patient_id: str
    phone: str
    link: str
    dice: random.Random
    numbers: Any = field(default_factory=lambda: count(1))
    web: httpx.AsyncClient | None = None

    async def say(self, text: str, channel: str, *, crisis: bool = False) -> None:
        number = next(self.numbers)
        send = self._type if channel == "web" else self._text
        if channel == "web" and self.web is None:
            await self._open()
        name = f"{self.conversation_id[:20]}{number}"
        copies = [send(text, name)]
        if self.dice.random() < DOUBLED:
            copies.append(send(text, name))
            self.house.ledger.count("sent twice at once")
        external = (await asyncio.gather(*copies))[0]
        self.house.ledger.sent.append(Sent(self.conversation_id, external, text, crisis))
        if self.dice.random() < AGAIN_LATER:
            await asyncio.sleep(self.dice.uniform(0, 2))
            await send(text, name)
            self.house.ledger.count("sent again later")

    async def _open(self) -> None:
        self.web = httpx.AsyncClient(headers={"X-Afterglow": "1"}, timeout=60)
        opened = await self.house.ask(self.dice, "POST", "/web/session", self.web, json={"entry": self.link})
        opened.raise_for_status()

    async def _type(self, text: str, name: str) -> str:
        answer = await self.house.ask(self.dice, "POST", "/web/messages", self.web, json={"client_id": f"soak-{name}", "text": text})
        assert answer.status_code == 202, answer.text
        return f"{self.patient_id}:soak-{name}"

    async def _text(self, text: str, name: str) -> str:
        sid = f"SM{name}"
        form = {"From": self.phone, "To": NUMBER, "Body": text, "MessageSid": sid, "NumMedia": "0"}
        answer = await self.house.ask(self.dice, "POST", "/sms/twilio", data=form, headers=signed(self.house, "/sms/twilio", form))
        assert answer.status_code == 200, answer.text
        return sid

    async def look(self) -> None:
        """The browser has shown everything there is."""
        if self.web is not None:
            await self.house.ask(self.dice, "POST", "/web/seen", self.web, json={"seq": ANYWHERE})

    async def watch(self) -> None:
        """A browser that follows at one gateway, and goes to the other where it left off when that one dies."""
        shown: list[int] = []
        self.house.ledger.streams.append(shown)
        while not self.house.finished.is_set():
            gateway = self.dice.choice(self.house.gateways)
            try:
                await self._follow(gateway.url, shown)
            except httpx.HTTPError:
                await asyncio.sleep(0.2)

    async def _follow(self, url: str, shown: list[int]) -> None:
        assert self.web is not None
        headers = {"Last-Event-ID": str(shown[-1] if shown else 0)}
        async with self.web.stream("GET", f"{url}/web/events", headers=headers, timeout=httpx.Timeout(10, read=30)) as stream:
            name = ""
            async for line in stream.aiter_lines():
                if line.startswith("event: "):
                    name = line[7:]
                elif line.startswith("data: ") and name == "message":
                    shown.append(int(json.loads(line[6:])["seq"]))
                if self.house.finished.is_set():
                    return


def signed(house: House, path: str, form: dict[str, str]) -> dict[str, str]:
    return {"X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(f"{house.settings.public_url}{path}", form)}


def admit(house: House, number: int) -> list[Patient]:
    """So many patients with a phone and a link, straight into the record."""
    admitted = []
    with house.store.write() as session:
        for place in range(number):
            phone, link = f"+1555{8_000_000 + place}", f"soak {place}"
            person = add_patient(session, name="Soak", phone=phone)
            person.entry_token_hash = hash_token(link)
            conversation = conversation_of(session, person.id)
            admitted.append(Patient(house, conversation.id, person.id, phone, link, house.dice(f"patient {place}")))
    return admitted


async def live_through(patient: Patient, browsers: asyncio.TaskGroup) -> None:
    """An ordinary word, the crisis, a few answers, perhaps the crisis once more, and something ordinary in the middle."""
    dice = patient.dice
    channels = dice.choice((("web",), ("sms",), ("web", "sms")))

    async def say(words: tuple[str, ...], *, crisis: bool = False) -> None:
        await patient.say(dice.choice(words), dice.choice(channels), crisis=crisis)
        await asyncio.sleep(dice.uniform(0, 3) / patient.house.haste)

    if dice.random() < 0.5:
        await say(PLAIN)
    await say(CRISES, crisis=True)
    watched = patient.web is not None and dice.random() < WATCHED
    if watched:
        browsers.create_task(patient.watch())
    for _ in range(dice.randrange(3)):
        await say(ANSWERS)
    if dice.random() < 0.3:
        await say(CRISES, crisis=True)
    await say(PLAIN)
    if dice.random() >= NEVER_LOOKS:
        await patient.look()
    if patient.web and not watched:
        await patient.web.aclose()
