"""The demo clinic: only when asked for, the same at every start, and never beside real patients."""

import json
import shutil
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from launch.demo import main, seed_clinic
from launch.keys import new_key
from programme import load_programme, offerable
from store import Settings, Store, open_store, read_settings
from store.base import utc_now
from store.care import Flag
from store.circumstances import circumstances
from store.clinicians import check_password
from store.course import Answer, Enrolment, ModuleRun
from store.course_queries import read_standing
from store.messages import add_inbound, lock_conversation
from store.patients import add_patient, conversation_of
from store.people import Patient
from store.schema import migrate
from store.talk import AssessmentRow, Message

NOW = utc_now()
LATER = NOW + timedelta(hours=7)


KEYS = {"SECRET_KEY": new_key(), "DATA_KEY": new_key(), "DEMO": "1"}


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    env = {"DATA_DIR": str(tmp_path / "var"), **KEYS}
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    return read_settings(env)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    store = open_store(settings)
    migrate(store.engine)
    yield store
    store.close()


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One real seed; the tests work on copies of it."""
    folder = tmp_path_factory.mktemp("seeded")
    settings = read_settings({"DATA_DIR": str(folder), **KEYS})
    store = open_store(settings)
    migrate(store.engine)
    seed_clinic(settings, store, NOW)
    store.close()
    return folder


@pytest.fixture
def clinic(seeded: Path, settings: Settings) -> Iterator[Store]:
    shutil.copytree(seeded, settings.data_dir)
    store = open_store(settings)
    yield store
    store.close()


def written(settings: Settings) -> dict[str, Any]:
    return dict(json.loads((settings.data_dir / "demo.json").read_text()))


def offered(store: Store, settings: Settings, patient_id: str, now: Any) -> tuple[str, ...]:
    """What START would open for this patient."""
    with store.read() as session:
        programme, standing = load_programme(settings.clinical_dir / "programme"), read_standing(session, patient_id, now)
        here = circumstances(session, conversation_of(session, patient_id), standing, now, programme, asked_for=True)
    return offerable(programme, standing.hours_since_dose, standing.done, here)


@pytest.mark.parametrize(("patient_id", "module"), [("maya", "M4"), ("jonas", "M10"), ("ruth", "M3")])
def test_each_patient_stands_before_another_module(clinic: Store, settings: Settings, patient_id: str, module: str) -> None:
    assert offered(clinic, settings, patient_id, NOW)[0] == module


def test_the_history_was_screened_and_answered_and_raised_no_flag(clinic: Store) -> None:
    with clinic.read() as session:
        said = session.scalar(select(func.count()).select_from(Message).where(Message.author == "patient"))
        assert session.scalar(select(func.count()).select_from(AssessmentRow)) == said
        assert session.scalars(select(Message.turn_status).where(Message.author == "patient").distinct()).all() == ["done"]
        assert session.scalar(select(func.count()).select_from(Flag)) == 0
        assert (session.scalar(select(func.count()).select_from(Answer)) or 0) > 20
        runs = session.scalars(select(ModuleRun).where(ModuleRun.patient_id == "jonas")).all()
    assert {run.module: run.status for run in runs} == {"M1": "finished", "M3": "finished", "M4": "finished", "M6": "finished"}


def test_every_patient_was_told_first_that_this_is_a_chatbot(clinic: Store) -> None:
    with clinic.read() as session:
        first = session.scalars(select(Message.text).where(Message.seq == 1)).all()
    assert len(first) == 3
    assert all("AI chatbot, not a person" in text for text in first)


def test_the_login_works_and_stays_and_is_for_its_owner_alone(clinic: Store, settings: Settings) -> None:
    first = written(settings)["clinician"]
    seed_clinic(settings, clinic, LATER)
    assert written(settings)["clinician"] == first
    assert check_password(clinic, first["email"], first["password"], LATER) is not None
    assert stat.S_IMODE((settings.data_dir / "demo.json").stat().st_mode) == 0o600


def test_a_lost_password_is_replaced(clinic: Store, settings: Settings) -> None:
    first = written(settings)["clinician"]
    (settings.data_dir / "demo.json").unlink()
    seed_clinic(settings, clinic, LATER)
    second = written(settings)["clinician"]
    assert second["password"] != first["password"]
    assert check_password(clinic, second["email"], second["password"], LATER) is not None


def test_a_second_start_adds_nothing(clinic: Store, settings: Settings) -> None:
    def rows() -> list[int | None]:
        with clinic.read() as session:
            return [session.scalar(select(func.count()).select_from(table)) for table in (Patient, Message, ModuleRun, Answer)]

    before = rows()
    seed_clinic(settings, clinic, LATER)
    assert rows() == before


def test_an_unused_patient_is_moved_along_with_the_time(clinic: Store, settings: Settings) -> None:
    seed_clinic(settings, clinic, LATER)
    assert offered(clinic, settings, "ruth", LATER)[0] == "M3"
    with clinic.read() as session:
        assert read_standing(session, "maya", LATER).hours_since_dose == pytest.approx(20)


def test_a_patient_somebody_wrote_as_keeps_her_time(clinic: Store, settings: Settings) -> None:
    with clinic.write() as session:
        conversation = lock_conversation(session, conversation_of(session, "maya").id)
        add_inbound(session, conversation, text="hello", channel="web", external_id="x", choice=None, at=NOW)
    for _ in range(2):
        seed_clinic(settings, clinic, LATER)
        with clinic.read() as session:
            assert read_standing(session, "maya", LATER).hours_since_dose == pytest.approx(27)
            assert read_standing(session, "jonas", LATER).hours_since_dose == pytest.approx(222)


def test_numbers_belong_to_nobody(clinic: Store, settings: Settings) -> None:
    assert all(one["phone"].startswith("+1555010") for one in written(settings)["patients"])


def test_not_asked_for_not_seeded(store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("DEMO", "0")
    assert main() == 78
    assert "only set up when asked for" in capsys.readouterr().err
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(Patient)) == 0


def test_never_beside_real_patients(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    with store.write() as session:
        add_patient(session, name="Somebody")
    assert main() == 78
    assert capsys.readouterr().err == (
        "This database holds patients of a clinic, so no demo clinic is put into it. Start with DEMO=0.\n"
    )


def test_the_clock_lets_the_demo_patients_be_until_somebody_does_something(clinic: Store) -> None:
    with clinic.read() as session:
        assert session.scalars(select(Enrolment.look_at).where(Enrolment.look_at < NOW + timedelta(days=365))).all() == []
