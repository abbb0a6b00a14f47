"""One act of a clinician on one conversation: who, when, and from what view of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from safety.content import Clinical
from safety.protocol import Outcome
from store.audit import record_act
from store.care import Flag, FlagKind, FlagStatus
from store.course_queries import read_standing
from store.errors import Conflict
from store.outcomes import protocol_state, record_outcome
from store.people import Patient
from store.protocol_facts import facts_for_protocol
from store.talk import Conversation
from store.wording import Wording

log = logging.getLogger("afterglow.acts")

EVENT_KINDS = (FlagKind.RISK, FlagKind.UNDELIVERED, FlagKind.UNSCREENED)
Transition = Callable[..., Outcome]


class Stale(Conflict):
    """The clinician decided on a view that is no longer true. `what` names it: owner, messages or taken."""

    def __init__(self, what: str, message: str) -> None:
        super().__init__(message)
        self.what = what


class NeedsReason(Conflict):
    """A colleague has it: taking it over asks for a reason."""


class Unsafe(Conflict):
    """Somebody else may read what is written to this patient: warned first."""


@dataclass(frozen=True, slots=True)
class Content:
    """What clinicians signed, and how its placeholders are filled."""

    clinical: Clinical
    wording: Wording


@dataclass(frozen=True, slots=True)
class Act:
    """`owner_version` and `last_seq` are what the clinician's page showed; None means it does not matter."""

    clinician_id: str
    conversation_id: str
    now: datetime
    content: Content
    owner_version: int | None = None
    last_seq: int | None = None

    def on_record(self, session: Session, conversation: Conversation, action: str, detail: str = "") -> None:
        record_act(session, self.clinician_id, conversation.patient_id, action, self.now, detail)


def tell_protocol(session: Session, conversation: Conversation, transition: Transition, content: Content, now: datetime) -> None:
    """Let the crisis protocol answer to what a person did. The conversation must be locked.

    A protocol that breaks says nothing and keeps its state; it never keeps a person from a patient.
    """
    standing = read_standing(session, conversation.patient_id, now)
    patient = session.get_one(Patient, conversation.patient_id)
    facts = facts_for_protocol(session, conversation, patient, standing, conversation.last_channel)
    try:
        outcome = transition(protocol_state(conversation), facts=facts, clinical=content.clinical, now=now)
    except Exception as broken:  # noqa: BLE001 - whatever breaks there, the clinician's act must hold
        log.error("conversation %s: the protocol failed (%s)", conversation.id, type(broken).__name__)
        return
    dose_at = standing.dose.ended_at if standing.dose else None
    record_outcome(session, conversation, outcome, content.wording, content.clinical, now=now, dose_at=dose_at)


def open_flags(session: Session, conversation_id: str) -> list[Flag]:
    """Flags of this conversation that nobody has closed yet, gravest first."""
    statement = select(Flag).where(Flag.conversation_id == conversation_id, Flag.status != FlagStatus.CLOSED)
    return list(session.scalars(statement.order_by(Flag.level.desc(), Flag.opened_at)))


def event_open(flags: Sequence[Flag]) -> bool:
    """Whether a safety event is among them: it ends only with a disposition."""
    return any(flag.kind in EVENT_KINDS for flag in flags)
