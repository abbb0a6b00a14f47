"""The summary before a visit: facts in the patient's own words, what to ask by rule, on the page and as a PDF."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from console.sheet_pdf import printable
from safety.protocol.content import protocol_of
from store.course import Answer, Dose, Measure, ModuleRun, RunStatus
from store.messages import add_inbound, lock_conversation
from store.people import AuditEntry, Patient
from store.prompts import Prompt
from store.talk import Author, Conversation, Message
from tests.console.house import Browser, House

SPOKEN = "The light over the water, and my grandmother's kitchen 🙂 <b>warm</b>"


def lives(house: House, conversation: str) -> str:
    """Four weeks in care: two doses, numbers that fall, answers shared, skipped and private. Answers with the patient's id."""
    now = house.clock()

    def add(session: Any, days: float, module: str, step: str, value: Any, text: str = "", *, shared: bool = True) -> None:
        row = lock_conversation(session, conversation)
        at = now - timedelta(days=days)
        message = add_inbound(session, row, text=text or str(value), channel="web", external_id=f"{module}{step}{days}", choice=None, at=at)
        session.flush()
        session.add(
            Answer(patient_id=row.patient_id, message_id=message.id, module=module, step=step, value=value, text=text, shared=shared, at=at)
        )
        for kind, places in (("mood", ("M4.S4", "M10.S1")), ("phq9", ("M11.P9",))):
            if f"{module}.{step}" in places:
                number = {"mood": value, "phq9": 6 if days > 10 else 14}[kind]
                session.add(Measure(patient_id=row.patient_id, message_id=message.id, kind=kind, value=number, at=at))
        session.flush()

    with house.store.write() as session:
        patient_id = session.get_one(Conversation, conversation).patient_id
        session.get_one(Patient, patient_id).location = "Portland, Maine"
        session.add(Dose(patient_id=patient_id, ended_at=now - timedelta(days=22), number=1, route="lozenge"))
        for module, status, days in (
            ("M3", "finished", 21),
            ("M4", "finished", 20),
            ("M5", "stopped", 18),
            ("M8", "finished", 12),
            ("M10", "finished", 3),
        ):
            begun = now - timedelta(days=days)
            session.add(ModuleRun(patient_id=patient_id, module=module, status=RunStatus(status), opened_at=begun, closed_at=begun))
        add(session, 21, "M3", "S1", "no", "no")
        add(session, 20, "M4", "S4", 7, "like a 7")
        add(session, 20, "M4", "S5", SPOKEN, SPOKEN)
        add(session, 18, "M5", "S3", "private", "", shared=False)
        add(session, 16, "M11", "P9", 0, "not at all")
        add(session, 12, "M8", "S1", "Ten minutes in the garden.", "Ten minutes in the garden.")
        add(session, 4, "M11", "P9", 1, "several days")
        add(session, 3, "M10", "S1", 3, "3")
        add(session, 3, "M10", "S3", "skipped")
    return patient_id


def page(browser: Browser, patient_id: str, span: str = "28") -> str:
    answer = browser.get(f"/console/patients/{patient_id}/summary?span={span}")
    assert answer.status_code == 200, answer.text
    return answer.text


def asked(html: str) -> str:
    found = re.search(r'class="ask">(.*?)</section>', html, re.DOTALL)
    assert found
    return found[1]


def test_the_page_holds_what_was_done_skipped_said_and_planned(house: House, dana: Browser) -> None:
    html = page(dana, lives(house, house.patient("Ruth Alder", trusted_person="Ada")))
    for words in ("kept private", "<q>Ten minutes in the garden.</q>", "M5 <span>Write it down</span>", "stopped", "Skipped:", "PHQ-9"):
        assert words in html, words
    assert "&lt;b&gt;warm" in html
    assert "M12 Keep it going" in html.split("Not begun")[1]


def test_what_to_ask_follows_the_clinics_rules(house: House, dana: Browser) -> None:
    lines = asked(page(dana, lives(house, house.patient("Ruth Alder"))))
    for words in (
        "Item 9 of the PHQ-9 was 1 (Several days)", "Safety question skipped in M10", "Mood went from 7 to 3", "PHQ-9 went from 6 to 14",
        "Planned a small step: “Ten minutes in the garden.”", "Nobody was with them on the evening", "No trusted person is named",
    ):  # fmt: skip
        assert words in lines, words
    assert "No place is known" not in lines


def test_what_is_older_than_the_chosen_time_stays_away(house: House, dana: Browser) -> None:
    html = page(dana, lives(house, house.patient("Ruth Alder")), "14")
    assert "grandmother" not in html
    assert "Ten minutes in the garden" in html


def test_a_patient_who_did_nothing_has_a_page_too(house: House, dana: Browser) -> None:
    conversation = house.patient("New", hours=None)
    patient_id = house.conversation(conversation).patient_id
    assert "None in this time" in page(dana, patient_id, "all")
    assert dana.get(f"/console/patients/{patient_id}/summary.pdf").content.startswith(b"%PDF-")


def test_the_pdf_is_a_pdf_and_its_name_tells_nobody_who_it_is_about(house: House, dana: Browser) -> None:
    patient_id = lives(house, house.patient("Ruth Alder"))
    answer = dana.get(f"/console/patients/{patient_id}/summary.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert len(answer.content) > 4000
    assert "Ruth" not in answer.headers["content-disposition"]


def test_what_the_font_cannot_draw_is_named() -> None:
    assert printable("ok 🙂 ¿qué?") == "ok [slightly smiling face] ¿qué?"
    assert printable("❤️") == "[heavy black heart]"


def test_each_reading_is_on_record_and_nobody_reads_it_unseen(house: House, dana: Browser) -> None:
    patient_id = lives(house, house.patient("Ruth Alder"))
    page(dana, patient_id)
    dana.get(f"/console/patients/{patient_id}/summary.pdf")
    read = {(entry.action, entry.patient_id) for entry in house.rows(AuditEntry)}
    assert {("summary", patient_id), ("summary_pdf", patient_id)} <= read
    assert house.browser().get(f"/console/patients/{patient_id}/summary").status_code == 303


def test_an_unknown_patient_is_not_found(dana: Browser) -> None:
    assert dana.get("/console/patients/nobody/summary").status_code == 404


def adds(house: House, conversation: str, days: float, module: str, step: str, value: Any) -> None:
    """One more answer, given so many days ago."""
    at = house.clock() - timedelta(days=days)
    with house.store.write() as session:
        row = lock_conversation(session, conversation)
        message = add_inbound(session, row, text=str(value), channel="web", external_id=f"x{module}{step}{days}", choice=None, at=at)
        session.flush()
        session.add(
            Answer(patient_id=row.patient_id, message_id=message.id, module=module, step=step, value=value, text=str(value), at=at)
        )


def test_how_it_went_does_not_undo_that_it_was_done(house: House, dana: Browser) -> None:
    conversation = house.patient("Ruth Alder")
    patient_id, now = lives(house, conversation), house.clock()
    with house.store.write() as session:
        message = session.query(Message).first()
        assert message is not None
        run = ModuleRun(patient_id=patient_id, module="M8", status=RunStatus.LAPSED, opened_at=now - timedelta(days=9), closed_at=now)
        session.add(run)
        session.flush()
        session.add(
            Prompt(
                patient_id=patient_id, run_id=run.id, message_id=message.id, module="M8", step="F1",
                local_date=now.date().isoformat(), offered_at=now - timedelta(days=9),
            )  # fmt: skip
        )
    assert re.search(r"M8 <span>[^<]*</span></th><td>done", page(dana, patient_id))
    assert '<li class="finished"><b>M8</b>' in dana.card(conversation)


def test_what_the_crisis_protocol_asked_and_was_told_stands_among_the_safety_answers(house: House, dana: Browser) -> None:
    conversation = house.patient("Ruth Alder")
    script = next(key for key, one in protocol_of(house.parts.clinical).scripts.items() if one.asks)
    house.line(conversation, "Are you having thoughts of ending your life?", Author.PROTOCOL, script)
    house.says(conversation, "yeah. most nights")
    adds(house, conversation, 2, "M4", "CLARIFY.S1", "inside")
    patient_id = house.conversation(conversation).patient_id
    safety = page(dana, patient_id).split("Safety answers</h2>")[1].split("</section>")[0]
    assert "Are you having thoughts of ending your life?" in safety
    assert "<q>yeah. most nights</q>" in safety
    assert "inside the session only" in safety
    assert dana.get(f"/console/patients/{patient_id}/summary.pdf").content.startswith(b"%PDF-")


def test_a_step_that_was_made_smaller_is_asked_about_as_it_is_now_and_an_old_one_settles_nothing(house: House, dana: Browser) -> None:
    conversation = house.patient("Ruth Alder")
    adds(house, conversation, 20, "M8", "F1", "done")
    adds(house, conversation, 5, "M8", "S1", "Clear out the whole flat")
    adds(house, conversation, 4.9, "M8", "S1b", "One drawer")
    adds(house, conversation, 3, "M7", "S6b", "Leaving my job")
    lines = asked(page(dana, house.conversation(conversation).patient_id))
    assert "Planned a small step: “One drawer”" in lines
    assert lines.index("A big choice is on their mind: “Leaving my job”") < lines.index("Planned a small step")


def test_the_page_says_what_it_is_and_when_the_patient_wrote_last(house: House, dana: Browser) -> None:
    html = page(dana, lives(house, house.patient("Ruth Alder")))
    assert "Self-report collected by an automated chat. Not a clinical assessment." in html
    assert "Last wrote 3 days ago" in html
    assert "first 7, last" in html
