"""One message's turn with Rasa, from the claim to the committed reply.

The claim is a lease on the row: a gateway that dies with it loses nothing, another takes it when the lease is over.
Rasa's answer, its effects and the end of the claim are one transaction, so asking twice changes nothing either:
the second question goes to a fresh tracker that knows only what the record says.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta

from anyio import to_thread
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from gateway.asking import question_of
from gateway.bot import BotAnswer, Question, Rasa
from gateway.effects import apply_effects
from gateway.errors import BotFailure
from gateway.parts import Parts
from gateway.speaking import fresh_tracker, may_speak
from store.care import FlagKind
from store.conversations import claim_turn, turn_waits
from store.flags import Ask, raise_flag
from store.messages import Saying, add_outbound, lock_conversation
from store.people import Patient
from store.signals import conversation_topic, to_wake
from store.talk import Author, Conversation, Message, TurnStatus
from store.visits import filled

log = logging.getLogger("afterglow.turns")

LEASE = timedelta(seconds=30)
TURNS_PER_TRACKER = 20  # Rasa reads its whole tracker every turn: +0.6 ms a message (reference/RASA.md)
RETRY_AFTER_SECONDS = 1.0
MOST_ATTEMPTS = 4
"""So often a turn is taken up again after its lease ran out; then the fallback line and a person, and the next message has its turn."""

Write = Callable[[Session, Conversation, Message], None]


class TurnRunner:
    """Asks Rasa about claimed messages and writes down what comes back."""

    def __init__(self, parts: Parts, rasa: Rasa) -> None:
        self._parts, self._rasa = parts, rasa
        self._running: set[asyncio.Task[None]] = set()

    def start(self, question: Question) -> None:
        """Run a turn that is claimed, and then whatever waits behind it."""
        task = asyncio.create_task(self._run_chain(question))
        self._running.add(task)
        task.add_done_callback(self._ended)

    async def sweep(self) -> None:
        """Take up turns that were left behind; the clock calls this every second."""
        while (question := await to_thread.run_sync(self._claim)) is not None:
            self.start(question)

    async def drain(self) -> None:
        """Let running turns finish before the process ends."""
        if self._running:
            await asyncio.wait(self._running, timeout=10)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A turn that could not be written down: its lease runs out, and the sweep takes it up."""
        self._running.discard(task)
        if not task.cancelled() and (broken := task.exception()):
            log.error("a turn could not be written down: %s", type(broken).__name__)

    async def _run_chain(self, question: Question | None) -> None:
        while question is not None:
            question = await self._run(question)

    async def _run(self, question: Question) -> Question | None:
        """Answers with what waits behind it in the same conversation. Only a record that is away leaves the turn to its lease."""
        try:
            return await to_thread.run_sync(self._write_answer, question, await self._ask(question))
        except SQLAlchemyError:
            raise
        except BotFailure as failure:
            broken = failure
        except Exception as fault:  # noqa: BLE001 - whatever breaks here would break again: a person is told
            log.error("message %s: its turn broke (%s)", question.message_id, type(fault).__name__)
            broken = BotFailure("broken")
        return await to_thread.run_sync(self._write_failure, question.message_id, question.conversation_id, broken)

    async def _ask(self, question: Question) -> BotAnswer:
        """A Rasa that is just restarting gets a second chance, on a tracker of its own."""
        try:
            return await self._rasa.ask(question)
        except BotFailure as failure:
            if not failure.retryable:
                raise
        await asyncio.sleep(RETRY_AFTER_SECONDS)
        return await self._rasa.ask(question)

    def _claim(self) -> Question | None:
        """The next message left behind; one about which nothing can be asked gets the fallback line here."""
        with self._parts.store.read() as session:
            if not turn_waits(session, self._parts.now()):
                return None
        with self._parts.store.write() as session:
            message = claim_turn(session, self._parts.worker, LEASE, self._parts.now())
            if message is None:
                return None
            conversation = session.get_one(Conversation, message.conversation_id)
            try:
                if message.turn_attempts > MOST_ATTEMPTS:
                    raise BotFailure("given_up")
                return question_of(self._parts, session, conversation, message)
            except BotFailure as failure:
                broken = failure
        return self._write_failure(message.id, conversation.id, broken)

    def _next(self, session: Session, conversation: Conversation) -> Question | None:
        """What waits behind the turn that ends in this transaction. One that cannot be asked about waits for the sweep."""
        message = claim_turn(session, self._parts.worker, LEASE, self._parts.now(), conversation.id)
        if message is None:
            return None
        try:
            return question_of(self._parts, session, conversation, message)
        except BotFailure:
            message.turn_status = TurnStatus.DUE
            return None

    def _write(self, message_id: str, conversation_id: str, write: Write) -> Question | None:
        """One transaction, if this gateway still holds the turn: a lease that ran out belongs to somebody else."""
        with self._parts.store.write() as session:
            conversation = lock_conversation(session, conversation_id)
            message = session.get_one(Message, message_id, populate_existing=True)
            if message.turn_status != TurnStatus.ASKING or message.claimed_by != self._parts.worker:
                return None
            if may_speak(conversation):
                write(session, conversation, message)
            else:
                _supersede(message, conversation)
            following, wakes = self._next(session, conversation), to_wake(session)
        self._parts.signals.announce(conversation_topic(conversation_id), *wakes)
        return following

    def _write_answer(self, question: Question, answer: BotAnswer) -> Question | None:
        def write(session: Session, conversation: Conversation, message: Message) -> None:
            work = apply_effects(self._parts, session, conversation, message, answer.effects)
            self._say(session, conversation, message, answer)
            self._count_misunderstanding(session, conversation, message, answer)
            message.turn_status = TurnStatus.DONE
            conversation.bot_turns += 1
            if work.module_ended or message.turn_attempts > 1 or conversation.bot_turns >= TURNS_PER_TRACKER:
                fresh_tracker(conversation)

        return self._write(question.message_id, question.conversation_id, write)

    def _write_failure(self, message_id: str, conversation_id: str, failure: BotFailure) -> Question | None:
        """Never silence: a reviewed line for the patient, a flag for the team."""
        log.warning("message %s: the bot failed (%s)", message_id, failure.reason)

        def write(session: Session, conversation: Conversation, message: Message) -> None:
            fresh_tracker(conversation)
            message.turn_status = TurnStatus.FAILED
            reason = f"Afterglow could not answer this message ({failure.reason}). The patient got the fallback line."
            self._flag(session, conversation, message, FlagKind.BOT_FAILED, reason)
            self._say_lines(session, conversation, message, "fallback", "fallback_urgent")

        return self._write(message_id, conversation_id, write)

    def _say(self, session: Session, conversation: Conversation, message: Message, answer: BotAnswer) -> None:
        for line in answer.lines:
            text = line.text if "{" not in line.text else self._filled(session, conversation, line.text)
            saying = Saying(text, Author.BOT, line.choices, line.key or None)
            add_outbound(session, conversation, saying, in_reply_to=message.id, channel=message.channel)

    def _filled(self, session: Session, conversation: Conversation, text: str) -> str:
        patient = session.get_one(Patient, conversation.patient_id)
        return filled(self._parts.wording, text, session, patient, self._parts.now())

    def _say_lines(self, session: Session, conversation: Conversation, message: Message, *keys: str) -> None:
        patient = session.get_one(Patient, conversation.patient_id)
        for key in keys:
            saying = Saying(self._parts.wording.line(key, patient), Author.SYSTEM, script=key)
            add_outbound(session, conversation, saying, in_reply_to=message.id, channel=message.channel)

    def _count_misunderstanding(self, session: Session, conversation: Conversation, message: Message, answer: BotAnswer) -> None:
        conversation.misunderstood = 0 if answer.understood else conversation.misunderstood + 1
        if conversation.misunderstood >= 2:
            conversation.misunderstood = 0
            reason = "Afterglow did not understand two messages in a row."
            self._flag(session, conversation, message, FlagKind.NOT_UNDERSTOOD, reason)
            self._say_lines(session, conversation, message, "not_understood")

    def _flag(self, session: Session, conversation: Conversation, message: Message, kind: FlagKind, reason: str) -> None:
        ask = Ask(kind, 1, "none", reason, message.id, respond_within=timedelta(hours=4))
        raise_flag(session, conversation, ask, self._parts.now())


def _supersede(message: Message, conversation: Conversation) -> None:
    """A person or the protocol took the floor while Rasa was thinking: its answer is not said."""
    message.turn_status = TurnStatus.SUPERSEDED
    fresh_tracker(conversation)
