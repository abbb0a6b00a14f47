"""What clinicians enter on a patient's page: doses with their discharge, holds, and how the clock may write."""

from datetime import UTC, datetime

import pytest

from store.care import Flag
from store.course import Dose, Enrolment, EnrolmentStatus
from store.people import AuditEntry, Patient
from tests.console.house import Browser, House, flags

NOON = "2026-11-25T09:00"  # the house's clock says 10:00 in the clinic's time (New York)


@pytest.fixture
def ruth(house: House, dana: Browser) -> "Page":
    conversation = house.patient("Ruth", hours=None, timezone="America/Los_Angeles")
    return Page(house, dana, f"/console/patients/{house.conversation(conversation).patient_id}")


class Page:
    """One patient's page, its forms filled in as a browser would."""

    def __init__(self, house: House, dana: Browser, path: str) -> None:
        self.house, self.dana, self.path = house, dana, path
        self.csrf = dana.field(self.text, "csrf")

    @property
    def text(self) -> str:
        answer = self.dana.get(self.path)
        assert answer.status_code == 200
        return answer.text

    def press(self, what: str, **fields: str) -> int:
        self.answer = self.dana.post(f"{self.path}/{what}", {"csrf": self.csrf, **fields})
        return self.answer.status_code

    def doses(self) -> list[Dose]:
        return sorted(self.house.rows(Dose), key=lambda dose: dose.ended_at)

    @property
    def enrolment(self) -> Enrolment:
        return self.house.rows(Enrolment)[0]


def test_a_dose_with_its_discharge_opens_the_evening_check(ruth: Page) -> None:
    assert ruth.press("doses", ended_at="2026-11-25T05:30", discharged_at="2026-11-25T07:00", route="IM") == 303
    (dose,) = ruth.doses()
    assert dose.discharged_at == datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
    assert "discharged 07:00" in ruth.text
    assert "for the patient" in ruth.text  # two clocks: both are shown
    assert "02:30" in ruth.text
    assert ruth.enrolment.look_at == ruth.house.clock()  # the clock is told at once


def test_without_a_discharge_the_page_says_what_is_missing(ruth: Page) -> None:
    ruth.press("doses", ended_at=NOON)
    assert "discharge not entered" in ruth.text


@pytest.mark.parametrize(
    ("ended", "discharged", "words"),
    [
        (NOON, "2026-11-25T08:00", "within a day after"),
        (NOON, "2026-11-27T09:00", "within a day after"),
        (NOON, "2026-11-25T18:00", "lies ahead"),
        ("", "", "When did the dosing visit end"),
        ("2026-03-08T02:30", "", "clocks went forward"),
        ("2030-01-01T10:00", "", "too far away"),
    ],
)
def test_times_that_cannot_be_meant_are_refused_and_what_was_typed_is_kept(ruth: Page, ended: str, discharged: str, words: str) -> None:
    assert ruth.press("doses", ended_at=ended, discharged_at=discharged, route="nasal") == 422
    assert words in ruth.answer.text
    assert 'value="nasal"' in ruth.answer.text
    assert ruth.doses() == []


def test_a_dose_is_changed_removed_and_counted_in_the_order_of_dates(ruth: Page) -> None:
    ruth.press("doses", ended_at="2026-12-02T11:00")
    ruth.press("doses", ended_at="2026-11-24T11:00", discharged_at="2026-11-24T12:00")
    assert [dose.number for dose in ruth.doses()] == [1, 2]
    assert ruth.press("doses", ended_at="2026-11-24T11:20") == 422  # the same visit twice
    first, second = ruth.doses()
    assert ruth.press(f"doses/{second.id}", ended_at="2026-12-03T11:00", last="1") == 303
    assert ruth.doses()[1].last
    assert ruth.press(f"doses/{first.id}/remove") == 303
    (left,) = ruth.doses()
    assert (left.id, left.number) == (second.id, 1)
    assert "planned" in ruth.text


def test_another_patients_dose_is_out_of_reach(ruth: Page) -> None:
    ruth.house.patient("Maya")
    (other,) = ruth.doses()
    assert ruth.press(f"doses/{other.id}", ended_at=NOON) == 404
    assert ruth.press(f"doses/{other.id}/remove") == 404
    assert len(ruth.doses()) == 1


MANNERS = {"name": "Ruth", "phone": "+1 555 010 0150", "timezone": "Europe/Madrid", "region": "UK", "language": "es"}


def test_how_and_when_the_clock_writes_is_set_by_a_clinician(ruth: Page) -> None:
    more = {"channel": "sms", "check_in": "evening", "opens": "10:00", "closes": "21:30", "consent": "1"}
    assert ruth.press("manners", **MANNERS, **more) == 303
    (patient,) = ruth.house.rows(Patient)
    assert (patient.phone, patient.timezone, patient.locale, patient.language) == ("+15550100150", "Europe/Madrid", "UK", "es")
    enrolment = ruth.enrolment
    assert (enrolment.channel, enrolment.check_in, enrolment.opens, enrolment.closes) == ("sms", "evening", "10:00", "21:30")
    assert enrolment.consent_at is not None
    assert not enrolment.call_if_silent  # a box that is not ticked
    assert "<b>given</b>" in ruth.text


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"timezone": "Denver"}, "no time zone"),
        ({"region": "ZZ"}, "regions"),
        ({"language": "fr"}, "English or Spanish"),
        ({"opens": "09:00"}, "both hours"),
        ({"opens": "20:00", "closes": "09:00"}, "begin before they end"),
        ({"phone": "12"}, "with its country"),
        ({"phone": "+1 555 010 0199"}, "Another patient"),
    ],
)
def test_manners_that_cannot_be_meant_change_nothing(ruth: Page, changed: dict[str, str], words: str) -> None:
    ruth.house.patient("Maya", phone="+15550100199")
    before = [(one.timezone, one.phone) for one in ruth.house.rows(Patient)]
    assert ruth.press("manners", **{**MANNERS, **changed}) == 422
    assert words in ruth.answer.text
    assert [(one.timezone, one.phone) for one in ruth.house.rows(Patient)] == before


def test_a_pause_a_hold_and_the_end(ruth: Page) -> None:
    assert ruth.press("pause", until="2026-11-20") == 422
    assert ruth.press("pause", until="2026-12-01") == 303
    assert "Paused until" in ruth.text
    assert ruth.press("end-hold") == 303
    assert ruth.press("hold", reason="Blood pressure") == 303
    assert "on hold" in ruth.text  # and the page says why nothing is offered
    assert ruth.press("end-hold") == 303
    assert ruth.press("end") == 303
    assert ruth.enrolment.status == EnrolmentStatus.ENDED
    assert ruth.press("enrol") == 303
    assert ruth.enrolment.status == EnrolmentStatus.ACTIVE


def test_what_a_risk_has_stopped_a_clinician_opens_again(house: House, dana: Browser) -> None:
    conversation = house.patient("Ruth", hours=20)
    house.flag(conversation, house.says(conversation, "i haven't slept and feel amazing"), 4, "P")
    page = Page(house, dana, f"/console/patients/{house.conversation(conversation).patient_id}")
    assert "signs of psychosis or mania" in page.text
    house.clock.forward(minutes=5)
    assert page.press("reopen") == 303
    assert "signs of psychosis or mania" not in page.text


def test_writing_stays_closed_after_an_event_until_a_clinician_opens_it_and_a_false_alarm_was_none(house: House, dana: Browser) -> None:
    conversation = house.patient("Ruth", hours=47)
    house.flag(conversation, house.says(conversation, "I think about it", heard="think about it", level=3), 3)
    page = Page(house, dana, f"/console/patients/{house.conversation(conversation).patient_id}")
    closed = "closed since an event of level 3 or more"
    assert closed in page.text
    [flag] = flags(house)
    for disposition, stands in (("false_alarm", False), ("safety_plan", True)):
        with house.store.write() as session:
            row = session.get_one(Flag, flag.id)
            row.status, row.disposition = "closed", disposition
        assert (closed in page.text) == stands
    house.clock.forward(minutes=5)
    assert page.press("reopen") == 303
    assert closed not in page.text
    house.clock.forward(minutes=5)
    house.flag(conversation, house.says(conversation, "it is back", heard="it is back", level=3), 3)
    assert closed in page.text, "a later event closes it anew"


def test_the_page_tells_what_the_clock_would_offer_and_why_not_more(ruth: Page) -> None:
    ruth.press("manners", **{**MANNERS, "timezone": "America/New_York"}, consent="1")
    ruth.press("doses", ended_at="2026-11-18T09:00")
    assert "The clock offers M10" in ruth.text
    assert "closed 30 hours after the dose" in ruth.text
    ruth.house.clock.forward(hours=14)  # midnight in New York
    ruth.dana.entered()
    assert "quiet hours until" in ruth.text


def test_a_new_patient_is_added_with_a_name_and_a_phone(house: House, dana: Browser) -> None:
    csrf = dana.field(dana.get("/console/patients/new").text, "csrf")
    assert dana.post("/console/patients/new", {"csrf": csrf, "name": " "}).status_code == 422
    answer = dana.post("/console/patients/new", {"csrf": csrf, "name": "Noor", "phone": "555 010 0177"})
    assert answer.status_code == 303
    assert "Noor" in dana.get(answer.headers["location"]).text
    assert house.rows(Patient)[0].phone == "+15550100177"
    assert dana.post("/console/patients/new", {"csrf": csrf, "name": "Again", "phone": "5550100177"}).status_code == 422


def test_every_change_is_on_record(ruth: Page) -> None:
    ruth.press("doses", ended_at=NOON)
    ruth.press("hold", reason="Blood pressure")
    ruth.press("end-hold")
    acts = [one.action for one in ruth.house.rows(AuditEntry) if one.patient_id == ruth.house.rows(Patient)[0].id]
    assert [act for act in acts if act in {"add_dose", "hold", "end_hold"}] == ["add_dose", "hold", "end_hold"]
