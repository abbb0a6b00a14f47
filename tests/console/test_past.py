"""Past flags and one patient's whole timeline."""

import re

import pytest

from store import history
from store.care import FlagKind
from store.course import ModuleRun
from store.dispositions import Closing, close_flag
from store.people import AuditEntry
from store.talk import Author
from tests.console.house import DANA, OMAR, Browser, Clock, House, flags


def names(page: str) -> list[str]:
    return re.findall(r"data-open>([^<]+)</a>", page)


def find(browser: Browser, **form: str) -> str:
    csrf = browser.field(browser.get("/console/flags").text, "csrf")
    answer = browser.post("/console/flags", {"csrf": csrf, **form})
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.fixture
def past(house: House, clock: Clock) -> None:
    """Three flags, a day apart, closed by different people."""
    for name, text, level, disposition, who in (
        ("Theo", "I could kill for a coffee", 3, "false_alarm", DANA),
        ("Hana", "I wish I wouldn't wake up", 2, "safety_plan", OMAR),
        ("Paul", "I plan it for Sunday", 4, "emergency", OMAR),
    ):
        conversation = house.crisis(name, text, text[2:8], level)
        flag = next(one for one in flags(house) if one.conversation_id == conversation)
        with house.store.write() as session:
            close_flag(session, house.act(conversation, who), flag.id, Closing(disposition, f"About {name}"))
        clock.forward(days=1)


@pytest.mark.parametrize(
    ("form", "found"),
    [
        ({}, ["Paul", "Hana", "Theo"]),
        ({"level": "3"}, ["Paul", "Theo"]),
        ({"category": "S"}, ["Paul", "Hana", "Theo"]),
        ({"category": "E"}, []),
        ({"disposition": "false_alarm"}, ["Theo"]),
        ({"name": "han"}, ["Hana"]),
        ({"words": "SUNDAY"}, ["Paul"]),
        ({"words": "about hana"}, ["Hana"]),
        ({"since": "2026-11-26", "until": "2026-11-26"}, ["Hana"]),
        ({"until": "2026-11-25", "level": "3"}, ["Theo"]),
    ],
)
def test_past_flags_are_found(past: None, dana: Browser, form: dict[str, str], found: list[str]) -> None:
    assert names(find(dana, **form)) == found


def test_by_the_clinician_who_took_or_closed_them(past: None, house: House, dana: Browser) -> None:
    assert names(find(dana, clinician=house.clinicians[OMAR])) == ["Paul", "Hana"]


def test_a_search_that_cannot_read_everything_says_so(past: None, dana: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "the 3 flags that fit the other filters were read through" in find(dana, words="nothing like it")
    monkeypatch.setattr(history, "READ", 2)
    page = find(dana, words="coffee")
    assert names(page) == []
    assert "the latest 2 of 3 flags" in page
    assert "narrow the dates" in page


def test_what_is_searched_for_is_in_no_address(past: None, dana: Browser) -> None:
    page = find(dana, name="Hana", words="wake up")
    links = re.findall(r'(?:href|action)="([^"]*)"', page)
    assert not [link for link in links if "Hana" in link or "wake" in link]


def test_only_those_shown_are_on_record_as_read(past: None, house: House, dana: Browser) -> None:
    before = len([one for one in house.rows(AuditEntry) if one.action == "past_flags"])
    assert before == 0
    csrf = dana.field(dana.get("/console/keys").text, "csrf")
    dana.post("/console/flags", {"csrf": csrf, "name": "Hana"})
    assert len([one for one in house.rows(AuditEntry) if one.action == "past_flags"]) == 1


def test_a_date_that_cannot_be_read_is_refused_with_the_form_kept(dana: Browser) -> None:
    csrf = dana.field(dana.get("/console/flags").text, "csrf")
    answer = dana.post("/console/flags", {"csrf": csrf, "since": "soon", "words": "coffee"})
    assert answer.status_code == 422
    assert 'value="coffee"' in answer.text


def test_the_timeline_holds_both_channels_flags_notes_doses_and_modules_in_order(house: House, clock: Clock, dana: Browser) -> None:
    maya = house.patient("Maya", hours=2)
    patient = house.conversation(maya).patient_id
    house.says(maya, "from the web")
    clock.forward(minutes=1)
    house.says(maya, "from the phone", channel="sms")
    clock.forward(minutes=1)
    house.flag(maya, house.says(maya, "I plan it", heard="plan it", level=4), 4, page=True)
    clock.forward(minutes=1)
    dana.press(maya, "take-over")
    dana.press(maya, "note", note="Called her sister.")
    with house.store.write() as session:
        session.add(ModuleRun(patient_id=patient, module="M4", status="open", opened_at=clock(), moved_at=clock()))
    page = dana.get(f"/console/patients/{patient}/timeline").text
    assert page.index("Called her sister.") < page.index("Flag raised") < page.index("from the phone") < page.index("from the web")
    assert page.index("from the web") < page.index("lozenge"), "newest first"
    for needed in ("text message", "Joined the talk", "Acknowledged", "Alert", "Module begun", "The morning after", "Dana Reyes"):
        assert needed in page, needed
    care = dana.get(f"/console/patients/{patient}/timeline?only=care").text
    assert "Flag raised" in care
    assert "from the phone" not in care


def test_a_long_timeline_is_walked_back_without_a_gap(house: House, clock: Clock) -> None:
    maya = house.patient("Maya", hours=None)
    for number in range(170):
        house.says(maya, f"message number {number}.")
        clock.forward(minutes=number % 3)  # some at the same moment
    path = f"/console/patients/{house.conversation(maya).patient_id}/timeline"
    browser = house.browser().entered()  # it took hours
    first = browser.get(path).text
    link = re.search(r'href="([^"]*before=[^"]*)"', first)
    assert link is not None
    second = browser.get(link[1].replace("&amp;", "&")).text
    seen = re.findall(r"message number (\d+)\.", first + second)
    assert sorted(int(number) for number in seen) == list(range(170)), "each once"


def test_a_second_crisis_joins_the_open_event(house: House, clock: Clock) -> None:
    maya = house.crisis("Maya", "I think about it", "think about it", level=3)
    clock.forward(hours=2)
    house.flag(maya, house.says(maya, "I plan it", heard="plan it", level=4), 4, page=True)
    assert [(one.level, one.kind) for one in flags(house)] == [(4, FlagKind.RISK)]
    assert names(house.browser().entered().get().text) == ["Maya"]
    assert [one.author for one in house.messages(maya)] == [Author.PATIENT, Author.PATIENT]
