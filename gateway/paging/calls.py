"""The calls as rows: claimed, marked, given up. Whoever marks locks the conversation first, as every writer does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from gateway.errors import SendFailed
from gateway.paging.alert import INTERRUPTED, Alert, WaysOut, alert_of
from gateway.paging.ladder import rung_failed
from gateway.paging.late import take_back
from gateway.parts import Parts
from store.acts import Content
from store.attempts import AttemptStatus, PageAttempt
from store.care import Page, PageStatus
from store.contacts import address_of
from store.drills import is_test
from store.ladder import ACKNOWLEDGE, ACTIVE
from store.messages import lock_conversation
from store.paging import accept_sent
from store.talk import Conversation

BATCH = 16
BACK_OFF = (timedelta(seconds=2), timedelta(seconds=8))
"""Three tries are over before the patient is told that nobody was reached (page_accept_seconds)."""
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

Claimed = tuple[str, Alert]


def claim_calls(parts: Parts, ways: WaysOut, lease: timedelta) -> Sequence[Claimed]:
    """Take the calls that are due, and those left behind that may be handed over again: (channel, alert) pairs."""
    now = parts.now()
    due = and_(_claimable(ways, now), PageAttempt.channel.in_(list(ways)))
    with parts.store.read() as session:
        if session.scalar(select(PageAttempt.id).where(due).limit(1)) is None:
            return ()
    with parts.store.write() as session:
        statement = select(PageAttempt).where(due).order_by(PageAttempt.due_at).limit(BATCH)
        rows = session.scalars(statement.with_for_update(skip_locked=True)).all()
        claimed = [row for row in rows if _still_wanted(session, row)]
        for row in claimed:
            row.error_code = INTERRUPTED if row.status == AttemptStatus.SENDING else row.error_code
            row.status, row.tries, row.claimed_by, row.claimed_until = AttemptStatus.SENDING, row.tries + 1, parts.worker, now + lease
        session.flush()
        return [(row.channel, _alert(parts, session, row)) for row in claimed]


def _still_wanted(session: Session, attempt: PageAttempt) -> bool:
    """Left behind, and meanwhile somebody has it: then nobody is woken any more."""
    page = session.get(Page, attempt.page_id) if attempt.page_id else None
    if page is None or page.status in ACTIVE or attempt.role == ACKNOWLEDGE:
        return True
    attempt.status = AttemptStatus.CANCELLED
    return False


def lost_calls(parts: Parts, ways: WaysOut) -> Sequence[str]:
    """Calls that nobody can carry any more: left behind where a second try could wake twice, or on a way that is gone."""
    now = parts.now()
    left = and_(PageAttempt.status == AttemptStatus.SENDING, PageAttempt.claimed_until < now)
    gone = and_(PageAttempt.status == AttemptStatus.DUE, PageAttempt.due_at <= now, PageAttempt.channel.not_in(list(ways)))
    with parts.store.read() as session:
        return session.scalars(select(PageAttempt.id).where(or_(gone, and_(left, ~_may_repeat(ways)))).limit(BATCH)).all()


def forget_call(parts: Parts, attempt_id: str) -> None:
    """Given up, once: nobody will know whether it went out."""
    with parts.store.write() as session:
        attempt, page, conversation = _locked(session, attempt_id)
        now = parts.now()
        left = attempt.status == AttemptStatus.SENDING and attempt.claimed_until is not None and attempt.claimed_until < now
        if left or attempt.status == AttemptStatus.DUE:
            attempt.error_code = INTERRUPTED if left else "not set up"
            _end(parts, session, attempt, page, conversation, AttemptStatus.UNSURE if left else AttemptStatus.FAILED, now)


def mark_accepted(parts: Parts, alert: Alert, provider_id: str) -> None:
    """The provider has it: a fact, whoever holds the claim by now. Unless its report came first, that it could not deliver it."""
    with parts.store.write() as session:
        attempt, page, conversation = _locked(session, alert.attempt_id)
        if attempt.status == AttemptStatus.FAILED and attempt.provider_id == provider_id[:120]:
            return
        now = parts.now()
        attempt.status, attempt.accepted_at, attempt.failed_at = AttemptStatus.ACCEPTED, attempt.accepted_at or now, None
        attempt.provider_id, attempt.error_code = provider_id[:120], None
        if page is not None and conversation is not None and attempt.role != ACKNOWLEDGE:
            accept_sent(session, conversation, page, attempt.clinician_id, Content(parts.clinical, parts.wording), now)


def mark_failed(parts: Parts, alert: Alert, failed: SendFailed) -> None:
    """Refused for certain: tried again a little later, or given up."""
    with parts.store.write() as session:
        attempt, page, conversation = _locked(session, alert.attempt_id)
        if not _mine(parts, attempt):
            return
        now, attempt.error_code = parts.now(), failed.code[:40]
        if page is not None and page.next_at is None and attempt.role != ACKNOWLEDGE:
            attempt.status, attempt.failed_at = AttemptStatus.FAILED, now  # somebody has it: no reason to go on
        elif failed.retryable and attempt.tries <= len(BACK_OFF):
            attempt.status, attempt.due_at = AttemptStatus.DUE, now + BACK_OFF[attempt.tries - 1]
        else:
            _end(parts, session, attempt, page, conversation, AttemptStatus.FAILED, now)


def mark_unsure(parts: Parts, alert: Alert) -> None:
    with parts.store.write() as session:
        attempt, page, conversation = _locked(session, alert.attempt_id)
        if _mine(parts, attempt):
            attempt.error_code = INTERRUPTED
            _end(parts, session, attempt, page, conversation, AttemptStatus.UNSURE, parts.now())


def is_call(session: Session, attempt_id: str) -> bool:
    """Whether a provider's report is about a call to a clinician."""
    return session.get(PageAttempt, attempt_id) is not None


def mark_undelivered(parts: Parts, session: Session, attempt_id: str, provider_id: str, code: str) -> None:
    """The provider took it and then could not deliver it."""
    attempt, page, conversation = _locked(session, attempt_id)
    if attempt.failed_at is None:
        attempt.error_code, attempt.provider_id = code[:40], attempt.provider_id or provider_id[:120]
        _end(parts, session, attempt, page, conversation, AttemptStatus.FAILED, parts.now())


def release_calls(session: Session) -> None:
    """For a gateway that is alone with its record (SQLite): whatever is claimed was left behind by a dead one."""
    held = PageAttempt.status == AttemptStatus.SENDING
    session.execute(update(PageAttempt).where(held).values(claimed_until=LONG_AGO))


def _claimable(ways: WaysOut, now: datetime) -> ColumnElement[bool]:
    due = and_(PageAttempt.status == AttemptStatus.DUE, PageAttempt.due_at <= now)
    left = and_(PageAttempt.status == AttemptStatus.SENDING, PageAttempt.claimed_until < now, _may_repeat(ways))
    return or_(due, left)


def _may_repeat(ways: WaysOut) -> ColumnElement[bool]:
    return PageAttempt.channel.in_([channel for channel, way in ways.items() if way.repeatable])


def _alert(parts: Parts, session: Session, attempt: PageAttempt) -> Alert:
    page = session.get(Page, attempt.page_id) if attempt.page_id else None
    address = address_of(session, attempt.clinician_id, attempt.channel) if attempt.clinician_id else None
    link = f"{parts.settings.public_url}/console"
    quiet, drill = page is not None and page.status == PageStatus.QUIET, page is not None and is_test(session, page.conversation_id)
    return alert_of(attempt, address or "", link, quiet=quiet, drill=drill)


def _locked(session: Session, attempt_id: str) -> tuple[PageAttempt, Page | None, Conversation | None]:
    attempt = session.get_one(PageAttempt, attempt_id)
    if attempt.page_id is None:
        return session.get_one(PageAttempt, attempt_id, populate_existing=True, with_for_update=True), None, None
    conversation = lock_conversation(session, session.get_one(Page, attempt.page_id).conversation_id)
    page = session.get_one(Page, attempt.page_id, populate_existing=True)
    return session.get_one(PageAttempt, attempt_id, populate_existing=True, with_for_update=True), page, conversation


def _mine(parts: Parts, attempt: PageAttempt) -> bool:
    """A claim that has passed to another gateway is left alone."""
    return attempt.status == AttemptStatus.SENDING and attempt.claimed_by == parts.worker


def _end(
    parts: Parts, session: Session, attempt: PageAttempt, page: Page | None, conversation: Conversation | None, status: AttemptStatus,
    now: datetime,
) -> None:  # fmt: skip
    attempt.status, attempt.failed_at = status, now
    session.flush()
    if page is not None and conversation is not None and page.status in ACTIVE and attempt.role != ACKNOWLEDGE:
        take_back(parts, session, conversation, now)
        rung_failed(parts, session, conversation, page, now)
