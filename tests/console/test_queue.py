"""Who waits, and in which order."""

import re

from sqlalchemy import select

from console.watch import Watch, read_watch
from safety.protocol import page_accept_limit
from store.care import FlagKind, Page
from store.ownership import take_over
from store.people import AuditEntry, Patient
from tests.console.house import DANA, OMAR, Browser, Clock, House


def names(page: str) -> list[str]:
    return re.findall(r"data-open>([^<]+)</a>", page)


def test_risk_first_then_the_nearest_deadline(house: House, clock: Clock, dana: Browser) -> None:
    house.crisis("Early three", "I think about dying", "think about dying", level=3)
    clock.forward(minutes=1)
    late = house.patient("Long deadline")
    house.flag(late, house.says(late, "I plan it", heard="plan it", level=4), 4, page=True, minutes=30)
    clock.forward(minutes=1)
    house.crisis("Short deadline", "I plan it", "plan it", level=4)
    house.crisis("Emergency", "I just took them", "took them", level=5)
    assert names(dana.get().text) == ["Emergency", "Short deadline", "Long deadline", "Early three"]


def test_whoever_could_not_be_reached_is_on_top_with_a_number_to_call(house: House, dana: Browser) -> None:
    house.crisis("Emergency", "I just took them", "took them", level=5)
    unreachable = house.patient("Noor", phone="+15550100777")
    house.flag(unreachable, None, 3, kind=FlagKind.UNDELIVERED, page=True, reason="Our safety message did not reach them.")
    page = dana.get().text
    assert names(page) == ["Noor", "Emergency"]
    assert "Phone this patient now" in page
    assert 'href="tel:+15550100777"' in page


def test_one_patient_is_one_entry_with_all_their_flags(house: House, dana: Browser) -> None:
    maya = house.crisis("Maya", "I plan it", "plan it")
    house.flag(maya, None, 1, "none", kind=FlagKind.BOT_FAILED, reason="Afterglow could not answer.")
    page = dana.get().text
    assert names(page) == ["Maya"]
    assert "Also: Afterglow could not answer, level 1" in page


def test_what_a_colleague_has_lifts_nobody_above_those_whom_nobody_has(house: House, clock: Clock, dana: Browser) -> None:
    maya = house.crisis("Maya", "I just took them", "took them", level=5)
    house.browser().entered(OMAR).press(maya, "acknowledge")
    house.flag(maya, None, 1, "none", kind=FlagKind.NOTE, reason="Wants to know when the next visit is.", minutes=600)
    clock.forward(minutes=1)
    jonas = house.crisis("Jonas", "I plan it", "plan it", level=4)
    page = dana.get().text
    assert names(page) == ["Jonas", "Maya"]
    row = page.split('class="entry')[2]
    assert "<b>1</b>" in row, "what waits is the note"
    assert "Also: Risk heard · suicide, level 5, taken" in row
    assert "Omar Haddad</b> has it" in row
    assert dana.get("/console/next").headers["location"] == f"/console/conversations/{jonas}"


def test_a_patient_who_wrote_to_a_clinician_and_waits_is_seen_in_the_queue_until_somebody_answers(
    house: House, clock: Clock, dana: Browser
) -> None:
    ruth = house.crisis("Ruth", "I plan it", "plan it")
    omar = house.browser().entered(OMAR)
    omar.press(ruth, "reply", text="I'm here, Ruth.", once="1")
    clock.forward(minutes=1)
    assert "not answered" not in dana.get().text
    house.says(ruth, "are you still there?")
    clock.forward(minutes=2)
    assert "2 min</span> ago, not answered" in dana.get().text
    omar.press(ruth, "reply", text="Yes, I am.", once="2")
    assert "not answered" not in dana.get().text
    clock.forward(minutes=1)
    house.says(ruth, "it is getting worse")
    clock.forward(minutes=1)
    assert "1 min</span> ago, not answered" in dana.get().text
    omar.press(ruth, "call", reached="0")
    assert "not answered" in dana.get().text, "ringing is not speaking"
    omar.press(ruth, "call", reached="1")
    assert "not answered" not in dana.get().text


def test_what_is_written_in_a_talk_refreshes_every_queue_and_sounds_for_whoever_has_the_talk(house: House, clock: Clock) -> None:
    ruth = house.crisis("Ruth", "I plan it", "plan it")
    house.crisis("Waits", "I plan it", "plan it")
    with house.store.write() as session:
        take_over(session, house.act(ruth, OMAR))

    def seen(who: str) -> Watch:
        return house.read(lambda session: read_watch(session, clinician_id=house.clinicians[who]))

    omars, danas = seen(OMAR), seen(DANA)
    clock.forward(seconds=30)
    house.says(ruth, "are you still there?")
    omar, dana = seen(OMAR), seen(DANA)
    assert omar.version == dana.version != danas.version
    [call] = set(omar.calls) - set(omars.calls)
    assert call.startswith(ruth)
    assert call.endswith(".0")
    assert dana.calls == danas.calls
    assert omar.waiting == 1


def test_what_is_small_is_looked_through_every_week(house: House, clock: Clock, dana: Browser) -> None:
    house.flag(house.patient("Eve"), None, 1, "none", kind=FlagKind.NOTE, minutes=600)
    house.crisis("Maya", "I plan it", "plan it")
    clock.forward(days=6, hours=23)
    assert "more than a week" not in dana.entered().get().text
    clock.forward(hours=2)
    assert "1 of level 1 has waited for more than a week" in dana.entered().get().text


def test_an_entry_says_who_how_bad_since_when_and_what_was_said(house: House, clock: Clock, dana: Browser) -> None:
    text = "The week was long. " * 12 + "I plan to do it on Sunday. And then the weather changed again. " * 1
    house.crisis("Maya", text, "plan to do it", hours=6 * 24 + 1)
    clock.forward(minutes=4)
    page = dana.get().text
    assert "<mark>plan to do it</mark>" in page
    assert "The week was long" not in page
    assert "Intent or behaviour" in page
    assert "suicide" in page
    assert "day 6 after dose" in page
    assert ">4 min</span>" in page
    assert "6 min left" in page


def test_words_set_aside_are_shown_lighter_with_their_cue(house: House, dana: Browser) -> None:
    maya = house.patient("Maya")
    message = house.says(
        maya, "I'm not suicidal but I plan it", heard="plan it", level=4, aside=("suicidal", "negation: not")
    )
    house.flag(maya, message, 4, page=True)
    page = dana.get().text
    assert '<mark class="aside">suicidal<span class="cue"> set aside: negation: not</span></mark>' in page


def test_patients_words_cannot_become_markup(house: House, dana: Browser) -> None:
    maya = house.crisis("<b>Maya</b>", "<script>alert(1)</script> I plan it", "<script>alert(1)")
    for page in (dana.get().text, dana.card(maya)):
        assert "<script>alert" not in page
        assert "<b>Maya" not in page
        assert "&lt;script&gt;alert(1)" in page


def test_a_page_that_no_console_took_is_a_banner_for_everyone(house: House, clock: Clock, dana: Browser) -> None:
    house.crisis("Maya", "I plan it", "plan it")
    clock.forward(seconds=page_accept_limit(house.parts.clinical).total_seconds() + 1)
    for browser in (dana, house.browser().entered(OMAR)):
        assert "has not reached anybody" in browser.get().text


def test_pages_carry_no_names_or_words_in_titles_and_addresses(house: House, dana: Browser) -> None:
    maya = house.crisis("Maya Lindqvist", "I plan it", "plan it")
    for page in (dana.get().text, dana.card(maya), dana.get("/console/patients").text):
        title = re.search(r"<title>(.*)</title>", page)
        assert title is not None
        assert title[1] == "(1) Afterglow"
        assert not [link for link in re.findall(r'(?:href|action)="([^"]*)"', page) if "Maya" in link or "plan" in link]


def test_looking_at_the_queue_is_on_record_once_however_often_it_refreshes(house: House, clock: Clock, dana: Browser) -> None:
    house.crisis("Maya", "I plan it", "plan it")
    house.crisis("Jonas", "I plan it", "plan it")
    for _ in range(3):
        dana.get()
    assert [one.action for one in house.rows(AuditEntry)].count("queue") == 2
    clock.forward(minutes=11)
    dana.get()
    assert [one.action for one in house.rows(AuditEntry)].count("queue") == 4


def test_a_level_is_never_shown_by_colour_alone(house: House, dana: Browser) -> None:
    for level in (2, 3, 4, 5):
        house.crisis(f"Patient {level}", "I plan it", "plan it", level=level)
    page = dana.get().text
    for level, word in ((2, "Risk marker"), (3, "Active thoughts"), (4, "Intent or behaviour"), (5, "Emergency")):
        assert f"<b>{level}</b> {word}" in page


def test_from_one_patient_straight_to_the_next_who_waits(house: House, dana: Browser) -> None:
    maya = house.crisis("Maya", "I just took them", "took them", level=5)
    jonas = house.crisis("Jonas", "I plan it", "plan it", level=4)
    house.flag(house.patient("Eve"), None, 1, kind=FlagKind.NOTE)
    assert "Next of 2 waiting" in dana.card(maya)
    assert dana.get(f"/console/next?after={maya}").headers["location"] == f"/console/conversations/{jonas}"
    assert dana.get(f"/console/next?after={jonas}").headers["location"] == f"/console/conversations/{maya}"
    dana.press(maya, "acknowledge")
    assert dana.get("/console/next").headers["location"] == f"/console/conversations/{jonas}", "somebody has Maya now"


def test_where_nobody_else_waits_nothing_leads_on(house: House, dana: Browser) -> None:
    maya = house.crisis("Maya", "I plan it", "plan it")
    assert "Next of" not in dana.card(maya)
    assert dana.get(f"/console/next?after={maya}").headers["location"] == "/console/"


def test_the_test_of_the_alert_is_no_patient_and_its_failure_no_secret(house: House, dana: Browser) -> None:
    made_up = house.patient("TEST 25 Nov 10:30, no patient", hours=None, test=True)
    house.flag(made_up, house.says(made_up, "TEST of the alert", heard="TEST", level=5), 5, page=True)
    row = dana.get().text.split('<li class="entry', 1)[1].split("</li>")[0]
    assert "TEST of the alert" in row
    assert "No patient waits" in row
    assert "I’ve got it" in row, "taken like a real one"
    assert "Call" not in row.split('class="acts"')[1]
    assert "Write" not in row
    assert "nobody to phone or to write to" in dana.card(made_up)
    with house.store.write() as session:
        page = session.scalars(select(Page)).one()
        page.alarm_at, page.step = house.clock(), 3
    banner = dana.get().text.split('id="alarms"')[1].split("</div>")[0]
    assert "TEST of the alert: nobody was reached, or nobody answered" in banner
    assert "patient waiting" not in banner
    with house.store.write() as session:
        session.get_one(Patient, house.conversation(made_up).patient_id).test = False
    assert "1 patient waiting, and nobody was reached" in dana.get().text, "of a real one it is said as before"
