"""Killing the gateway between every two steps loses nothing and says nothing twice."""

import signal
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from store import Store, open_store, read_settings
from store.care import Flag
from store.patients import conversation_of
from store.talk import DeliveryStatus, Message, TurnStatus
from tests.gateway.house import PHONE, environ, free_port, prepare, wait_until, with_twilio
from tests.gateway.processes import Gateway, gateway_process
from tests.gateway.twilio import Texts, payload, signature

SID = "SM5ba1f5aa1c0f4e6a9d6dd7bb4f0e9d31"
MOMENTS = {
    "record the message": ("before", "inside", "after"),
    "ask rasa": ("before", "after"),
    "write the answer": ("before", "inside", "after"),
    "claim the texts": ("inside", "after"),
    "send the text": ("before", "after"),
    "mark the text": ("before", "inside", "after"),
}
POINTS = [(step, moment) for step, moments in MOMENTS.items() for moment in moments]
OFTEN_ENOUGH = 4  # Twilio hands a webhook over again when nobody answered it


def hand_over(gateway: Gateway, env: dict[str, str], body: str) -> bool:
    """As Twilio does; False when the line broke."""
    form = payload("inbound", Body=body, MessageSid=SID, From=PHONE)
    signed = {"X-Twilio-Signature": signature(f"http://127.0.0.1:{env['PORT']}/sms/twilio", form)}
    try:
        return httpx.post(f"{gateway.url}/sms/twilio", data=form, headers=signed, timeout=10).is_success
    except httpx.HTTPError:
        return False


def rows(store: Store, patient_id: str) -> list[Message]:
    with store.read() as session:
        conversation = conversation_of(session, patient_id)
        return list(session.scalars(select(Message).where(Message.conversation_id == conversation.id).order_by(Message.seq)))


def all_said(store: Store, patient_id: str) -> bool:
    found = rows(store, patient_id)
    out = [one for one in found if not one.inbound]
    done = all(one.turn_status not in (TurnStatus.DUE, TurnStatus.ASKING) for one in found)
    return bool(out) and done and all(one.delivery_status == DeliveryStatus.SENT for one in out)


def survive(env: dict[str, str], body: str, step: str, moment: str) -> None:
    with gateway_process(["tests.gateway.doomed", step, moment], env) as doomed:
        hand_over(doomed, env, body)
        wait_until(doomed.died, 20, f"it was never killed {moment} '{step}'")
        assert doomed.process.exitcode == -signal.SIGKILL


def carry_on(env: dict[str, str], body: str, store: Store, patient_id: str) -> None:
    with gateway_process(["launch.serve"], env) as gateway:
        assert any(hand_over(gateway, env, body) for _ in range(OFTEN_ENOUGH))
        wait_until(lambda: all_said(store, patient_id), 40, "not everything was said")


@pytest.mark.parametrize(("step", "moment"), POINTS)
def test_an_answered_question(step: str, moment: str, tmp_path: Path, texts: Texts, rasa_url: str) -> None:
    env = environ(tmp_path, free_port(), **with_twilio(texts.url), RASA_URLS=rasa_url)
    settings = read_settings(env)
    patient_id = prepare(settings)
    store = open_store(settings)
    survive(env, "can i drive tomorrow", step, moment)
    carry_on(env, "can i drive tomorrow", store, patient_id)
    found = rows(store, patient_id)
    store.close()
    assert [one.text for one in found if one.inbound] == ["can i drive tomorrow"]
    assert [one.seq for one in found] == list(range(1, len(found) + 1))
    assert texts.bodies(PHONE) == [one.text for one in found if not one.inbound]
    assert len(set(texts.bodies(PHONE))) == len(texts.bodies(PHONE))
    assert any("not until the next day" in body.lower() for body in texts.bodies(PHONE))


CRISIS = [(step, moment) for step, moment in POINTS if step not in ("ask rasa", "write the answer")]


@pytest.mark.parametrize(("step", "moment"), CRISIS)
def test_a_person_at_risk(step: str, moment: str, tmp_path: Path, texts: Texts) -> None:
    """Rasa is not even there. One flag, every line once, in order."""
    env = environ(tmp_path, free_port(), **with_twilio(texts.url))
    settings = read_settings(env)
    patient_id = prepare(settings)
    store = open_store(settings)
    survive(env, "i want to kill myself tonight", step, moment)
    carry_on(env, "i want to kill myself tonight", store, patient_id)
    found = rows(store, patient_id)
    with store.read() as session:
        flags = [flag for flag in session.scalars(select(Flag)) if flag.kind == "risk"]
    store.close()
    said = [one.text for one in found if not one.inbound]
    assert len(flags) == 1
    assert flags[0].level >= 4
    assert texts.bodies(PHONE)[: len(said)] == said
    assert len(texts.bodies(PHONE)) == len(set(texts.bodies(PHONE)))
