"""A human is found, every time: rungs by the clock on the wall, over real mail, text and webhook servers."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, text

from gateway.paging.calls import claim_calls, mark_accepted, mark_undelivered
from gateway.paging.ladder import climb
from gateway.paging.pager import LEASE
from store.attempts import AttemptStatus
from store.care import FlagKind, PageStatus
from store.on_call import Shift
from store.outcomes import protocol_state
from store.paging import accept_pages
from tests.gateway.house import with_twilio
from tests.gateway.pager_house import (
    NAME,
    NIGHT,
    SECRET,
    WORDS,
    Mailbox,
    PagerHouse,
    Service,
    open_pager,
    pager_service,
    texts_to,
    ways,
)
from tests.gateway.twilio import Texts

ALWAYS = ["550 5.1.1 no such person, always"]


@pytest.fixture
def service() -> Iterator[Service]:
    with pager_service() as service:
        yield service


@pytest.fixture
def clinic(tmp_path: Path, mail: Mailbox) -> PagerHouse:
    """E-mail only."""
    return open_pager(tmp_path, **ways(mail, None))


@pytest.fixture
def full(tmp_path: Path, mail: Mailbox, service: Service, texts: Texts) -> PagerHouse:
    """Every way there is."""
    return open_pager(tmp_path, **ways(mail, service), **with_twilio(texts.url))


def test_at_level_5_primary_backup_director_and_then_everybody_are_called_at_their_minutes(clinic: PagerHouse, mail: Mailbox) -> None:
    clinic.crisis(5)
    clinic.beat()
    assert clinic.called() == ["ana by email"]
    clinic.beat(minutes=2, seconds=59)
    assert len(mail.mails) == 1, "nobody is called before the time"
    clinic.beat(seconds=1)
    assert clinic.called()[1:] == ["ben by email"]
    clinic.beat(minutes=3)
    assert clinic.called()[2:] == ["cleo by email"]
    [page] = clinic.pages()
    assert page.alarm_at is None
    clinic.beat(minutes=3)
    assert clinic.called()[3:] == ["ana by email", "ben by email", "cleo by email", "dan by email"]
    [page] = clinic.pages()
    assert page.alarm_at == clinic.clock(), "the ladder has ended and nobody has answered"
    clinic.beat(minutes=3)
    assert len(clinic.called()) == 11, "and again, until somebody does"
    assert clinic.called(FlagKind.UNDELIVERED)[0] == "ana by email", "and the patient has been silent: ring them"


@pytest.mark.parametrize(
    ("level", "category", "minutes"), [(3, "S", (15, 30)), (4, "S", (5, 10)), (5, "S", (3, 6)), (3, "U", (5, 10)), (3, "E", (3, 6))]
)
def test_each_level_and_category_climbs_at_its_own_pace_at_night_too(
    clinic: PagerHouse, level: int, category: str, minutes: tuple[int, int]
) -> None:
    clinic.crisis(level, category)
    clinic.beat()
    for expected, after in zip(("ben by email", "cleo by email"), minutes, strict=True):
        before = len(clinic.called())
        clinic.clock.at = NIGHT
        clinic.beat(minutes=after, seconds=-1)
        assert len(clinic.called()) == before
        clinic.beat(seconds=1)
        assert clinic.called()[before:] == [expected]


def test_an_alert_goes_out_over_every_way_at_once_and_says_nothing_of_the_patient(
    full: PagerHouse, mail: Mailbox, texts: Texts, service: Service
) -> None:
    texts_to(full, "ana", "+15550100188")
    full.crisis(5)
    full.beat()
    assert full.called() == ["ana by email", "ana by sms"]
    [event], [letter], [text] = service.events, mail.to("ana"), texts.bodies("+15550100188")
    assert letter["Subject"] == "A patient needs you"
    told = [event[1].decode(), letter.as_string(), text]
    for one in told:
        assert "A patient needs you" in one
        assert "http://127.0.0.1:8080/console" in one
        for secret in (NAME, NAME.split()[0], WORDS, "tonight", "suicid", "level"):
            assert secret.lower() not in one.lower()


def test_the_webhook_is_an_event_that_the_service_can_verify(full: PagerHouse, service: Service) -> None:
    full.crisis(5)
    full.beat()
    [(headers, body)] = service.events
    [page] = full.pages()
    event = json.loads(body)
    assert (event["event_action"], event["dedup_key"], event["payload"]["severity"]) == ("trigger", page.id, "critical")
    at, signature = (part.partition("=")[2] for part in headers["X-Afterglow-Signature"].split(","))
    assert signature == hmac.new(SECRET.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    assert headers["Idempotency-Key"] == f"{page.id}.0.webhook.clinic"


def test_accepted_by_the_provider_and_acknowledged_by_a_person_are_two_facts(clinic: PagerHouse) -> None:
    maya = clinic.crisis(5)
    clinic.beat()
    [page], [call] = clinic.pages(), clinic.attempts()
    assert (page.status, page.accepted_at, page.acknowledged_at) == (PageStatus.ACCEPTED, NIGHT, None)
    assert (call.status, call.accepted_at, call.acknowledged_at) == (AttemptStatus.ACCEPTED, NIGHT, None)
    assert call.provider_id.startswith(f"<{call.key}@")
    assert len(clinic.heard(maya, "page_accepted")) == 1, "only now is it true that the alert was received"
    clinic.beat(minutes=3)
    clinic.takes("ana", maya)
    [page], [first, second, console] = clinic.pages(), clinic.attempts()
    assert (page.status, page.acknowledged_at, page.next_at) == (PageStatus.ACKNOWLEDGED, clinic.clock(), None)
    assert (first.acknowledged_at, second.acknowledged_at) == (clinic.clock(), None), "Ana answered, Ben did not"
    assert console.channel == "console"
    assert len(clinic.heard(maya, "page_accepted")) == 1


def test_once_somebody_has_it_nobody_else_is_woken_and_the_service_is_told(full: PagerHouse, mail: Mailbox, service: Service) -> None:
    maya = full.crisis(5)
    full.beat()
    full.takes("ana", maya)
    full.beat(minutes=4)
    assert len(mail.mails) == 1
    assert [event["event_action"] for event in service.bodies] == ["trigger", "acknowledge"]
    assert service.bodies[0]["dedup_key"] == service.bodies[1]["dedup_key"]


def test_a_closed_flag_ends_its_ladder(clinic: PagerHouse, mail: Mailbox) -> None:
    maya = clinic.crisis(5)
    clinic.closes("ana", maya)
    clinic.beat(hours=1)
    assert mail.mails == []


def test_nobody_on_call_means_everybody_and_it_is_written_down(tmp_path: Path, mail: Mailbox) -> None:
    clinic = open_pager(tmp_path, schedule=False, **ways(mail, None))
    clinic.crisis(4)
    clinic.beat()
    assert clinic.called() == [f"{name} by email" for name in ("ana", "ben", "cleo", "dan")]
    [page] = clinic.pages()
    assert page.empty == "primary backup director"


def test_an_empty_rung_falls_to_the_next_at_once(clinic: PagerHouse) -> None:
    with clinic.store.write() as session:
        session.execute(delete(Shift).where(Shift.role == "primary"))
    clinic.crisis(5)
    clinic.beat()
    assert clinic.called() == ["ben by email"]
    [page] = clinic.pages()
    assert page.empty == "primary"


def test_when_every_way_to_everybody_fails_the_patient_hears_the_truth_in_the_same_breath(clinic: PagerHouse, mail: Mailbox) -> None:
    mail.refuse = {name: list(ALWAYS) for name in ("ana", "ben", "cleo", "dan")}
    maya = clinic.crisis(5)
    clinic.beat()
    [page] = clinic.pages()
    assert (page.alarm_at, page.late_told, page.status) == (NIGHT, True, PageStatus.DUE)
    assert len(clinic.heard(maya, "page_failed")) == 1
    assert clinic.heard(maya, "page_accepted") == []
    assert {call.role for call in clinic.attempts(status=AttemptStatus.FAILED)} == {"primary", "backup", "director", "everyone"}
    clinic.beat(seconds=50)
    assert len(clinic.heard(maya, "page_failed")) == 1


def test_a_mail_server_that_is_away_is_tried_three_times_and_then_the_patient_is_told_within_a_minute(
    tmp_path: Path, mail: Mailbox
) -> None:
    clinic = open_pager(tmp_path, SMTP_URL="smtp://127.0.0.1:9", SMTP_FROM="alerts@clinic.example")
    maya = clinic.crisis(5)
    for _ in range(19):
        clinic.beat(seconds=3)
    assert [call.tries for call in clinic.attempts(role="primary")] == [3]
    assert len(clinic.heard(maya, "page_failed")) == 1
    [page] = clinic.pages()
    assert page.alarm_at is not None


def test_without_any_way_out_and_any_open_console_the_patient_is_told_within_a_minute(tmp_path: Path) -> None:
    clinic = open_pager(tmp_path)
    maya = clinic.crisis(5)
    clinic.beat()
    assert clinic.heard(maya) == [], "somebody may be opening the console at this moment"
    clinic.beat(seconds=59)
    [page] = clinic.pages()
    assert page.alarm_at is not None
    assert len(clinic.heard(maya, "page_failed")) == 1


def test_an_open_console_is_a_way_out_like_the_others(tmp_path: Path) -> None:
    clinic = open_pager(tmp_path)
    maya = clinic.crisis(5)
    clinic.beat()
    content = clinic.act("dan", maya).content
    for _ in range(2):
        accept_pages(clinic.store, clinic.people["dan"], content, clinic.clock())
        accept_pages(clinic.store, clinic.people["ana"], content, clinic.clock())
    assert [(one.channel, one.status) for one in clinic.attempts()] == [("console", "accepted")] * 2, "once for each of them"
    assert len(clinic.heard(maya, "page_accepted")) == 1
    clinic.beat(minutes=9)
    [page] = clinic.pages()
    assert page.alarm_at is not None, "shown to two people, taken by none"
    assert clinic.heard(maya, "page_failed") == []


def test_a_refusal_that_may_pass_is_tried_again_two_seconds_later(clinic: PagerHouse, mail: Mailbox) -> None:
    mail.refuse = {"ana": ["451 try later"]}
    clinic.crisis(5)
    clinic.beat()
    assert mail.mails == []
    clinic.beat(seconds=2)
    assert len(mail.to("ana")) == 1
    assert clinic.called() == ["ana by email"]


def test_a_mail_whose_end_nobody_saw_is_not_sent_twice_and_the_next_rung_is_called(clinic: PagerHouse, mail: Mailbox) -> None:
    mail.swallow = 1
    clinic.crisis(5)
    clinic.beat()
    assert (len(mail.to("ana")), len(mail.to("ben"))) == (1, 1)
    [first, _] = clinic.attempts()
    assert (first.status, first.accepted_at) == (AttemptStatus.UNSURE, None)
    clinic.beat(minutes=1)
    assert len(mail.to("ana")) == 1


def test_a_webhook_that_fails_is_told_again_under_the_same_key(tmp_path: Path, service: Service) -> None:
    clinic = open_pager(tmp_path, **ways(None, service))
    service.answers = [503, 429]
    clinic.crisis(5)
    for seconds in (0, 2, 8):
        clinic.beat(seconds=seconds)
    keys = [headers["Idempotency-Key"] for headers, _ in service.events]
    assert len(keys) == 3
    assert len(set(keys)) == 1
    [call] = clinic.attempts()
    assert (call.status, call.tries) == (AttemptStatus.ACCEPTED, 3)


def test_a_text_whose_answer_got_lost_is_asked_for_and_not_sent_twice(full: PagerHouse, texts: Texts) -> None:
    texts_to(full, "ana", "+15550100188", by_email=False)
    texts.swallow = 1
    full.crisis(5)
    full.beat()
    full.beat(seconds=2)
    assert len(texts.bodies("+15550100188")) == 1
    [call] = full.attempts(channel="sms")
    assert call.status == AttemptStatus.ACCEPTED


def test_a_text_that_was_taken_and_then_not_delivered_calls_the_next_rung(full: PagerHouse, mail: Mailbox, service: Service) -> None:
    service.answers = [400] * 20
    texts_to(full, "ana", "+15550100188", by_email=False)
    full.crisis(4)
    full.beat()
    [call] = full.attempts(channel="sms")
    with full.store.write() as session:
        mark_undelivered(full.parts, session, call.id, "SM1", "30003")
    full.beat(seconds=1)
    assert len(mail.to("ben")) == 1


def test_when_all_that_was_taken_is_not_delivered_the_promise_is_taken_back(full: PagerHouse, mail: Mailbox, service: Service) -> None:
    service.answers = [400] * 20
    texts_to(full, "ana", "+15550100188", by_email=False)
    mail.refuse = {name: list(ALWAYS) for name in ("ana", "ben", "cleo", "dan")}
    maya = full.crisis(4)
    full.beat()
    assert len(full.heard(maya, "page_accepted")) == 1
    [call] = full.attempts(channel="sms")
    with full.store.write() as session:
        mark_undelivered(full.parts, session, call.id, "SM1", "30003")
    [page] = full.pages()
    assert (page.status, page.accepted_at, page.accepted_by) == (PageStatus.DUE, None, None)
    assert len(full.heard(maya, "not_reached")) == 1
    assert protocol_state(full.conversation(maya)).page == "requested"


def test_one_way_that_arrived_is_enough_for_the_promise(full: PagerHouse) -> None:
    texts_to(full, "ana", "+15550100188")
    maya = full.crisis(4)
    full.beat()
    [call] = full.attempts(channel="sms")
    with full.store.write() as session:
        mark_undelivered(full.parts, session, call.id, "SM1", "30003")
    assert full.pages()[0].status == PageStatus.ACCEPTED
    assert full.heard(maya, "not_reached") == []


def test_a_page_that_cannot_be_read_holds_up_nobody_elses(clinic: PagerHouse) -> None:
    broken, maya = clinic.crisis(5), clinic.crisis(3)
    with clinic.store.write() as session:
        session.execute(text("UPDATE flag SET reason = 'no ciphertext' WHERE conversation_id = :it"), {"it": broken})
    clinic.beat()
    pages = {page.id: page.conversation_id for page in clinic.pages()}
    assert [pages[call.page_id] for call in clinic.attempts()] == [maya]


def test_a_report_that_overtakes_the_mark_of_its_call_is_not_undone_by_it(full: PagerHouse) -> None:
    """Twilio took it, could not deliver it and said so, all before this gateway had written down that it was taken."""
    texts_to(full, "ana", "+15550100188", by_email=False)
    maya, ways_out = full.crisis(4), full.pager._ways
    climb(full.parts, ways_out.keys())
    [alert] = [alert for channel, alert in claim_calls(full.parts, ways_out, LEASE) if channel == "sms"]
    with full.store.write() as session:
        mark_undelivered(full.parts, session, alert.attempt_id, "SM7", "30003")
    mark_accepted(full.parts, alert, "SM7")
    [call] = full.attempts(channel="sms")
    assert (call.status, call.error_code) == (AttemptStatus.FAILED, "30003")
    assert full.heard(maya, "page_accepted") == []


def test_a_graver_message_begins_a_new_ladder_in_place_of_the_old_one(clinic: PagerHouse) -> None:
    maya = clinic.crisis(3)
    clinic.beat()
    clinic.crisis(5, conversation=maya)
    clinic.beat(seconds=1)
    assert clinic.called() == ["ana by email", "ana by email"]
    clinic.beat(minutes=3)
    assert clinic.called()[2:] == ["ben by email"]
    clinic.beat(minutes=12)
    old, new = clinic.pages()
    assert (old.level, old.step, old.next_at, new.level) == (3, 1, None, 5)


def test_graver_wakes_again_although_somebody_had_it(clinic: PagerHouse, mail: Mailbox) -> None:
    maya = clinic.crisis(3)
    clinic.beat()
    clinic.takes("ana", maya)
    clinic.crisis(3, conversation=maya)
    clinic.beat(minutes=29)
    assert len(mail.mails) == 1, "no graver than what Ana has already"
    clinic.crisis(5, conversation=maya)
    clinic.beat()
    assert len(mail.mails) == 2


def test_asked_for_again_the_next_rung_does_not_wait(clinic: PagerHouse) -> None:
    maya = clinic.crisis(4)
    clinic.beat()
    clinic.crisis(4, conversation=maya)
    clinic.beat()
    assert clinic.called() == ["ana by email"], "two reasons in one breath are one"
    clinic.beat(seconds=31)
    clinic.crisis(4, conversation=maya)
    clinic.beat()
    assert clinic.called() == ["ana by email", "ben by email"]


def test_the_state_of_the_protocol_follows(clinic: PagerHouse, mail: Mailbox) -> None:
    mail.refuse = {name: list(ALWAYS) for name in ("ana", "ben", "cleo", "dan")}
    maya = clinic.crisis(5)
    clinic.beat()
    assert protocol_state(clinic.conversation(maya)).page == "failed"
    mail.refuse = {}
    clinic.beat(minutes=3)
    assert protocol_state(clinic.conversation(maya)).page == "accepted"
    assert len(clinic.heard(maya, "page_accepted")) == 1
