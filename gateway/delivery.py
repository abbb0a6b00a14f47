"""The outbox: texts that are due are claimed, sent, marked; strictly in order within a conversation.

    claim (one write)  →  send  →  mark (one write)

A gateway that dies between send and mark leaves a claim behind. Whoever finds it asks the provider first whether
that text went out, and only sends it if it did not.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta

from anyio import to_thread
from sqlalchemy.exc import SQLAlchemyError

from gateway.errors import SendFailed, Withdrawn
from gateway.keyword_replies import OPT_OUT_CONFIRMATION
from gateway.outgoing import Outgoing, Sender, phone_text
from gateway.parts import Parts
from gateway.speaking import may_speak
from gateway.undelivered import flag_undelivered
from store.messages import lock_conversation
from store.outbox import INTERRUPTED, by_provider_id, claim_due, is_claimed, mark_failed, mark_later, mark_sent, text_waits
from store.people import Patient
from store.signals import QUEUE, TEXTS, conversation_topic
from store.talk import Author, Conversation, DeliveryStatus, Message

log = logging.getLogger("afterglow.delivery")

AT_ONCE = 32
LEASE = timedelta(seconds=30)
BACK_OFF = tuple(timedelta(seconds=seconds) for seconds in (2, 8, 30, 120))
OPTED_OUT = "21610"
NOBODY_KNOWS = (None, INTERRUPTED, "unreachable")  # the gateway died, or the line broke: the text may have gone out


class Delivery:
    """Carries due texts to the provider."""

    def __init__(self, parts: Parts, sender: Sender) -> None:
        self._parts, self._sender = parts, sender
        self._running: set[asyncio.Task[None]] = set()

    async def sweep(self) -> None:
        """Start what is due. It waits for no provider: a text that hangs delays nobody else's."""
        while len(self._running) < AT_ONCE and (claimed := await to_thread.run_sync(self._claim)):
            for outgoing in claimed:
                task = asyncio.create_task(self._carry(outgoing))
                self._running.add(task)
                task.add_done_callback(self._ended)

    async def beat(self) -> None:
        """Everything that is due now, to its end."""
        await self.sweep()
        while self._running:
            await asyncio.gather(*self._running)
            await self.sweep()

    async def drain(self) -> None:
        """Let texts that are under way be marked before the process ends."""
        if self._running:
            await asyncio.wait(self._running, timeout=10)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A mark that could not be written: the claim's lease runs out, and whoever finds it asks the provider."""
        self._running.discard(task)
        if not task.cancelled() and (broken := task.exception()):
            log.error("a text could not be marked: %s", type(broken).__name__)

    def _claim(self) -> Sequence[Outgoing]:
        now = self._parts.now()
        with self._parts.store.read() as session:
            if not text_waits(session, now):
                return ()
        with self._parts.store.write() as session:
            claimed = claim_due(session, self._parts.worker, LEASE, now)
            return [self._outgoing(session.get_one(Conversation, row.conversation_id), row) for row in claimed]

    def _outgoing(self, conversation: Conversation, row: Message) -> Outgoing:
        with self._parts.store.read() as session:
            patient = session.get_one(Patient, conversation.patient_id)
            blocked = patient.sms_opted_out_at is not None and row.script != OPT_OUT_CONFIRMATION
            return Outgoing(
                row.id, conversation.id, None if blocked else patient.phone, phone_text(row), row.created_at,
                interrupted=row.attempts > 1 and row.error_code in NOBODY_KNOWS,
            )  # fmt: skip

    async def _carry(self, outgoing: Outgoing) -> None:
        try:
            provider_id = await self._send(outgoing)
        except Withdrawn:
            log.info("message %s: not sent again", outgoing.message_id)
        except SendFailed as failed:
            await to_thread.run_sync(self._mark_failed, outgoing, failed)
        else:
            await to_thread.run_sync(self._mark_sent, outgoing, provider_id)
        self._parts.signals.announce(conversation_topic(outgoing.conversation_id))
        self._parts.signals.wake(TEXTS)  # the next line of the same conversation

    async def _send(self, outgoing: Outgoing) -> str:
        """Whatever breaks on the way out is an answer: a proxy's page in the provider's place is nobody's word that it went out."""
        try:
            return await self._sent(outgoing)
        except (SendFailed, Withdrawn, SQLAlchemyError):
            raise
        except Exception as broken:
            log.error("message %s: sending broke (%s)", outgoing.message_id, type(broken).__name__)
            raise SendFailed(INTERRUPTED, retryable=True) from broken

    async def _sent(self, outgoing: Outgoing) -> str:
        if outgoing.phone is None:
            raise SendFailed(OPTED_OUT, retryable=False)
        if outgoing.interrupted:
            candidates = await self._sender.find_sent(outgoing)
            if sent := await to_thread.run_sync(self._not_yet_known, candidates):
                return sent
            if not await to_thread.run_sync(self._may_try_again, outgoing):
                raise Withdrawn
        return await self._sender.send(outgoing)

    def _may_try_again(self, outgoing: Outgoing) -> bool:
        """Asking the provider took its time: the lease begins anew, if it is still ours and the line still to be said."""
        now = self._parts.now()
        with self._parts.store.write() as session:
            conversation = lock_conversation(session, outgoing.conversation_id)
            message = session.get_one(Message, outgoing.message_id, with_for_update=True)
            if not is_claimed(message, self._parts.worker) or _silenced(conversation, message):
                return False
            message.claimed_until = now + LEASE
            return True

    def _not_yet_known(self, provider_ids: Sequence[str]) -> str | None:
        """The same words may have been sent before on purpose: an id that another row holds is that row's."""
        with self._parts.store.read() as session:
            return next((sid for sid in provider_ids if by_provider_id(session, sid) is None), None)

    def _mark_sent(self, outgoing: Outgoing, provider_id: str) -> None:
        with self._parts.store.write() as session:
            mark_sent(session, outgoing.message_id, self._parts.worker, provider_id)

    def _mark_failed(self, outgoing: Outgoing, failed: SendFailed) -> None:
        log.warning("message %s: not sent (%s)", outgoing.message_id, failed.code)
        now = self._parts.now()
        with self._parts.store.write() as session:
            conversation = lock_conversation(session, outgoing.conversation_id)
            message = session.get_one(Message, outgoing.message_id, with_for_update=True)
            if not is_claimed(message, self._parts.worker) or _silenced(conversation, message):
                return
            if failed.retryable and message.attempts <= len(BACK_OFF):
                mark_later(session, message, now + BACK_OFF[message.attempts - 1], failed.code)
                return
            mark_failed(message, failed.code)
            if message.script == OPT_OUT_CONFIRMATION and failed.code == OPTED_OUT:
                return  # the carrier has confirmed the STOP itself and lets nothing of ours through any more
            flag_undelivered(self._parts, session, conversation, message, now)
        self._parts.signals.announce(QUEUE)


def _silenced(conversation: Conversation, message: Message) -> bool:
    """What the bot was about to say when a person or the protocol took the floor is not tried a second time."""
    silenced = message.author == Author.BOT and message.delivery_status == DeliveryStatus.SENDING and not may_speak(conversation)
    if silenced:
        message.delivery_status = DeliveryStatus.CANCELLED
    return silenced
