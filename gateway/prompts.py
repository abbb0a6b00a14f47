"""The programme by the clock: one look at one patient is one transaction, and ends with when to look again.

    let go what stays silent  →  tell a person what was missed  →  nudge, offer, remind or ask how it went  →  look_at

Everything is read from rows each time. A gateway that dies in the middle leaves no trace, so the next one looks again.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from anyio import to_thread
from sqlalchemy.orm import Session

from gateway.contacts import Look, ask_before_visit, ask_how_it_went, nudge, offer, remind
from gateway.effects import SAME_DAY
from gateway.parts import Parts
from gateway.silence import close_old_cycle, let_go, take_back, tell_missed
from programme import plan_for
from programme.offers import FIRST_OF_ALL
from store.care import FlagKind
from store.circumstances import circumstances
from store.course import Enrolment
from store.course_queries import read_standing
from store.flags import Ask, raise_flag
from store.looks import due_enrolment, look_again, next_look
from store.messages import lock_conversation
from store.patient_day import day_of
from store.patients import conversation_of
from store.people import Patient
from store.prompted import prompts_of
from store.signals import QUEUE, conversation_topic
from store.talk import Conversation

log = logging.getLogger("afterglow.prompts")

COMES_BACK_AFTER = timedelta(minutes=15)


class Prompter:
    """Looks at every enrolled patient whose time has come."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def sweep(self) -> None:
        while (patient_id := await to_thread.run_sync(self._next)) is not None:
            try:
                looked = await to_thread.run_sync(self._look_at, patient_id)
            except Exception as broken:  # noqa: BLE001 - one patient's broken record must not keep the clock from all others
                log.error("patient %s: the look failed (%s)", patient_id, type(broken).__name__)
                looked = await to_thread.run_sync(self._put_off, patient_id, type(broken).__name__)
            if looked:
                self._parts.signals.announce(conversation_topic(looked), QUEUE)

    def look_at_next(self) -> str | None:
        """The conversation that changed, "" when nothing did, None when nobody was due."""
        patient_id = self._next()
        return None if patient_id is None else self._look_at(patient_id)

    def _next(self) -> str | None:
        with self._parts.store.read() as session:
            return next_look(session, self._parts.now())

    def _look_at(self, patient_id: str) -> str:
        now = self._parts.now()
        with self._parts.store.write() as session:
            conversation = lock_conversation(session, conversation_of(session, patient_id).id)
            enrolment = due_enrolment(session, patient_id, now)
            changed = enrolment is not None and look(self._parts, session, conversation, enrolment, now)
            return conversation.id if changed else ""

    def _put_off(self, patient_id: str, why: str) -> str:
        """A person must know that nothing will be offered; meanwhile the clock goes on to the others and comes back."""
        now = self._parts.now()
        reason = f"The programme's clock cannot look at this patient ({why}): nothing is offered until that is mended."
        with self._parts.store.write() as session:
            conversation = lock_conversation(session, conversation_of(session, patient_id).id)
            raise_flag(session, conversation, Ask(FlagKind.BOT_FAILED, 1, "none", reason, respond_within=SAME_DAY), now)
            look_again(session, patient_id, now + COMES_BACK_AFTER)
            return conversation.id


def look(parts: Parts, session: Session, conversation: Conversation, enrolment: Enrolment, now: datetime) -> bool:
    """Do what is due for one patient; True when there is something new to see. Conversation and enrolment are locked."""
    patient = session.get_one(Patient, conversation.patient_id)
    day = day_of(session, patient, enrolment, parts.programme)
    prompts = prompts_of(session, patient.id)
    taken_back = take_back(session, conversation, prompts, now)
    silent = let_go(parts, session, conversation, prompts, now)
    changed = taken_back | close_old_cycle(session, conversation, now) | bool(silent)
    prompts = prompts_of(session, patient.id) if changed else prompts
    standing = read_standing(session, patient.id, now)
    here = circumstances(session, conversation, standing, now, parts.programme, prompts=prompts)
    plan = plan_for(parts.programme, standing.hours_since_dose, standing.done, here, day, now)
    seen = Look(parts, session, conversation, enrolment, patient, day, standing, here, plan, prompts, now)
    changed |= tell_missed(seen, silent)
    changed |= _write_first(seen)
    enrolment.look_at = now + plan.look_again
    return changed


def _write_first(seen: Look) -> bool:
    """At most one contact: a nudge that was asked for, else what cannot wait, a reminder, the module that is due, how one went."""
    if nudge(seen):
        return True
    module = seen.plan.module
    if module is not None and seen.parts.programme.module(module).offer.priority <= FIRST_OF_ALL:
        return offer(seen, module)
    if ask_before_visit(seen) or remind(seen):
        return True
    return offer(seen, module) if module is not None else ask_how_it_went(seen)
