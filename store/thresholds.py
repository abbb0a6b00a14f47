"""How sure the trained layer must be, changed by two clinicians. The last change that both signed is read when a gateway starts.

A change rests on the numbers in clinical/model.yml as they stood: whoever edits that file (or ships another network with other
numbers) puts every signed change out of force, and it has to be proposed and measured anew.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from safety.content import Clinical
from safety.errors import ContentError
from safety.model.limits import thresholds
from store.audit import record_act
from store.base import Base, EncryptedJson, EncryptedText, Id, UtcDateTime, new_id, utc_now
from store.database import Store
from store.errors import Conflict, StoreError, UnknownRecord

log = logging.getLogger("afterglow.thresholds")

SECTIONS, LEVELS = ("alone", "agreeing"), (2, 3, 4, 5)
Numbers = Mapping[str, Mapping[str, float]]


class ChangeStatus(StrEnum):
    MEASURING = "measuring"
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


class ThresholdChange(Base):
    """Proposed by one, measured by the machine, signed by two."""

    __tablename__ = "threshold_change"
    __table_args__ = (CheckConstraint("second_by IS NULL OR second_by <> first_by", name="two_people"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    status: Mapped[str] = mapped_column(String(10), default=ChangeStatus.MEASURING)
    file: Mapped[Any] = mapped_column(EncryptedJson, comment="clinical/model.yml as it stood")
    was: Mapped[Any] = mapped_column(EncryptedJson, comment="the numbers in force")
    proposed: Mapped[Any] = mapped_column(EncryptedJson)
    reason: Mapped[str] = mapped_column(EncryptedText)
    effect: Mapped[Any] = mapped_column(EncryptedJson, nullable=True, comment="what the replay over the stored messages found")
    proposed_by: Mapped[str] = mapped_column(ForeignKey("clinician.id"))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    first_by: Mapped[str | None] = mapped_column(ForeignKey("clinician.id"))
    first_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    second_by: Mapped[str | None] = mapped_column(ForeignKey("clinician.id"))
    second_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_by: Mapped[str | None] = mapped_column(ForeignKey("clinician.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True)
class Proposal:
    file: Numbers
    was: Numbers
    proposed: Numbers
    reason: str


def numbers_of(model: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """The numbers of clinical/model.yml, keyed as JSON keys them. A level without a number is never given."""
    found = {section: model.get(section) or {} for section in SECTIONS}
    return {section: {str(level): float(given[level]) for level in LEVELS if level in given} for section, given in found.items()}


def with_numbers(clinical: Clinical, numbers: Numbers) -> Clinical:
    """The same content with other numbers, under a version of its own. Raises ContentError when they cannot be used."""
    given = {section: {int(level): value for level, value in numbers[section].items()} for section in SECTIONS}
    model = {**clinical.model, **given}
    thresholds(model)
    mark = hashlib.sha256(json.dumps(numbers, sort_keys=True).encode()).hexdigest()
    return replace(clinical, model=model, version=f"{clinical.version[:9]}+{mark[:6]}")


def in_force(store: Store, clinical: Clinical) -> Clinical:
    """The content of the files, with the last change that two clinicians signed for exactly these files."""
    if not clinical.model:
        return clinical
    with store.read() as session:
        change = last_accepted(session, numbers_of(clinical.model))
    if change is None:
        return clinical
    try:
        signed = with_numbers(clinical, change.proposed)
    except ContentError as broken:  # signed numbers were checked when they were proposed
        log.error("signed thresholds %s cannot be used: %s", change.id, broken)
        return clinical
    log.info("signed thresholds %s are in force", change.id)
    return signed


def last_accepted(session: Session, file: Numbers) -> ThresholdChange | None:
    statement = select(ThresholdChange).where(ThresholdChange.status == ChangeStatus.ACCEPTED)
    changes = session.scalars(statement.order_by(ThresholdChange.second_at.desc()))
    return next((one for one in changes if one.file == file), None)


def list_changes(session: Session) -> Sequence[ThresholdChange]:
    """Newest first."""
    return session.scalars(select(ThresholdChange).order_by(ThresholdChange.proposed_at.desc()).limit(50)).all()


def propose(session: Session, clinician_id: str, proposal: Proposal, now: datetime) -> ThresholdChange:
    """Raises StoreError when nothing changes or a reason is missing, Conflict while another change is under way."""
    if proposal.proposed == proposal.was:
        raise StoreError("These are the numbers in force already.")
    if not proposal.reason.strip():
        raise StoreError("Say why: those who sign have to weigh it.")
    if session.scalar(select(ThresholdChange.id).where(ThresholdChange.status.in_(_UNDER_WAY)).limit(1)):
        raise Conflict("Another change is under way. Sign or withdraw it first.")
    change = ThresholdChange(
        id=new_id(), file=proposal.file, was=proposal.was, proposed=proposal.proposed, reason=proposal.reason.strip(),
        proposed_by=clinician_id, proposed_at=now,
    )  # fmt: skip
    session.add(change)
    session.flush()
    record_act(session, clinician_id, None, "threshold_propose", now, change.id)
    return change


_UNDER_WAY = (ChangeStatus.MEASURING, ChangeStatus.PROPOSED)


def measured(session: Session, change_id: str, effect: Any) -> None:
    """The replay is done: the effect stands on record, and people may sign."""
    change = _locked(session, change_id)
    if change.status in _UNDER_WAY and change.first_by is None:
        change.effect, change.status = effect, ChangeStatus.PROPOSED


def sign(session: Session, clinician_id: str, change_id: str, running: Numbers, now: datetime) -> None:
    """One of two signatures; with the second the change is accepted. `running` are the numbers this process hears with.

    Raises Conflict when it is not open for signing, was measured against other numbers, or the same person signs twice.
    """
    change = _locked(session, change_id)
    if change.status != ChangeStatus.PROPOSED:
        raise Conflict("This change cannot be signed now.")
    if change.was != running:
        raise Conflict("The numbers in force have changed since this was measured. Withdraw it and propose it anew.")
    if change.first_by is None:
        change.first_by, change.first_at = clinician_id, now
    elif change.first_by == clinician_id:
        raise Conflict("You have signed. The second signature must be another clinician's.")
    else:
        change.second_by, change.second_at, change.status = clinician_id, now, ChangeStatus.ACCEPTED
    record_act(session, clinician_id, None, "threshold_sign", now, change.id)


def withdraw(session: Session, clinician_id: str, change_id: str, now: datetime) -> None:
    """Any clinician may, until both have signed."""
    change = _locked(session, change_id)
    if change.status not in _UNDER_WAY:
        raise Conflict("This change is no longer under way.")
    change.status, change.withdrawn_by, change.withdrawn_at = ChangeStatus.WITHDRAWN, clinician_id, now
    record_act(session, clinician_id, None, "threshold_withdraw", now, change.id)


def _locked(session: Session, change_id: str) -> ThresholdChange:
    change = session.get(ThresholdChange, change_id, with_for_update=True, populate_existing=True)
    if change is None:
        raise UnknownRecord("There is no such change.")
    return change
