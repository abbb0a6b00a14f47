"""python -m launch.demo: a clinician and three patients to try Afterglow with. Only when DEMO=1; runs in the main environment.

A patient nobody has written to or worked on is moved along with the time at every start: Maya's dose is always twenty
hours ago. Once somebody has used a patient, her clock runs like everybody's.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from sqlalchemy import func, select

from launch.demo_people import Mark, about, mark_of, move_along, seed
from launch.errors import SETTINGS_ERROR
from programme import ContentError as ProgrammeError
from safety.errors import ContentError as SafetyError
from store import Settings, SettingsError, Store, open_store, read_settings
from store.base import utc_now
from store.clinicians import add_clinician, by_email
from store.errors import KeyMismatch, SchemaBehind
from store.on_call import Role
from store.passwords import hash_password, verify_password
from store.patients import conversation_of
from store.people import Patient
from store.schedule_changes import add_shift
from store.schema import require_current

if TYPE_CHECKING:
    from launch.demo_visits import Visits

Person = Mapping[str, Any]
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_UNUSABLE = (SettingsError, SchemaBehind, KeyMismatch, ProgrammeError, SafetyError)
_SCRIPT = Path(__file__).with_name("demo.yml")


def main() -> int:
    try:
        settings = read_settings()
        if not settings.demo:
            raise SettingsError("The demo clinic is only set up when asked for: DEMO=1.")
        store = open_store(settings)
        require_current(store.engine)
        _refuse_real_patients(store)
        seed_clinic(settings, store, utc_now())
    except _UNUSABLE as fault:
        print(" ".join(str(fault).split()), file=sys.stderr)
        return SETTINGS_ERROR
    store.close()
    return 0


def seed_clinic(settings: Settings, store: Store, now: datetime) -> None:
    """Make what is missing, and write down what `make run` prints: the login and who the patients are."""
    script: Mapping[str, Any] = yaml.safe_load(_SCRIPT.read_text("utf-8"))
    path = settings.data_dir / "demo.json"
    kept = _read(path)
    clinician = _clinician(store, script["clinician"], kept.get("clinician", {}).get("password"))
    marks = kept.get("marks", {})
    opened = cache(lambda: _open_visits(settings, store))
    for person in script["patients"]:
        marks[person["id"]] = _patient(store, opened, person, script["answers"], marks.get(person["id"]), now)
    patients = [{**_public(person), "about": about(person, marks[person["id"]], now)} for person in script["patients"]]
    _write(path, {"clinician": clinician, "patients": patients, "marks": marks})


def _patient(
    store: Store, opened: Callable[[], Visits], person: Person, answers: Mapping[str, str], mark: Mark | None, now: datetime
) -> Mark:
    patient_id = person["id"]
    with store.read() as session:
        known = session.get(Patient, patient_id) is not None
        silent = not known or conversation_of(session, patient_id).last_inbound_at is None
        untouched = known and mark is not None and mark_of(session, patient_id, mark["seeded_at"]) == mark
    if silent:
        visits = opened()  # before the first row: content that cannot be used leaves nothing behind
        if not known:
            seed(store, person, now)
        visits.live(person, answers, now)
    elif mark is not None and untouched:
        move_along(store, patient_id, datetime.fromisoformat(mark["seeded_at"]), now)
    elif mark is not None:
        return mark
    with store.read() as session:
        return mark_of(session, patient_id, now.isoformat())


def _open_visits(settings: Settings, store: Store) -> Visits:
    from launch.demo_visits import open_visits  # the whole gateway: a second start does not need it

    return open_visits(settings, store)


def _clinician(store: Store, wanted: Mapping[str, str], password: str | None) -> dict[str, str]:
    """The same login at every start; a password that was lost is replaced."""
    with store.write() as session:
        known = by_email(session, wanted["email"])
        if known is None:
            password = password or _new_password()
            made = add_clinician(session, email=wanted["email"], name=wanted["name"], password=password)
            add_shift(
                session, made.id, utc_now(), clinician_id=made.id, role=Role.PRIMARY, weekdays=range(7), starts=0, ends=0
            )  # fmt: skip
        elif password is None or not verify_password(known.password_hash, password):
            password = _new_password()
            known.password_hash = hash_password(password)
    return {**wanted, "password": password}


def _new_password() -> str:
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def _refuse_real_patients(store: Store) -> None:
    """With a demo clinic anybody may open the page as a demo patient: that has no place beside real records."""
    with store.read() as session:
        real = session.scalar(select(func.count()).select_from(Patient).where(~Patient.demo, ~Patient.guest, ~Patient.test))
    if real:
        raise SettingsError("This database holds patients of a clinic, so no demo clinic is put into it. Start with DEMO=0.")


def _public(person: Mapping[str, Any]) -> dict[str, str]:
    return {name: person[name] for name in ("id", "name", "phone")}


def _read(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError):
        return {}


def _write(path: Path, content: Mapping[str, Any]) -> None:
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1, ensure_ascii=False)
    os.replace(draft, path)


if __name__ == "__main__":
    sys.exit(main())
