"""One conversation on one screen: what a clinician needs before they pick up the phone."""

from sqlalchemy import select

from safety.protocol.content import protocol_of
from store.care import FlagKind
from store.course import Answer, Dose, Enrolment, EnrolmentStatus
from store.notes import Note
from store.people import AuditEntry, Patient
from store.second_opinions import OpinionStatus, SecondOpinionRow
from store.talk import Author, Conversation, Message
from tests.console.house import DANA, Browser, House, furnish
from tests.console.scenes import working_day


def test_the_card_holds_what_a_clinician_needs(house: House, dana: Browser) -> None:
    maya = house.patient("Maya", hours=6 * 24 + 2, phone="+15550100101")
    furnish(house, maya)
    house.flag(maya, house.says(maya, "I plan to do it on Sunday", heard="plan to do it", level=4), 4, page=True)
    page = dana.card(maya)
    for needed in (
        "Maya", "<mark>plan to do it</mark>", "Intent or behaviour", 'href="tel:+15550100101"', "12 Harbour Street", "3 days old",
        "Lena (sister)", "may be called", "day 6 after dose", "lozenge", "dip window", "Mood, oldest first: 6, 5, 6, 4, 3, 2",
        "The light over the water", "not accepted yet", "test.phrase", "Score 0.80",
    ):  # fmt: skip
        assert needed in page, needed


def test_the_programme_is_seen_at_a_glance(house: House, dana: Browser) -> None:
    maya = house.patient("Maya")
    furnish(house, maya)
    page = dana.card(maya)
    for module in house.parts.programme.patient_modules:
        assert module.name.replace("'", "&#39;") in page
    assert '<li class="finished"><b>M3</b>' in page
    assert '<li class="open"><b>M4</b>' in page
    assert "Now at:" in page


def test_the_safety_questions_stand_with_the_patients_own_words(house: House, dana: Browser) -> None:
    maya = house.crisis("Maya", "I can't do this anymore", "can't do this")
    script = next(key for key, one in protocol_of(house.parts.clinical).scripts.items() if one.asks)
    house.line(maya, "Are you having thoughts of ending your life?", Author.PROTOCOL, script)
    house.says(maya, "yeah. most nights")
    house.line(maya, "How about the next few hours?", Author.PROTOCOL, script)
    page = dana.card(maya)
    ladder = page.split('class="ladder"')[1].split("</dl>")[0]
    assert "Are you having thoughts of ending your life?" in ladder
    assert "yeah. most nights" in ladder
    assert "no answer yet" in ladder


def test_what_is_said_to_a_clinician_is_no_answer_to_the_ladder(house: House, dana: Browser) -> None:
    """The ladder's question stayed open; the clinician asked something else; a thumb to that is just a message."""
    maya = house.crisis("Maya", "I can't do this anymore", "can't do this")
    script = next(key for key, one in protocol_of(house.parts.clinical).scripts.items() if one.asks)
    house.line(maya, "Are you having thoughts of ending your life?", Author.PROTOCOL, script)
    house.line(maya, "This is Dana. May I call you?", Author.CLINICIAN, clinician_id=house.clinicians[DANA])
    house.says(maya, "👎🏽")
    ladder = dana.card(maya).split('class="ladder"')[1].split("</dl>")[0]
    assert "no answer yet" in ladder
    assert "👎" not in ladder


def test_a_photo_stands_on_the_card_the_queue_and_the_timeline(house: House, dana: Browser) -> None:
    maya = house.crisis("Maya", "I can't do this anymore", "can't do this")
    script = next(key for key, one in protocol_of(house.parts.clinical).scripts.items() if one.asks)
    house.line(maya, "Are you having thoughts of ending your life?", Author.PROTOCOL, script)
    photo = house.says(maya, "", channel="sms", media=("image", "image"))
    house.flag(maya, photo, 5, kind=FlagKind.UNSCREENED)
    page = dana.card(maya)
    for place in ('class="trigger"', 'class="ladder"', 'id="transcript"'):
        assert "Sent 2 pictures, not kept here" in page.split(place, 1)[1].split("</section>")[0], place
    assert "last message 0" not in page, "what nobody has seen is no reassurance"
    assert "Sent 2 pictures" in dana.get().text
    assert "Sent 2 pictures" in dana.get(f"/console/patients/{house.conversation(maya).patient_id}/timeline").text


def test_the_card_says_what_a_second_opinion_came_to(house: House, dana: Browser) -> None:
    maya = house.patient("Maya")
    message = house.says(maya, "I plan it", heard="plan it", level=4)
    house.flag(maya, message, 4, page=True)
    with house.store.write() as session:
        row = SecondOpinionRow(message_id=message, status=OpinionStatus.UNANSWERED, model="contracted-1", failure="TimeoutError")
        session.add(row)
    assert "(contracted-1): no answer (TimeoutError)" in dana.card(maya)
    with house.store.write() as session:
        asked = session.get_one(SecondOpinionRow, message)
        asked.status, asked.level, asked.failure = OpinionStatus.NOT_GRAVER, 2, None
    assert "(contracted-1): level 2, no graver than here" in dana.card(maya)


def test_a_failed_line_is_plain_to_see(house: House, dana: Browser) -> None:
    maya = house.crisis("Maya", "I plan it", "plan it")
    house.line(maya, "Please call 988.", Author.PROTOCOL, crisis=True)
    with house.store.write() as session:
        row = session.scalars(select(Message).where(Message.author == Author.PROTOCOL)).one()
        row.delivery_status = "failed"
    assert "NOT DELIVERED" in dana.card(maya)


def test_a_long_conversation_opens_at_its_end_and_can_be_walked_back(house: House, dana: Browser) -> None:
    maya = house.patient("Maya")
    for number in range(90):
        house.says(maya, f"message number {number}.")
    page = dana.card(maya)
    assert "message number 89." in page
    assert "message number 5." not in page
    earlier = page.split('class="earlier"><a href="')[1].split('"')[0]
    assert "message number 5." in dana.get(earlier).text


def test_there_is_no_card_for_nobody(dana: Browser) -> None:
    assert dana.get("/console/conversations/0123456789abcdef0123456789abcdef").status_code == 404


def test_reading_a_card_is_on_record_before_it_is_shown(house: House, dana: Browser) -> None:
    maya = house.patient("Maya")
    dana.card(maya)
    [entry] = [one for one in house.rows(AuditEntry) if one.action == "card"]
    assert entry.patient_id == house.conversation(maya).patient_id
    assert entry.clinician_id


def test_canned_lines_are_filled_for_this_patient(house: House, dana: Browser) -> None:
    page = dana.card(house.patient("Maya"))
    assert "Hi Maya, this is Dana Reyes from your care team." in page
    assert "{name}" not in page
    assert "{clinician}" not in page


def test_an_opted_out_patient_is_phoned(house: House, dana: Browser) -> None:
    maya = house.patient("Maya", sms_opted_out_at=house.clock())
    house.says(maya, "STOP", channel="sms")
    assert "Opted out of texts: phone instead." in dana.card(maya)


def test_a_dose_is_added_in_the_clinics_time(house: House, dana: Browser) -> None:
    conversation = house.patient("Ruth", hours=None)
    path = f"/console/patients/{house.conversation(conversation).patient_id}"
    csrf = dana.field(dana.get(path).text, "csrf")
    assert dana.post(f"{path}/doses", {"csrf": csrf, "ended_at": "2026-11-24T14:00", "route": "IM"}).status_code == 303
    [dose] = house.rows(Dose)
    assert (dose.ended_at.isoformat(), dose.route, dose.number) == ("2026-11-24T19:00:00+00:00", "IM", 1)
    assert "20 h since dose" in dana.card(conversation)
    for wrong in ("", "1990-01-01T10:00", "soon"):
        assert dana.post(f"{path}/doses", {"csrf": csrf, "ended_at": wrong}).status_code == 422


def test_a_hold_needs_a_reason_and_ends_by_a_person(house: House, dana: Browser) -> None:
    conversation = house.patient("Ruth")
    path = f"/console/patients/{house.conversation(conversation).patient_id}"
    csrf = dana.field(dana.get(path).text, "csrf")
    assert dana.post(f"{path}/hold", {"csrf": csrf, "reason": ""}).status_code == 422
    assert dana.post(f"{path}/hold", {"csrf": csrf, "reason": "Blood pressure"}).status_code == 303
    assert house.rows(Enrolment)[0].status == EnrolmentStatus.HELD
    assert [one.text for one in house.rows(Note)] == ["Blood pressure"]
    assert dana.post(f"{path}/end-hold", {"csrf": csrf}).status_code == 303
    assert house.rows(Enrolment)[0].status == EnrolmentStatus.ACTIVE


def test_a_guest_can_be_enrolled(house: House, dana: Browser) -> None:
    conversation = house.patient(None)
    with house.store.write() as session:
        session.delete(session.scalars(select(Enrolment)).one())
    path = f"/console/patients/{house.conversation(conversation).patient_id}"
    csrf = dana.field(dana.get(path).text, "csrf")
    assert dana.post(f"{path}/enrol", {"csrf": csrf}).status_code == 303
    assert len(house.rows(Enrolment)) == 1


def test_everybodys_list_is_read_through_the_record_of_readings(house: House, dana: Browser) -> None:
    for name in ("Maya", "Jonas", "Ruth"):
        house.patient(name)
    page = dana.get("/console/patients").text
    assert all(name in page for name in ("Maya", "Jonas", "Ruth"))
    read = {one.patient_id for one in house.rows(AuditEntry) if one.action == "list"}
    assert read == {one.id for one in house.rows(Patient)}


def test_the_card_holds_every_line_of_9_2(house: House, dana: Browser) -> None:
    """CRISIS.md §9.2, read out: what a clinician must not have to look for."""
    maya = working_day(house)["Maya"]
    page = dana.card(maya)
    for needed in (
        "4</b> Intent or behaviour", "suicide", "Weighs in:", "days 5 to 14 after the dose",  # level, category, modifiers
        "<mark>I plan to do it on Sunday</mark>", "Three before, three after", "Not good. I tried once",  # the words in their context
        "“yes. most nights”", "feel able to stay safe?", "“i dont know. i&#39;m alone tonight”",  # the direct questions, verbatim
        "12 Harbour Street", "3 days old", 'href="tel:+15550100101"', "Lena (sister)", "may be called",  # place, phone, trusted person
        "day 6 after dose", "lozenge", "Last 2 of 10", "PHQ-9 <b>17</b>", "more than half the days", "Sertraline 100 mg",  # clinical
        "Heard before", "I tried once",  # past attempts, means, substances
        "test.phrase", "Score 0.80", "Alerts", "Afterglow has offered:", "the crisis line",  # system
        "I’ve got it", "Call", "Send", "Sending help to the door", "911 from your phone reaches your own area",  # one press
    ):  # fmt: skip
        assert needed in page, needed
    assert "opted out of texts" in dana.card(noor(house))


def noor(house: House) -> str:
    return house.read(
        lambda session: session.scalars(select(Conversation.id).join(Patient).where(Patient.sms_opted_out_at.is_not(None))).one()
    )


def test_medicines_are_kept_with_their_date(house: House, dana: Browser) -> None:
    maya = house.patient("Maya")
    assert dana.press(maya, "medicines", medicines="Lithium 600 mg").status_code == 303
    assert "Lithium 600 mg" in dana.card(maya)
    assert [one.action for one in house.rows(AuditEntry)].count("medicines") == 1


def test_what_a_patient_kept_private_is_read_nowhere_unless_risk_was_heard_in_it(house: House, dana: Browser) -> None:
    maya = house.patient("Maya")
    kept, grave = house.says(maya, "my brother's garden"), house.says(maya, "then I plan to do it", heard="plan to do it", level=4)
    patient_id = house.conversation(maya).patient_id
    with house.store.write() as session:
        for message, step in ((kept, "S3"), (grave, "S4")):
            session.add(Answer(patient_id=patient_id, message_id=message, module="M5", step=step, value="private", text="", shared=False))
    house.flag(maya, grave, 4, page=True)
    for page in (dana.card(maya), dana.get(f"/console/patients/{patient_id}/timeline").text):
        assert "garden" not in page
        assert "Kept private" in page
        assert "plan to do it" in page
    assert dana.get(f"/console/conversations/{maya}/messages/{kept}/label").status_code == 404
    assert dana.get(f"/console/conversations/{maya}/messages/{grave}/label").status_code == 200
    assert "garden" not in dana.card(maya).split('class="around"')[1].split("</ol>")[0]
