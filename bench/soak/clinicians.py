"""Clinicians at the real console: late, hasty, two at the same patient, on pages that are no longer true."""

from __future__ import annotations

import asyncio
import random
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import httpx
from sqlalchemy import func, select

from bench.soak.house import House
from bench.soak.words import REPLIES
from store.acts import EVENT_KINDS
from store.base import utc_now
from store.care import Flag, FlagStatus
from store.clinicians import add_clinician, by_email
from store.contacts import change_contact
from store.on_call import Role
from store.queue import AWAY
from store.schedule_changes import add_shift
from store.talk import Conversation, Owner

PASSWORD = "a password of the soak"  # noqa: S105 - for a database that is thrown away
ON_CALL = (Role.PRIMARY, Role.PRIMARY, Role.BACKUP, Role.DIRECTOR, None, None, None, None)
MOST_URGENT = 24
READS_THE_CARD, TAKES_FROM_A_COLLEAGUE, TWO_AT_ONCE = 0.15, 0.05, 0.1


@dataclass(frozen=True, slots=True)
class View:
    """What the page showed when the clinician began to think."""

    conversation_id: str
    owner: str
    owner_id: str | None
    owner_version: int
    last_seq: int
    flags: Sequence[Flag]

    @property
    def unanswered(self) -> bool:
        return any(flag.status == FlagStatus.OPEN for flag in self.flags)

    @property
    def event(self) -> bool:
        return any(flag.kind in EVENT_KINDS for flag in self.flags)


def hire(house: House) -> list[str]:
    """Four of them on call around the clock, with mail, and two of these with a phone; answers with their addresses."""
    now = utc_now()
    addresses = [f"clinician{number}@clinic.example" for number in range(len(ON_CALL))]
    with house.store.write() as session:
        for number, (email, role) in enumerate(zip(addresses, ON_CALL, strict=True)):
            one = add_clinician(session, email=email, name=f"Clinician {number}", password=PASSWORD)
            session.flush()
            phone = f"+1202555010{number}" if number % 2 == 0 else ""
            change_contact(session, one.id, now, email=email, phone=phone, by_email=True, by_sms=bool(phone), region="US")
            if role:
                add_shift(session, one.id, now, clinician_id=one.id, role=role, weekdays=range(7), starts=0, ends=0)
    return addresses


class Clinician:
    def __init__(self, house: House, email: str, dice: random.Random) -> None:
        self._house, self._email, self._dice = house, email, dice
        self._client = httpx.AsyncClient(timeout=60)
        self._csrf, self._id = "", ""

    async def log_in(self) -> None:
        page = await self._house.ask(self._dice, "GET", "/console/login", self._client)
        form = {"csrf": _field(page.text, "csrf"), "email": self._email, "password": PASSWORD}
        answer = await self._house.ask(self._dice, "POST", "/console/login", self._client, data=form)
        assert answer.status_code == 303, answer.status_code
        self._csrf = _field((await self._house.ask(self._dice, "GET", "/console/keys", self._client)).text, "csrf")
        with self._house.store.read() as session:
            found = by_email(session, self._email)
            assert found is not None
            self._id = found.id

    async def work(self) -> None:
        while not self._house.finished.is_set():
            views: list[View] = self._house.views
            if not views:
                await asyncio.sleep(0.1)
                continue
            view = views[self._dice.randrange(len(views))]
            if self._dice.random() >= TWO_AT_ONCE:
                views.remove(view)  # until the next look
            await self._turn_to(view)

    async def keep_a_console_open(self) -> None:
        """An open console accepts every page; now and then nobody has one open."""
        while not self._house.finished.is_set():
            gateway = self._dice.choice(self._house.gateways)
            try:
                async with asyncio.timeout(self._dice.uniform(3, 10)), self._client.stream("GET", f"{gateway.url}/console/events") as lines:
                    async for _ in lines.aiter_lines():
                        if self._house.finished.is_set():
                            return
            except (TimeoutError, httpx.HTTPError):
                await asyncio.sleep(self._dice.uniform(1, 8) / self._house.haste)

    async def _turn_to(self, view: View) -> None:
        dice = self._dice
        if dice.random() < READS_THE_CARD:
            await self._house.ask(dice, "GET", f"/console/conversations/{view.conversation_id}", self._client)
        await asyncio.sleep(dice.uniform(0, 0.8) / self._house.haste)
        mine = view.owner == Owner.HUMAN and view.owner_id == self._id
        if view.owner == Owner.HUMAN and not mine:
            if dice.random() < TAKES_FROM_A_COLLEAGUE:
                await self._post(view, "take-over", reason="their shift is over")
        elif view.unanswered and not mine:
            await self._post(view, dice.choice(("acknowledge", "take-over", "take-over", "reply")))
        elif not view.flags:
            await self._post(view, "hand-back")
        elif mine and dice.random() < 0.5:
            await self._post(view, "reply")
        elif view.event and not mine:
            await self._post(view, "take-over", reason="nobody is writing to them")
        else:
            await self._post(view, f"flags/{dice.choice(view.flags).id}/close", disposition="safety_plan")

    async def _post(self, view: View, act: str, **more: str) -> None:
        form = {"csrf": self._csrf, "owner_version": str(view.owner_version), "last_seq": str(view.last_seq), **more}
        if act == "reply":
            form |= {"text": self._dice.choice(REPLIES), "once": secrets.token_urlsafe(12)}
        answer = await self._house.ask(self._dice, "POST", f"/console/conversations/{view.conversation_id}/{act}", self._client, data=form)
        self._house.ledger.count(f"{act.partition('/')[0]}: {answer.status_code}")
        if act == "reply" and answer.status_code == 303:
            self._house.ledger.replies.append((form["once"], view.conversation_id))


def look(house: House) -> list[View]:
    """The most urgent conversations in which somebody is asked for, or nobody has given them back."""
    with house.store.read() as session:
        open_ = select(Flag).where(Flag.status != FlagStatus.CLOSED).order_by(Flag.level.desc(), Flag.opened_at)
        flags: dict[str, list[Flag]] = {}
        for flag in session.scalars(open_.limit(MOST_URGENT * 2)):
            flags.setdefault(flag.conversation_id, []).append(flag)
        asked = select(Flag.id).where(Flag.conversation_id == Conversation.id, Flag.status != FlagStatus.CLOSED)
        away = select(Conversation.id).where(Conversation.owner.in_(AWAY), ~asked.exists()).limit(MOST_URGENT)
        wanted = [*list(flags)[:MOST_URGENT], *session.scalars(away)]
        found = session.scalars(select(Conversation).where(Conversation.id.in_(wanted))).all()
        return [_view(one, flags.get(one.id, [])) for one in found]


def waiting(house: House) -> int:
    with house.store.read() as session:
        asked = select(func.count(Flag.conversation_id.distinct())).where(Flag.status != FlagStatus.CLOSED)
        return session.scalar(asked) or 0


def _view(one: Conversation, flags: Sequence[Flag]) -> View:
    return View(one.id, one.owner, one.owner_clinician_id, one.owner_version, one.last_seq, flags)


def _field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found, f"no field {name} on the page"
    return found[1]
