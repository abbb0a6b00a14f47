"""Killing the gateway around the clock's look, and around the text that it leads to: one prompt, one text."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from store import Settings, open_store, read_settings
from store.base import utc_now
from store.course import Dose, Enrolment
from store.patients import add_patient
from store.people import Patient
from store.prompts import Prompt
from store.schema import migrate
from store.talk import Message
from tests.gateway.house import PHONE, environ, free_port, wait_until, with_twilio
from tests.gateway.processes import gateway_process
from tests.gateway.twilio import Texts

MOMENTS = [("look at a patient", "inside"), ("look at a patient", "after")]  # the text's own steps are in test_kills


def a_week_after_a_dose(settings: Settings) -> None:
    """The fade check is due, and this patient may be written to at any hour of the day on which the test runs."""
    store = open_store(settings)
    migrate(store.engine)
    now = utc_now()
    with store.write() as session:
        patient = add_patient(session, name="Maya", phone=PHONE)
        patient.timezone = "UTC"
        joined = now - timedelta(days=20)
        session.add(Enrolment(patient_id=patient.id, started_at=joined, consent_at=joined, opens="00:00", closes="23:59"))
        ended = now - timedelta(days=8)
        session.add(Dose(patient_id=patient.id, ended_at=ended, discharged_at=ended))
    store.close()


@pytest.mark.parametrize(("step", "moment"), MOMENTS)
def test_a_gateway_killed_around_a_prompt_sends_it_once(step: str, moment: str, tmp_path: Path, texts: Texts) -> None:
    env = environ(tmp_path, free_port(), **with_twilio(texts.url))
    settings = read_settings(env)
    a_week_after_a_dose(settings)
    with gateway_process(["tests.gateway.doomed", step, moment], env) as doomed:
        wait_until(doomed.died, 20, f"it was never killed {moment} '{step}'")
    with gateway_process(["launch.serve"], env):
        wait_until(lambda: any("How is your mood today" in body for body in texts.bodies(PHONE)), 40, "nothing was sent")
        wait_until(lambda: len(texts.bodies(PHONE)) >= 2, 20)
    store = open_store(settings)
    with store.read() as session:
        prompts = session.scalars(select(Prompt)).all()
        said = [row.text for row in session.scalars(select(Message).order_by(Message.seq))]
        assert session.scalars(select(Patient)).one().sms_opted_out_at is None
    store.close()
    assert [one.module for one in prompts] == ["M10"]
    assert texts.bodies(PHONE) == said  # the greeting, then the question: each once, in order
    assert len(said) == 2
