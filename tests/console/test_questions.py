"""The clinic's list of questions without an answer."""

from __future__ import annotations

from store.messages import lock_conversation
from store.people import AuditEntry
from store.questions import OpenQuestion, keep_question
from store.talk import Message
from tests.console.house import Browser, House


def asks(house: House, conversation: str, text: str, *, passed_on: bool = False) -> None:
    message_id = house.says(conversation, text)
    with house.store.write() as session:
        row = lock_conversation(session, conversation)
        keep_question(session, row.patient_id, session.get_one(Message, message_id), "unanswered", "F31", None)
        if passed_on:
            session.query(OpenQuestion).filter_by(message_id=message_id).one().passed_on = True


def test_questions_are_counted_and_lead_to_who_asked(house: House, dana: Browser) -> None:
    ruth, omar = house.patient("Ruth Alder"), house.patient("Omar Diaz")
    asks(house, ruth, "Why no toast?")
    asks(house, omar, "why no toast")
    asks(house, omar, "Can my dog come <along>?", passed_on=True)
    html = dana.get("/console/questions").text
    assert "asked 2 times" in html
    assert html.index("dog come &lt;along&gt;") < html.index("toast")
    assert "wants an answer from the team" in html
    assert f"/console/conversations/{ruth}" in html
    read = {entry.patient_id for entry in house.rows(AuditEntry) if entry.action == "questions"}
    assert read == {house.conversation(ruth).patient_id, house.conversation(omar).patient_id}


def test_answered_now_takes_all_askings_off_the_list_and_keeps_who_said_so(house: House, dana: Browser) -> None:
    ruth = house.patient("Ruth Alder")
    asks(house, ruth, "Why no toast?")
    asks(house, ruth, "why no toast")
    html = dana.get("/console/questions").text
    form = {"csrf": dana.field(html, "csrf"), "ids": dana.field(html, "ids"), "how": "answered"}
    assert dana.post("/console/questions", form).status_code == 303
    assert "No question waits" in dana.get("/console/questions").text
    assert "answered now" in dana.get("/console/questions?settled=true").text
    assert [one.settled_by for one in house.rows(OpenQuestion)] == [house.clinicians["dana@clinic.example"]] * 2


def test_without_the_pages_token_nothing_is_marked(house: House, dana: Browser) -> None:
    asks(house, house.patient("Ruth Alder"), "Why no toast?")
    html = dana.get("/console/questions").text
    assert dana.post("/console/questions", {"csrf": "x", "ids": dana.field(html, "ids"), "how": "answered"}).status_code == 403
    assert "Why no toast?" in dana.get("/console/questions").text
