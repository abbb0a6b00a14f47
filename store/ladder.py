"""One page's way up the on-call ladder, as far as rows can tell it. The conversation must be locked by every caller.

A page climbs while `next_at` is set. It ends with an acknowledgement, with its flag, or when a graver page takes its place.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from store.attempts import UNFINISHED, AttemptStatus, CallChannel, PageAttempt
from store.audit import record_act
from store.base import new_id
from store.care import Flag, FlagStatus, Page, PageStatus
from store.contacts import reach_of
from store.errors import StoreError
from store.timers import TimerKind, set_timer

ACTIVE = (PageStatus.DUE, PageStatus.ACCEPTED, PageStatus.QUIET)
LOUD = (PageStatus.DUE, PageStatus.ACCEPTED)
ACKNOWLEDGE = "acknowledge"
TEST = "test"
TEST_PAUSE = timedelta(minutes=1)
CALLED_JUST_NOW = timedelta(seconds=30)
"""Reasons that come in a row are one reason: nobody else is called for the second one."""


def call_somebody(session: Session, flag: Flag, late_after: timedelta, now: datetime, respond_by: datetime | None = None) -> Page:
    """A new page, from the first rung on, in place of the flag's earlier ones."""
    replace_pages(session, flag)
    page = Page(
        id=new_id(), flag_id=flag.id, conversation_id=flag.conversation_id, status=PageStatus.DUE, due_at=now, level=flag.level,
        next_at=now, asked_at=now, respond_by=respond_by,
    )  # fmt: skip
    session.add(page)
    session.flush()
    set_timer(session, flag.conversation_id, TimerKind.PAGE_LATE, now + late_after, subject=page.id)
    return page


def go_on(session: Session, flag: Flag, page: Page, late_after: timedelta, now: datetime) -> None:
    """Whoever had it has not been with the patient: the flag is open again, and the next rung after this page's last is called."""
    quiet = page.accepted_at is None
    page.status, flag.status = PageStatus.UNREACHED, FlagStatus.OPEN
    after = Page(
        id=new_id(), flag_id=flag.id, conversation_id=flag.conversation_id, status=PageStatus.QUIET if quiet else PageStatus.DUE,
        due_at=now, level=page.level, step=page.step, next_at=now, asked_at=now,
        respond_by=now + (page.respond_by - page.asked_at) if page.respond_by and page.asked_at else None,
    )  # fmt: skip
    session.add(after)
    session.flush()
    if not quiet:
        set_timer(session, flag.conversation_id, TimerKind.PAGE_LATE, now + late_after, subject=after.id)


def tell_quietly(session: Session, flag: Flag, within: timedelta, now: datetime, respond_by: datetime | None = None) -> None:
    """Somebody is told, a little later: the safety questions may settle it meanwhile. The patient hears nothing of it."""
    if pages_of(session, flag, ACTIVE):
        return
    at = now + within / 3
    page = Page(
        id=new_id(), flag_id=flag.id, conversation_id=flag.conversation_id, status=PageStatus.QUIET, due_at=at,
        level=flag.level, next_at=at, asked_at=now, respond_by=respond_by,
    )  # fmt: skip
    session.add(page)
    session.flush()


def call_off_quietly(session: Session, flag: Flag) -> None:
    """The answer was reassuring: nobody has to be told by night. The flag stays in the queue."""
    for page in pages_of(session, flag, (PageStatus.QUIET,)):
        stop_climbing(session, page)
        page.status = PageStatus.CANCELLED


def call_next(session: Session, flag: Flag, late_after: timedelta, now: datetime, respond_by: datetime | None = None) -> None:
    """Somebody is asked for again, for a reason no graver: the next rung does not wait any longer."""
    if flag.status != FlagStatus.OPEN:
        return  # a person has it
    page = next(iter(pages_of(session, flag, LOUD)), None)
    if page is None:
        call_somebody(session, flag, late_after, now, respond_by)
    elif page.next_at and page.next_at > now and page.called_at and now - page.called_at >= CALLED_JUST_NOW:
        page.next_at = now


def pages_of(session: Session, flag: Flag, statuses: Sequence[str]) -> Sequence[Page]:
    """Newest first."""
    statement = select(Page).where(Page.flag_id == flag.id, Page.status.in_(statuses)).order_by(Page.due_at.desc())
    return session.scalars(statement).all()


def woke_somebody(session: Session, flag: Flag) -> bool:
    """Whether a page of this flag was received that the patient was promised."""
    received = select(Page.id).where(Page.flag_id == flag.id, Page.status != PageStatus.QUIET, Page.accepted_at.is_not(None))
    return session.scalar(received.limit(1)) is not None


def replace_pages(session: Session, flag: Flag) -> None:
    for page in pages_of(session, flag, ACTIVE):
        stop_climbing(session, page)
        if page.status == PageStatus.QUIET:
            page.status = PageStatus.CANCELLED


def stop_climbing(session: Session, page: Page) -> None:
    """What is being handed over at this moment goes out; what only waits does not any more."""
    page.next_at = None
    session.execute(
        update(PageAttempt)
        .where(PageAttempt.page_id == page.id, PageAttempt.status == AttemptStatus.DUE)
        .values(status=AttemptStatus.CANCELLED)
        .execution_options(synchronize_session=False)
    )


def end_page(session: Session, page: Page, now: datetime, clinician_id: str | None) -> None:
    """Somebody has it, or it is closed: nobody else is woken, and a pager service is told so."""
    stop_climbing(session, page)
    if page.status in (PageStatus.ACCEPTED, PageStatus.QUIET):
        page.status, page.acknowledged_at = PageStatus.ACKNOWLEDGED, now
    elif page.status == PageStatus.DUE:
        page.status = PageStatus.CANCELLED
    attempts = attempts_of(session, [page.id])
    for attempt in attempts:
        if attempt.acknowledged_at is None and attempt.clinician_id in (clinician_id, None) and attempt.role != ACKNOWLEDGE:
            attempt.acknowledged_at = now
    if any(one.channel == CallChannel.WEBHOOK and one.status != AttemptStatus.CANCELLED for one in attempts):
        _tell_service(session, page, now)


def attempts_of(session: Session, page_ids: Sequence[str]) -> Sequence[PageAttempt]:
    statement = select(PageAttempt).where(PageAttempt.page_id.in_(page_ids)).order_by(PageAttempt.created_at, PageAttempt.key)
    return session.scalars(statement.execution_options(populate_existing=True)).all()


def received_by(session: Session, page: Page, clinician_id: str, now: datetime) -> None:
    """This clinician's open console shows it. Once for each of them."""
    key = f"{page.id}.{CallChannel.CONSOLE}.{clinician_id}"
    if session.scalar(select(PageAttempt.id).where(PageAttempt.key == key)) is None:
        shown = PageAttempt(
            id=new_id(), key=key, page_id=page.id, clinician_id=clinician_id, channel=CallChannel.CONSOLE, role="console",
            step=page.step, status=AttemptStatus.ACCEPTED, created_at=now, due_at=now, accepted_at=now,
        )  # fmt: skip
        session.add(shown)
        session.flush()


def alarmed(session: Session) -> set[str]:
    """Conversations for which nobody was reached, or nobody answered."""
    return set(session.scalars(select(Page.conversation_id).where(Page.status.in_(LOUD), Page.alarm_at.is_not(None))))


def not_reached(session: Session) -> set[str]:
    """Conversations that somebody had, whose patient was not reached in time, and that nobody has taken since."""
    statement = select(Page.conversation_id).join(Flag, Flag.id == Page.flag_id)
    return set(session.scalars(statement.where(Page.status == PageStatus.UNREACHED, Flag.status == FlagStatus.OPEN)))


def rung_ended(attempts: Sequence[PageAttempt]) -> bool:
    """Whether a rung's calls have all come to nothing."""
    waiting = any(one.status in UNFINISHED for one in attempts)
    return bool(attempts) and not waiting and all(one.accepted_at is None or one.failed_at is not None for one in attempts)


def _tell_service(session: Session, page: Page, now: datetime) -> None:
    key = f"{page.id}.{ACKNOWLEDGE}"
    if session.scalar(select(PageAttempt.id).where(PageAttempt.key == key)) is None:
        told = PageAttempt(
            id=new_id(), key=key, page_id=page.id, channel=CallChannel.WEBHOOK, role=ACKNOWLEDGE, step=page.step,
            status=AttemptStatus.DUE, created_at=now, due_at=now,
        )  # fmt: skip
        session.add(told)


def ask_test(session: Session, clinician_id: str, available: Collection[str], now: datetime) -> None:
    """A test alert on every way this clinician chose. Raises StoreError when there is none, or one was asked for just now."""
    if any(one.created_at > now - TEST_PAUSE for one in tests_of(session, clinician_id, now - TEST_PAUSE)):
        raise StoreError("A test is on its way. Wait a minute for the next one.")
    reaches = reach_of(session, [clinician_id], available)
    if not reaches:
        raise StoreError("No way is chosen that this clinic has set up.")
    mark = new_id()
    for reach in reaches:
        test = PageAttempt(
            id=new_id(), key=f"{TEST}.{mark}.{reach.channel}", clinician_id=clinician_id, channel=reach.channel, role=TEST,
            status=AttemptStatus.DUE, created_at=now, due_at=now,
        )  # fmt: skip
        session.add(test)
    record_act(session, clinician_id, None, "alert_test", now)


def tests_of(session: Session, clinician_id: str, since: datetime) -> Sequence[PageAttempt]:
    """Newest first."""
    statement = select(PageAttempt).where(
        PageAttempt.clinician_id == clinician_id, PageAttempt.role == TEST, PageAttempt.created_at > since
    )
    return session.scalars(statement.order_by(PageAttempt.created_at.desc(), PageAttempt.key).limit(12)).all()
