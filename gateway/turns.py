"""One message's turn with Rasa, from the claim to the committed reply.

The claim is a lease on the row: a gateway that dies with it loses nothing, another takes it when the lease is over.
Rasa's answer, its effects and the end of the claim are one transaction, so asking twice changes nothing either:
the second question goes to a fresh tracker that knows only what the record says.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from anyio import to_thread
from sqlalchemy.orm import Session

from gateway.bot import BotAnswer, Question, Rasa, neutralise
from gateway.effects import apply_effects
from gateway.errors import BotFailure
from gateway.parts import Parts
from programme import offerable
from safety.protocol import Phase
from store.care import FlagKind
from store.circumstances import circumstances
from store.conversations import claim_turn, numbered_choice, turn_waits
from store.course_queries import Standing, facts_for_engine, read_standing
from store.flags import Ask, raise_flag
from store.messages import Saying, add_outbound, lock_conversation
from store.outcomes import protocol_state
from store.people import Patient
from store.signals import QUEUE, conversation_topic
from store.talk import Author, Conversation, Message, Owner, TurnStatus
from store.visits import filled

log = logging.getLogger("afterglow.turns")

LEASE = timedelta(seconds=30)
TURNS_PER_TRACKER = 20  # Rasa reads its whole tracker every turn: +0.6 ms a message (reference/RASA.md)
RETRY_AFTER_SECONDS = 1.0
BOT_MAY_SPEAK = {Phase.NORMAL, Phase.SUPPORT}


class TurnRunner:
    """Asks Rasa about claimed messages and writes down what comes back."""

    def __init__(self, parts: Parts, rasa: Rasa) -> None:
        self._parts, self._rasa = parts, rasa
        self._running: set[asyncio.Task[None]] = set()

    def start(self, message_id: str) -> None:
        """Run a turn that intake has claimed, and then whatever waits behind it."""
        task = asyncio.create_task(self._run_chain(message_id))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def sweep(self) -> None:
        """Take up turns that were left behind; the clock calls this every second."""
        while (message_id := await to_thread.run_sync(self._claim, None)) is not None:
            self.start(message_id)

    async def drain(self) -> None:
        """Let running turns finish before the process ends."""
        if self._running:
            await asyncio.wait(self._running, timeout=10)

    async def _run_chain(self, message_id: str | None) -> None:
        while message_id is not None:
            conversation_id = await self._run(message_id)
            message_id = await to_thread.run_sync(self._claim, conversation_id)

    async def _run(self, message_id: str) -> str:
        question = await to_thread.run_sync(self._question, message_id)
        try:
            answer = await self._ask(question)
        except BotFailure as failure:
            log.warning("message %s: the bot failed (%s)", message_id, failure.reason)
            await to_thread.run_sync(self._write_failure, message_id, failure)
        else:
            await to_thread.run_sync(self._write_answer, message_id, answer)
        self._parts.signals.announce(conversation_topic(question.conversation_id), QUEUE)
        return question.conversation_id

    async def _ask(self, question: Question) -> BotAnswer:
        """A Rasa that is just restarting gets a second chance, on a tracker of its own."""
        try:
            return await self._rasa.ask(question)
        except BotFailure as failure:
            if not failure.retryable:
                raise
        await asyncio.sleep(RETRY_AFTER_SECONDS)
        return await self._rasa.ask(question)

    def _claim(self, conversation_id: str | None) -> str | None:
        with self._parts.store.read() as session:
            if not turn_waits(session, self._parts.now(), conversation_id):
                return None
        with self._parts.store.write() as session:
            message = claim_turn(session, self._parts.worker, LEASE, self._parts.now(), conversation_id)
            return message.id if message else None

    def _question(self, message_id: str) -> Question:
        with self._parts.store.read() as session:
            message = session.get_one(Message, message_id)
            conversation = session.get_one(Conversation, message.conversation_id)
            # the attempt is part of the sender: a turn that is asked again meets a fresh tracker
            sender = f"{conversation.id}.{conversation.bot_generation}"
            if message.turn_attempts > 1:
                sender += f".{message.turn_attempts}"
            metadata = self._metadata(session, conversation, message)
            return Question(conversation.id, sender, neutralise(message.text), metadata)

    def _metadata(self, session: Session, conversation: Conversation, message: Message) -> Mapping[str, Any]:
        standing = read_standing(session, conversation.patient_id, self._parts.now())
        patient = session.get_one(Patient, conversation.patient_id)
        place, paused = standing.place, standing.paused_place
        return {
            "message_id": message.id,
            "channel": message.channel,
            "locale": patient.language,
            "place": place.to_dict() if place else None,
            "paused": paused.to_dict() if paused else None,
            "offer": list(self._offer(session, conversation, standing)),
            "choice": message.choices or (None if place else numbered_choice(session, message)),
            "last_faq": conversation.last_faq,
            "passing": conversation.passing,
            "hours_since_dose": standing.hours_since_dose,
            "facts": dict(facts_for_engine(standing)),
        }

    def _offer(self, session: Session, conversation: Conversation, standing: Standing) -> tuple[str, ...]:
        """What START would open: contact limits do not hold a patient who asks, clinical gates do."""
        programme = self._parts.programme
        now = circumstances(session, conversation, standing, self._parts.now(), programme, asked_for=True)
        return offerable(programme, standing.hours_since_dose, standing.done, now)

    def _write_answer(self, message_id: str, answer: BotAnswer) -> None:
        with self._parts.store.write() as session:
            message, conversation = self._mine(session, message_id)
            if message is None:
                return
            if not may_speak(conversation):
                _supersede(message, conversation)
                return
            work = apply_effects(self._parts, session, conversation, message, answer.effects)
            self._say(session, conversation, message, answer)
            self._count_misunderstanding(session, conversation, message, answer)
            message.turn_status = TurnStatus.DONE
            conversation.bot_turns += 1
            if work.module_ended or message.turn_attempts > 1 or conversation.bot_turns >= TURNS_PER_TRACKER:
                fresh_tracker(conversation)

    def _write_failure(self, message_id: str, failure: BotFailure) -> None:
        """Never silence: a reviewed line for the patient, a flag for the team."""
        with self._parts.store.write() as session:
            message, conversation = self._mine(session, message_id)
            if message is None:
                return
            fresh_tracker(conversation)
            if not may_speak(conversation):
                _supersede(message, conversation)
                return
            message.turn_status = TurnStatus.FAILED
            reason = f"Afterglow could not answer this message ({failure.reason}). The patient got the fallback line."
            self._flag(session, conversation, message, FlagKind.BOT_FAILED, reason)
            self._say_lines(session, conversation, message, "fallback", "fallback_urgent")

    def _mine(self, session: Session, message_id: str) -> tuple[Message | None, Conversation]:
        """The message if this gateway still holds it: a lease that ran out belongs to somebody else."""
        conversation = lock_conversation(session, session.get_one(Message, message_id).conversation_id)
        message = session.get_one(Message, message_id, populate_existing=True)
        held = message.turn_status == TurnStatus.ASKING and message.claimed_by == self._parts.worker
        return (message if held else None), conversation

    def _say(self, session: Session, conversation: Conversation, message: Message, answer: BotAnswer) -> None:
        patient = session.get_one(Patient, conversation.patient_id)
        for line in answer.lines:
            text = filled(self._parts.wording, line.text, session, patient, self._parts.now())
            saying = Saying(text, Author.BOT, line.choices, line.key or None)
            add_outbound(session, conversation, saying, in_reply_to=message.id, channel=message.channel)

    def _say_lines(self, session: Session, conversation: Conversation, message: Message, *keys: str) -> None:
        patient = session.get_one(Patient, conversation.patient_id)
        for key in keys:
            saying = Saying(self._parts.wording.line(key, patient), Author.SYSTEM, script=key)
            add_outbound(session, conversation, saying, in_reply_to=message.id, channel=message.channel)

    def _count_misunderstanding(
        self, session: Session, conversation: Conversation, message: Message, answer: BotAnswer
    ) -> None:
        conversation.misunderstood = 0 if answer.understood else conversation.misunderstood + 1
        if conversation.misunderstood >= 2:
            conversation.misunderstood = 0
            reason = "Afterglow did not understand two messages in a row."
            self._flag(session, conversation, message, FlagKind.NOT_UNDERSTOOD, reason)
            self._say_lines(session, conversation, message, "not_understood")

    def _flag(
        self, session: Session, conversation: Conversation, message: Message, kind: FlagKind, reason: str
    ) -> None:
        ask = Ask(kind, 1, "none", reason, message.id, respond_within=timedelta(hours=4))
        raise_flag(session, conversation, ask, self._parts.now())


def may_speak(conversation: Conversation) -> bool:
    """The bot is silent while a person owns the conversation or the crisis protocol has the floor."""
    return conversation.owner == Owner.BOT and protocol_state(conversation).phase in BOT_MAY_SPEAK


def fresh_tracker(conversation: Conversation) -> None:
    """Rasa's tracker is disposable: the next turn starts a new one from the record."""
    conversation.bot_generation += 1
    conversation.bot_turns = 0


def _supersede(message: Message, conversation: Conversation) -> None:
    """A person or the protocol took the floor while Rasa was thinking: its answer is not said."""
    message.turn_status = TurnStatus.SUPERSEDED
    fresh_tracker(conversation)
