"""A hosted model's second opinion: asked after the local verdict has acted, in its own time, able only to raise the level.

Nothing waits for it and nothing depends on it. What is to be asked is a row, written with the message: a gateway that dies
over it is followed by one more try. A late answer or nonsense is kept as no answer, and the local verdict stands.
What goes out is the message and what was asked, without names, numbers and ids.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import yaml
from anyio import to_thread
from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway.parts import Parts
from gateway.speaking import fresh_tracker
from safety import Assessment, Finding
from safety.assessment import CATEGORIES
from safety.errors import ContentError
from safety.protocol import on_message
from safety.screen import SCORES
from store.course import RunStatus
from store.course_queries import open_run, read_standing
from store.deidentify import deidentify, known_of
from store.messages import lock_conversation
from store.outcomes import protocol_state, record_outcome
from store.people import Clinician, Patient
from store.protocol_facts import facts_for_protocol
from store.second_opinion_settings import Hosted
from store.second_opinions import WAITING, OpinionStatus, SecondOpinionRow, claim_opinions, end_opinion, opinions_wait
from store.signals import QUEUE, SECOND, conversation_topic
from store.talk import AssessmentRow, Author, Conversation, Message

log = logging.getLogger("afterglow.second_opinion")

FILE = "second_opinion.yml"
LAYER, NAME = "second", "SECOND-OPINION"
WHY = "The clinic's hosted model read level {level} here, asked after the local layers."
ACTS = 2  # below this level nothing is said: it is only kept in the record
AT_ONCE = 4
WRITING = timedelta(seconds=10)
"""A claim holds for the asking and so much longer."""
ANSWER = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Opinion:
    level: int
    category: str


class SecondOpinion:
    """Asks about the messages whose rows wait, a few side by side. Wakes with every such message, and once a second."""

    def __init__(self, parts: Parts, hosted: Hosted, instruction: str) -> None:
        self._parts, self._hosted, self._instruction = parts, hosted, instruction
        self._client = httpx.AsyncClient(timeout=hosted.seconds)
        self._running: set[asyncio.Task[None]] = set()
        self._lease = timedelta(seconds=hosted.seconds) + WRITING

    async def sweep(self) -> None:
        """Waits for no answer: the next look begins when one has come."""
        if room := AT_ONCE - len(self._running):
            for message_id in await to_thread.run_sync(self._claim, room):
                task = asyncio.create_task(self._consider(message_id))
                self._running.add(task)
                task.add_done_callback(self._over)

    async def close(self) -> None:
        """Answers that are on their way may still come; one that does not is asked for again by the next gateway."""
        if self._running:
            await asyncio.wait(self._running, timeout=self._hosted.seconds)
        await self._client.aclose()

    def _over(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._parts.signals.announce(SECOND)

    def _claim(self, room: int) -> Sequence[str]:
        now = self._parts.now()
        with self._parts.store.read() as session:
            if not opinions_wait(session, now):
                return ()
        with self._parts.store.write() as session:
            return claim_opinions(session, self._parts.worker, self._hosted.model, self._lease, room, now)

    async def _consider(self, message_id: str) -> None:
        try:
            opinion = await self._ask(await to_thread.run_sync(self._question, message_id))
            changed = await to_thread.run_sync(weigh, self._parts, message_id, opinion)
        except Exception as failed:  # noqa: BLE001 - whatever it was, the local verdict stands; its text may hold the patient's words
            log.warning("message %s: no second opinion (%s)", message_id, type(failed).__name__)
            await to_thread.run_sync(self._unanswered, message_id, type(failed).__name__)
            return
        if changed:
            self._parts.signals.announce(conversation_topic(changed), QUEUE)

    def _unanswered(self, message_id: str, failure: str) -> None:
        with self._parts.store.write() as session:
            asked = session.get_one(SecondOpinionRow, message_id, with_for_update=True)
            if asked.status == OpinionStatus.ASKING and asked.claimed_by == self._parts.worker:
                end_opinion(asked, OpinionStatus.UNANSWERED, self._parts.now(), failure)

    def _question(self, message_id: str) -> str:
        """The words as they may leave the house."""
        with self._parts.store.read() as session:
            message = session.get_one(Message, message_id)
            patient = session.get_one(Patient, session.get_one(Conversation, message.conversation_id).patient_id)
            known = known_of(patient, session.scalars(select(Clinician.name)))
            asked, said = (deidentify(text, known).text for text in (_asked_before(session, message), message.text))
            return json.dumps({"asked": asked, "message": said} if asked else {"message": said}, ensure_ascii=False)

    async def _ask(self, question: str) -> Opinion:
        hosted = self._hosted
        said = [{"role": "system", "content": self._instruction}, {"role": "user", "content": question}]
        body = {"model": hosted.model, "messages": said, "temperature": 0, "max_tokens": 60}
        headers = {"Authorization": f"Bearer {hosted.key}"} if hosted.key else {}
        async with asyncio.timeout(hosted.seconds):
            answer = await self._client.post(f"{hosted.url}/chat/completions", json=body, headers=headers)
        answer.raise_for_status()
        return read_opinion(answer.json())


def second_opinion(parts: Parts) -> SecondOpinion | None:
    """None where no clinic has set one up, which is the rule. Raises ContentError."""
    hosted = parts.settings.second_opinion
    return SecondOpinion(parts, hosted, read_instruction(parts.settings.clinical_dir)) if hosted else None


def read_instruction(folder: Path) -> str:
    try:
        return str(yaml.safe_load((folder / FILE).read_text("utf-8"))["instruction"]).strip()
    except (OSError, yaml.YAMLError, KeyError, TypeError) as broken:
        raise ContentError(
            FILE, "instruction", f"cannot be read ({type(broken).__name__})", "restore the file, or unset SECOND_OPINION_URL"
        ) from broken


def read_opinion(answer: Mapping[str, Any]) -> Opinion:
    """One JSON object somewhere in the answer, also inside a code fence. Raises ValueError and its like for anything else."""
    found = ANSWER.search(str(answer["choices"][0]["message"]["content"]))
    if found is None:
        raise ValueError("no object in the answer")
    given = json.loads(found.group())
    level, category = given["level"], given.get("category", "S")
    if isinstance(level, bool) or not isinstance(level, int) or not 0 <= level < len(SCORES):
        raise ValueError("no such level")
    return Opinion(level, category if category in CATEGORIES[1:] else "S")


def _asked_before(session: Session, message: Message) -> str:
    before = select(Message.text).where(
        Message.conversation_id == message.conversation_id, Message.seq < message.seq, Message.author != Author.PATIENT
    )
    return session.scalar(before.order_by(Message.seq.desc()).limit(1)) or ""


def weigh(parts: Parts, message_id: str, opinion: Opinion) -> str | None:
    """Keep the opinion; a graver one also with the message, and open or raise the event as a local verdict would.

    Answers with the conversation, if it changed.
    """
    with parts.store.write() as session:
        message = session.get_one(Message, message_id)
        conversation = lock_conversation(session, message.conversation_id)
        row = session.get_one(AssessmentRow, message_id, populate_existing=True)
        graver = opinion.level > row.level
        _note(parts, session, message_id, opinion, graver=graver)
        if not graver:
            return None
        raised = _raise(row, message, opinion)
        if opinion.level >= ACTS and _is_news(conversation, message, opinion):
            _act(parts, session, conversation, message, raised)
        return conversation.id


def _note(parts: Parts, session: Session, message_id: str, opinion: Opinion, *, graver: bool) -> None:
    """An answer that came to a second gateway as well changes nothing any more."""
    asked = session.get(SecondOpinionRow, message_id, populate_existing=True, with_for_update=True)
    if asked is not None and asked.status in WAITING:
        asked.level, asked.category = opinion.level, opinion.category
        end_opinion(asked, OpinionStatus.RAISED if graver else OpinionStatus.NOT_GRAVER, parts.now())


def _raise(row: AssessmentRow, message: Message, opinion: Opinion) -> Assessment:
    why = WHY.format(level=opinion.level)
    finding = Finding(NAME, LAYER, opinion.category, opinion.level, 0, len(message.text), message.text, why=why)
    row.level, row.category, row.score = opinion.level, opinion.category, max(row.score, SCORES[opinion.level])
    row.findings = [*row.findings, finding.to_dict()]
    found = tuple(map(Finding.from_dict, row.findings))
    return Assessment(row.level, row.category, found, row.score, row.content_version)


def _is_news(conversation: Conversation, message: Message, opinion: Opinion) -> bool:
    """Not when the event is as grave already, or a clinician has closed it since: levels go down only by a person."""
    state = protocol_state(conversation)
    closed = state.last_event_closed_at
    return opinion.level > state.level and not (closed is not None and closed >= message.created_at)


def _act(parts: Parts, session: Session, conversation: Conversation, message: Message, raised: Assessment) -> None:
    """The way of intake, but for one thing: what was asked meanwhile is not answered by words that came before."""
    now = parts.now()
    patient = session.get_one(Patient, conversation.patient_id)
    standing = read_standing(session, patient.id, now)
    facts = facts_for_protocol(session, conversation, patient, standing, message.channel)
    state = replace(protocol_state(conversation), awaiting=None)
    outcome = on_message(state, raised, message.text, facts=facts, clinical=parts.clinical, now=now)
    dose_at = standing.dose.ended_at if standing.dose else None
    record_outcome(session, conversation, outcome, parts.wording, parts.clinical, now=now, in_reply_to=message.id, dose_at=dose_at)
    run = open_run(session, conversation.patient_id)
    if run is not None and run.status == RunStatus.OPEN:
        run.status, run.moved_at = RunStatus.PAUSED, now
    fresh_tracker(conversation)
