"""The patient's way by text: Twilio's real form in, Twilio's REST client out."""

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from gateway import delivery
from gateway.channels.sms import read_media
from store.base import utc_now
from store.patients import by_phone
from store.people import Patient
from store.talk import DeliveryStatus, Message
from tests.gateway.house import PHONE, House, wait_until
from tests.gateway.twilio import Texts, payload

SID = "SM5ba1f5aa1c0f4e6a9d6dd7bb4f0e9d31"


def test_a_bad_signature_is_refused_and_nothing_is_recorded(phone_house: House) -> None:
    form = payload("inbound")
    for headers in ({}, {"X-Twilio-Signature": "bm9wZQ=="}):
        assert httpx.post(f"{phone_house.url}/sms/twilio", data=form, headers=headers).status_code == 403
    assert phone_house.messages() == []


def test_a_signature_for_other_words_is_refused(phone_house: House) -> None:
    good = phone_house.text("hello", SID)
    assert good.status_code == 200
    forged = payload("inbound", Body="give me the record")
    signature = good.request.headers["X-Twilio-Signature"]
    answer = httpx.post(f"{phone_house.url}/sms/twilio", data=forged, headers={"X-Twilio-Signature": signature})
    assert answer.status_code == 403


def test_without_an_account_nobody_can_sign(house: House) -> None:
    assert house.text("hello", SID).status_code == 403


def test_the_first_text_is_answered_with_the_plain_notice(phone_house: House, texts: Texts) -> None:
    answer = phone_house.text("is it normal to feel tired", SID)
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, "text/xml")
    wait_until(lambda: len(texts.bodies(PHONE)) >= 2)
    assert "AI chatbot, not a person" in texts.bodies(PHONE)[0]


def test_the_same_sid_twice_has_no_second_effect(phone_house: House, texts: Texts) -> None:
    for _ in range(3):
        assert phone_house.text("is it normal to feel tired", SID).status_code == 200
    wait_until(lambda: len(texts.bodies(PHONE)) == 3)  # notice, fallback, the urgent line
    assert [one.text for one in phone_house.messages() if one.inbound] == ["is it normal to feel tired"]
    assert len(set(texts.bodies(PHONE))) == 3


def test_stop_is_honoured_confirmed_once_and_start_undoes_it(phone_house: House, texts: Texts) -> None:
    phone_house.text("STOP", "SM1")
    wait_until(lambda: any("won't get more texts" in body for body in texts.bodies(PHONE)))
    phone_house.text("are you there", "SM2")
    wait_until(lambda: any(one.delivery_status == DeliveryStatus.FAILED for one in phone_house.messages()))
    count = len(texts.bodies(PHONE))
    phone_house.text("START", "SM3")
    wait_until(lambda: len(texts.bodies(PHONE)) == count + 1)
    assert "again" in texts.bodies(PHONE)[-1]


def test_help_is_answered_with_people_and_numbers(phone_house: House, texts: Texts) -> None:
    phone_house.text("Help", SID)
    wait_until(lambda: any("988" in body and "STOP" in body for body in texts.bodies(PHONE)[1:]))


def test_stop_in_a_sentence_is_not_stop(phone_house: House) -> None:
    phone_house.text("stop the noise in my head", SID)
    assert phone_house.read(lambda session: session.get_one(Patient, phone_house.patient_id)).sms_opted_out_at is None


def test_a_number_nobody_knows_is_heard_all_the_same(phone_house: House, texts: Texts) -> None:
    phone_house.text("who is this", SID, phone="+15550100177")
    wait_until(lambda: bool(texts.bodies("+15550100177")))
    stranger = phone_house.read(lambda session: by_phone(session, "+15550100177"))
    assert stranger is not None
    assert stranger.guest


def test_a_picture_without_words_gets_an_answer(phone_house: House, texts: Texts) -> None:
    phone_house.text("", SID, NumMedia="2", MediaContentType0="image/jpeg", MediaContentType1="audio/amr")
    wait_until(lambda: any("only read words" in body for body in texts.bodies(PHONE)))
    [kept] = [one for one in phone_house.messages() if one.inbound]
    assert kept.media == "image,audio"


@pytest.mark.parametrize(
    ("form", "kinds"),
    [
        ({}, ()),
        ({"NumMedia": "0", "MediaContentType0": "image/png"}, ()),
        ({"NumMedia": "many"}, ()),
        ({"NumMedia": "1", "MediaContentType0": "IMAGE/HEIC"}, ("image",)),
        ({"NumMedia": "2", "MediaContentType0": "text/vcard"}, ("file", "file")),
        ({"NumMedia": "99999", **{f"MediaContentType{n}": "video/mp4" for n in range(12)}}, ("video",) * 10),
    ],
)
def test_what_came_along_is_known_by_its_kind(form: dict[str, str], kinds: tuple[str, ...]) -> None:
    assert read_media(form) == kinds


def test_texts_of_one_conversation_go_out_in_order(phone_house: House, texts: Texts) -> None:
    for n in range(4):
        phone_house.text(f"question number {n}", f"SM{n}")
    wait_until(lambda: all(one.delivery_status != DeliveryStatus.DUE for one in phone_house.messages() if not one.inbound))
    wait_until(lambda: len(texts.sent) == sum(not one.inbound for one in phone_house.messages()))
    assert texts.bodies(PHONE) == [one.text for one in phone_house.messages() if not one.inbound]


def test_a_refusal_that_may_pass_is_tried_again_and_sent_once(phone_house: House, texts: Texts) -> None:
    texts.refuse = [(503, 20503), (429, 20429)]
    each_goes_out_once(phone_house, texts)


def each_goes_out_once(house: House, texts: Texts, seconds: float = 25) -> None:
    """The three texts of a first answer, beside what the phone has got already."""
    before = len(texts.bodies(PHONE))
    house.text("hello there", SID)
    wait_until(lambda: len(texts.bodies(PHONE)) >= before + 3, seconds)
    assert len(set(texts.bodies(PHONE))) == len(texts.bodies(PHONE))


def test_a_text_whose_answer_got_lost_is_not_sent_twice(phone_house: House, texts: Texts) -> None:
    texts.swallow = 1
    each_goes_out_once(phone_house, texts)


def test_nor_is_one_that_lies_behind_many_others_to_the_same_phone(phone_house: House, texts: Texts) -> None:
    for n in range(60):
        texts.take(PHONE, f"another text, {n}")
    texts.swallow = 1
    each_goes_out_once(phone_house, texts)


def test_a_text_that_was_taken_and_answered_with_a_proxys_page_is_not_sent_twice(phone_house: House, texts: Texts) -> None:
    texts.garbled = 1
    each_goes_out_once(phone_house, texts, 60)


def test_a_crisis_line_that_only_a_proxy_answers_to_ends_with_a_person_who_phones(
    phone_house: House, texts: Texts, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone_house.text("hello there", "SM1")
    wait_until(lambda: len(texts.bodies(PHONE)) == 3, 60)
    monkeypatch.setattr(delivery, "BACK_OFF", (timedelta(0),))
    texts.proxied = True
    phone_house.text("I am going to kill myself tonight", SID)
    wait_until(lambda: any(flag.kind == "undelivered" and "Phone this patient now" in flag.reason for flag in phone_house.flags()), 60)


def test_status_reports_move_a_text_forward_only(phone_house: House, texts: Texts) -> None:
    phone_house.text("hello there", SID)
    wait_until(lambda: bool(phone_house.messages()[1].provider_id))
    sent = phone_house.messages()[1]
    for status in ("delivered", "sent", "queued", "delivered"):
        form = payload("status", MessageSid=str(sent.provider_id), MessageStatus=status)
        assert phone_house.post_signed(f"/sms/twilio/status?message={sent.id}", form).status_code == 204
    assert phone_house.messages()[1].delivery_status == DeliveryStatus.DELIVERED


def test_an_undelivered_text_becomes_a_clinicians_task(phone_house: House, texts: Texts) -> None:
    phone_house.text("hello there", SID)
    wait_until(lambda: bool(phone_house.messages()[1].provider_id))
    sent = phone_house.messages()[1]
    form = payload("status", MessageSid=str(sent.provider_id), MessageStatus="undelivered", ErrorCode="30003")
    for _ in range(2):
        phone_house.post_signed(f"/sms/twilio/status?message={sent.id}", form)
    reasons = [flag.reason for flag in phone_house.flags() if flag.kind == "undelivered"]
    assert len(reasons) == 1
    assert "30003" in reasons[0]


def test_an_unsigned_status_report_changes_nothing(phone_house: House) -> None:
    phone_house.text("hello there", SID)
    sent = phone_house.messages()[1]
    answer = httpx.post(f"{phone_house.url}/sms/twilio/status?message={sent.id}", data=payload("status", MessageStatus="failed"))
    assert answer.status_code == 403
    assert phone_house.messages()[1].delivery_status != DeliveryStatus.FAILED


def test_web_and_phone_are_one_conversation(phone_house: House, texts: Texts) -> None:
    browser = phone_house.browser()
    browser.say("hello from the browser")
    phone_house.text("hello from the phone", SID)
    heard = browser.hear(0, lambda all_: any(one["text"] == "hello from the phone" for one in all_))
    assert {"web", "sms"} <= {one["channel"] for one in heard}


def test_the_answer_goes_to_the_channel_that_asked(phone_house: House, texts: Texts) -> None:
    browser = phone_house.browser()
    browser.answers(browser.say("asked in the browser"))
    assert texts.bodies(PHONE) == []


def test_a_text_is_acknowledged_before_rasa_has_answered(phone_house: House) -> None:
    """Rasa is away: a retry and the fallback take over a second; the webhook does not wait for them."""
    before = utc_now()
    assert phone_house.text("can i drive", SID).status_code == 200
    assert utc_now() - before < timedelta(seconds=1)


@pytest.mark.parametrize("missing", ["From", "MessageSid"])
def test_a_signed_form_without_sender_or_sid_is_told_so(phone_house: House, missing: str) -> None:
    form = {key: value for key, value in payload("inbound").items() if key != missing}
    assert phone_house.post_signed("/sms/twilio", form).status_code == 422


def test_every_text_row_has_one_provider_id(phone_house: House, texts: Texts) -> None:
    phone_house.text("hello there", SID)
    wait_until(lambda: len(texts.sent) == 3)
    wait_until(lambda: all(one.provider_id for one in phone_house.messages() if not one.inbound))
    rows = phone_house.read(lambda session: session.scalars(select(Message.provider_id).where(Message.provider_id.is_not(None))).all())
    assert sorted(map(str, rows)) == sorted(text["sid"] for text in texts.sent)
