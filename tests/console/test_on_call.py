"""The on-call pages, everybody's own alerts, what the card says of every call, and the alarm nobody can overlook."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect

from console.on_call import numbers_checked
from safety.protocol import ProtocolState
from store.attempts import AttemptStatus, PageAttempt
from store.base import new_id
from store.care import Page
from store.on_call import Contact, Override, Shift
from store.signals import QUEUE
from store.talk import Author, Conversation
from tests.console.house import DANA, OMAR, PASSWORD, Browser, Clock, House, open_house, pages, serving

SHIFT = {"role": "primary", "days": "0,1,2,3,4,5,6", "starts": "00:00", "ends": "00:00", "level_from": "2", "level_to": "5"}


@pytest.fixture
def house(tmp_path: Path, clock: Clock) -> House:
    return open_house(tmp_path, clock, SMTP_URL="smtp://127.0.0.1:9", SMTP_FROM="alerts@clinic.example")


def send(browser: Browser, path: str, at: str = "/console/on-call", **form: str) -> str:
    csrf = browser.field(browser.get(at).text, "csrf")
    answer = browser.post(f"/console{path}", {"csrf": csrf, **form})
    return browser.get(at).text if answer.status_code == 303 else f"{answer.status_code} {answer.text}"


def call(page: Page, role: str, channel: str, who: str | None, status: str, **more: object) -> PageAttempt:
    return PageAttempt(
        key=f"{page.id}.{new_id()}", page_id=page.id, clinician_id=who, channel=channel, role=role, status=status,
        created_at=page.due_at, due_at=page.due_at, **more,
    )  # fmt: skip


def test_nobody_on_call_is_said_on_the_queue_and_where_it_can_be_mended(dana: Browser) -> None:
    assert "Nobody is on call now" in dana.get().text
    page = dana.get("/console/on-call").text
    assert "Every alert goes to every clinician" in page
    assert page.count('<b class="late">No ') == 3, "a gap on every rung"


def test_a_shift_is_entered_shown_and_taken_back(house: House, dana: Browser) -> None:
    page = send(dana, "/on-call/shifts", **SHIFT, clinician=house.clinicians[OMAR])
    assert "every day, all day" in page
    assert "No primary" not in page
    assert "Nobody is on call" not in dana.get().text
    ids = " ".join(shift.id for shift in house.rows(Shift))
    assert "Nobody is on call" in send(dana, "/on-call/remove", what="shift", ids=ids)
    assert house.rows(Shift) == []


def test_an_exception_with_nobody_leaves_a_gap_that_is_shown(house: House, dana: Browser) -> None:
    send(dana, "/on-call/shifts", **SHIFT, clinician=house.clinicians[OMAR])
    page = send(
        dana, "/on-call/overrides", clinician="nobody", role="primary", starts_at="2026-11-27T09:00", ends_at="2026-11-27T17:00",
        level_from="2", level_to="5",
    )  # fmt: skip
    assert "nobody, on purpose" in page
    assert "No primary</b> 27 Nov 09:00 to 27 Nov 17:00" in page
    [override] = house.rows(Override)
    assert override.starts_at.hour == 14, "in the clinic's time"


@pytest.mark.parametrize("wrong", [{"clinician": ""}, {"starts": "soon"}, {"level_from": "5", "level_to": "2"}])
def test_what_cannot_be_is_refused_and_kept_on_the_form(house: House, dana: Browser, wrong: dict[str, str]) -> None:
    page = send(dana, "/on-call/shifts", **{**SHIFT, "ends": "09:30", "clinician": house.clinicians[OMAR], **wrong})
    assert page.startswith("422")
    assert 'value="09:30"' in page
    assert house.rows(Shift) == []


def test_own_alerts_are_saved_and_a_wrong_number_is_refused(house: House, dana: Browser) -> None:
    page = send(dana, "/me", "/console/me", by_email="1", by_sms="1", phone="(555) 010-0142")
    assert "+15550100142" in page
    [contact] = house.rows(Contact)
    assert (contact.by_sms, contact.phone) == (True, "+15550100142")
    assert send(dana, "/me", "/console/me", by_sms="1", phone="call me").startswith("422")
    assert house.rows(Contact)[0].phone == "+15550100142"


def test_one_way_only_is_warned_of_where_level_five_may_come(tmp_path: Path, clock: Clock) -> None:
    house = open_house(
        tmp_path, clock, SMTP_URL="smtp://127.0.0.1:9", SMTP_FROM="alerts@clinic.example", TWILIO_ACCOUNT_SID="AC1", TWILIO_AUTH_TOKEN="t",
        TWILIO_NUMBER="+15550100123",
    )  # fmt: skip
    omar = house.browser().entered(OMAR)
    assert "one way only" in send(omar, "/on-call/shifts", **SHIFT, clinician=house.clinicians[OMAR])
    assert "One way only besides an open console" in omar.get("/console/me").text
    assert "One way only" not in send(omar, "/me", "/console/me", by_email="1", by_sms="1", phone="(555) 010-0142")
    page = omar.get("/console/on-call").text
    assert "by e-mail and text message" in page
    assert "one way only" not in page
    send(omar, "/me", "/console/me")
    assert "No way at all besides an open console" in omar.get("/console/me").text


def test_the_pager_service_is_a_second_way(tmp_path: Path, clock: Clock) -> None:
    house = open_house(
        tmp_path, clock, SMTP_URL="smtp://127.0.0.1:9", SMTP_FROM="alerts@clinic.example", PAGE_WEBHOOK_URL="https://pager.example/v2",
        PAGE_WEBHOOK_SECRET="a secret of sixteen or more",
    )  # fmt: skip
    omar = house.browser().entered(OMAR)
    page = send(omar, "/on-call/shifts", **SHIFT, clinician=house.clinicians[OMAR])
    assert "by e-mail and pager service" in page
    assert "one way only" not in page
    assert "One way only" not in omar.get("/console/me").text


def test_the_crisis_numbers_are_checked_every_90_days_and_the_page_says_when(house: House, dana: Browser) -> None:
    assert "have not been checked yet" in dana.get("/console/on-call").text
    today = house.clock().date()
    for days, due in ((1, False), (89, False), (90, True)):
        found = numbers_checked({"reviewed_on": today - timedelta(days=days)}, today)
        assert found == (today - timedelta(days=days), due)
    assert numbers_checked({"reviewed_on": "soon"}, today) == (None, True)


def test_a_test_alert_is_asked_for_once_a_minute(house: House, dana: Browser) -> None:
    assert "about to be sent" in send(dana, "/me/test", "/console/me")
    assert send(dana, "/me/test", "/console/me").startswith("422")
    [test] = house.rows(PageAttempt)
    assert (test.role, test.clinician_id, test.page_id) == ("test", house.clinicians[DANA], None)


def test_the_card_tells_accepted_by_the_provider_from_acknowledged_by_a_person(house: House, dana: Browser) -> None:
    maya = house.crisis("Maya", "I plan it", "plan it")
    now = house.clock()
    with house.store.write() as session:
        page = session.get_one(Page, pages(house)[0].id)
        page.empty, page.step, page.next_at = "primary", 1, now + timedelta(minutes=5)
        session.add(call(page, "backup", "email", house.clinicians[OMAR], AttemptStatus.ACCEPTED, accepted_at=now))
        session.add(call(page, "backup", "sms", house.clinicians[OMAR], AttemptStatus.FAILED, failed_at=now, error_code="30003"))
        session.add(call(page, "backup", "webhook", None, AttemptStatus.ACCEPTED, accepted_at=now))
    text = " ".join(dana.card(maya).split())
    assert "Nobody could be called as primary" in text
    assert "Backup: Omar Haddad by e-mail, accepted 10:00" in text
    assert 'Backup: Omar Haddad by text message, <b class="late">NOT TAKEN</b> 10:00 (30003)' in text
    assert "Next rung 10:05" in text
    house.clock.forward(minutes=2)
    omar = house.browser().entered(OMAR)
    omar.press(maya, "acknowledge")
    text = " ".join(dana.card(maya).split())
    assert "by e-mail, accepted 10:00 · <b>acknowledged 10:02</b>" in text
    assert "Next rung" not in text


def test_the_queue_shows_for_whom_nobody_answered(house: House, dana: Browser) -> None:
    house.crisis("Jonas", "I plan it", "plan it")
    maya = house.crisis("Maya", "I plan it", "plan it")
    with house.store.write() as session:
        next(page for page in session.query(Page) if page.conversation_id == maya).alarm_at = house.clock()
    queue = dana.get().text
    assert "1 patient waiting, and nobody was reached" in queue
    assert [part.count("nobody reached, or nobody answered") for part in queue.split('class="entry')[1:]].count(1) == 1


def test_where_somebody_reads_along_the_card_warns_and_a_text_needs_a_second_thought(house: House, dana: Browser) -> None:
    maya = house.crisis("Maya", "he checks my phone", "checks my phone")
    with house.store.write() as session:
        row = session.get_one(Conversation, maya)
        row.protocol = replace(ProtocolState.from_dict(row.protocol), unsafe_to_text=True).to_dict()
        row.last_channel = "sms"
    assert "Do not write first" in dana.card(maya)
    answer = dana.press(maya, "reply", text="Are you there?", once="1")
    assert answer.status_code == 409
    assert "Are you there?" in answer.text, "what was written is kept"
    assert not [one for one in house.messages(maya) if one.author == Author.CLINICIAN]
    assert dana.press(maya, "reply", text="Are you there?", once="2", despite="1").status_code == 303


@pytest.fixture
def served(tmp_path: Path) -> Iterator[House]:
    house = open_house(tmp_path, Clock(fixed=None))
    with serving(house):
        yield house


def test_when_nobody_was_reached_every_open_page_says_so_at_once_and_rings(served: House, browser: Chromium) -> None:
    ruth = served.patient("Ruth")
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{served.url}/login")
    page.get_by_label("E-mail").fill(OMAR)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{served.url}/")
    page.goto(f"{served.url}/conversations/{ruth}")  # somebody else's card
    expect(page.locator("#line")).to_have_text("Live")
    page.keyboard.press("End")  # a page that nobody has touched has no sound
    maya = served.crisis("Maya", "I plan it", "plan it")
    expect(page.locator("#count")).to_contain_text("1")
    expect(page.get_by_text("nobody was reached")).to_have_count(0)
    expect(page.locator("html")).to_have_attribute("data-rang", "1")
    with served.store.write() as session:
        session.get_one(Page, pages(served)[0].id).alarm_at = served.clock()
    served.signals.announce(QUEUE)
    expect(page.get_by_text("nobody was reached")).to_be_visible(timeout=2000)
    expect(page.locator("html")).to_have_attribute("data-rang", "2")
    served.browser().entered(DANA).press(maya, "acknowledge")
    expect(page.get_by_text("nobody was reached")).to_have_count(0, timeout=2000)
    context.close()
