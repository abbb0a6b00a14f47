"""How sure the trained layer must be: measured first, signed by two, in force from the next start, and only on the files it was signed for."""

from dataclasses import replace

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from console.limits import measure
from console.watch import read_watch
from safety import assess
from store.errors import Conflict
from store.replay import replay
from store.thresholds import (
    ChangeStatus,
    Proposal,
    ThresholdChange,
    in_force,
    measured,
    numbers_of,
    propose,
    sign,
    with_numbers,
    withdraw,
)  # fmt: skip
from tests.console.house import DANA, OMAR, PASSWORD, Browser, House

OPEN = {"alone": {"2": 0.01, "3": 0.95, "4": 0.95, "5": 0.95}, "agreeing": {"2": 0.7, "3": 0.7, "4": 0.85, "5": 0.9}}
TEXT = "I told her where the papers are and gave the cat a new home."


def proposed(house: House, numbers: dict = OPEN) -> str:
    running = numbers_of(house.parts.clinical.model)
    with house.store.write() as session:
        return propose(session, house.clinicians[DANA], Proposal(running, running, numbers, "Too many are missed."), house.clock()).id


def change(house: House) -> ThresholdChange:
    [one] = house.rows(ThresholdChange)
    return one


def signed(house: House, identity: str, email: str) -> None:
    with house.store.write() as session:
        sign(session, house.clinicians[email], identity, numbers_of(house.parts.clinical.model), house.clock())


def accepted(house: House) -> str:
    identity = proposed(house)
    with house.store.write() as session:
        measured(session, identity, {"messages": 0, "moves": [], "gained": [], "lost": []})
    signed(house, identity, DANA)
    signed(house, identity, OMAR)
    return identity


def test_nobody_signs_before_the_effect_is_known(house: House) -> None:
    identity = proposed(house)
    with pytest.raises(Conflict):
        signed(house, identity, DANA)


def test_the_replay_counts_what_would_be_heard_otherwise(house: House) -> None:
    maya = house.patient("Maya")
    for text in ("Good morning.", TEXT):
        house.says(maya, text)
    clinical = house.parts.clinical
    effect = replay(house.store, clinical, with_numbers(clinical, OPEN), house.clock(), breath=0)
    assert effect["messages"] == 2
    assert sum(count for _, _, count in effect["moves"]) == 2
    assert effect["lost"] == []
    would = {one["message"] for one in effect["gained"]}
    assert would == {one.id for one in house.messages(maya) if assess(one.text, clinical=with_numbers(clinical, OPEN)).level}
    assert would, "numbers this low hear something"


def test_messages_of_the_daily_test_teach_nothing(house: House) -> None:
    house.says(house.patient("TEST", test=True), "I am going to kill myself tonight.")
    assert replay(house.store, house.parts.clinical, house.parts.clinical, house.clock(), breath=0)["messages"] == 0


def test_a_change_takes_two_different_clinicians(house: House) -> None:
    identity = proposed(house)
    with house.store.write() as session:
        measured(session, identity, {"messages": 0, "moves": [], "gained": [], "lost": []})
    signed(house, identity, DANA)
    with pytest.raises(Conflict):
        signed(house, identity, DANA)
    assert change(house).status == ChangeStatus.PROPOSED
    signed(house, identity, OMAR)
    assert change(house).status == ChangeStatus.ACCEPTED


def test_the_record_itself_refuses_the_same_name_twice(house: House) -> None:
    identity = accepted(house)
    forged = update(ThresholdChange).where(ThresholdChange.id == identity).values(second_by=house.clinicians[DANA])
    with pytest.raises(IntegrityError), house.store.write() as session:
        session.execute(forged)


def test_signed_numbers_are_read_at_the_next_start_and_mark_every_verdict(house: House) -> None:
    files = house.parts.clinical
    assert in_force(house.store, files) is files
    accepted(house)
    running = in_force(house.store, files)
    assert numbers_of(running.model) == OPEN
    assert running.version != files.version
    assert len(running.version) <= 16
    assert assess(TEXT, clinical=running).level >= 2
    assert assess(TEXT, clinical=running).content_version == running.version


def test_whoever_changes_the_file_puts_signed_numbers_out_of_force(house: House) -> None:
    accepted(house)
    edited = replace(house.parts.clinical, model={**house.parts.clinical.model, "alone": {2: 0.9, 3: 0.9, 4: 0.9, 5: 0.9}})
    assert in_force(house.store, edited) is edited


def test_a_signature_on_numbers_that_are_no_longer_in_force_is_refused(house: House) -> None:
    identity = proposed(house)
    with house.store.write() as session:
        measured(session, identity, {"messages": 0, "moves": [], "gained": [], "lost": []})
    with pytest.raises(Conflict), house.store.write() as session:
        sign(session, house.clinicians[DANA], identity, OPEN, house.clock())


def test_one_change_at_a_time_and_any_clinician_may_withdraw_it(house: House) -> None:
    identity = proposed(house)
    with pytest.raises(Conflict):
        proposed(house)
    with house.store.write() as session:
        withdraw(session, house.clinicians[OMAR], identity, house.clock())
    with pytest.raises(Conflict):
        signed(house, identity, DANA)


def form(browser: Browser, **more: str) -> dict[str, str]:
    fields = {f"{section}_{level}": str(value) for section, levels in OPEN.items() for level, value in levels.items()}
    return {"csrf": browser.field(browser.get("/console/thresholds").text, "csrf"), "reason": "Too many are missed.", **fields, **more}


def test_from_proposal_to_two_signatures_in_the_console(house: House, dana: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    maya = house.patient("Maya")
    house.says(maya, TEXT)
    monkeypatch.setattr("console.limits.measure", lambda *given: measure(*given).join(60))
    assert dana.post("/console/thresholds", form(dana)).status_code == 303
    identity = change(house).id
    page = dana.get("/console/thresholds").text
    assert "would be heard as graver" in page
    assert "gave the cat a new home" in page
    omar = house.browser().entered(OMAR)
    csrf = omar.field(omar.get("/console/thresholds").text, "csrf")
    wrong = omar.post(f"/console/thresholds/{identity}/sign", {"csrf": csrf, "password": "not his password"})
    assert wrong.status_code == 422
    assert change(house).first_by is None
    for browser in (omar, dana):
        csrf = browser.field(browser.get("/console/thresholds").text, "csrf")
        assert browser.post(f"/console/thresholds/{identity}/sign", {"csrf": csrf, "password": PASSWORD}).status_code == 303
    assert change(house).status == ChangeStatus.ACCEPTED
    assert "take effect when Afterglow is started the next time" in dana.get("/console/thresholds").text


@pytest.mark.parametrize("wrong", [{"alone_2": "2"}, {"alone_2": "0"}, {"alone_2": "much"}, {"reason": " "}, {}])
def test_numbers_that_cannot_be_meant_are_not_proposed(house: House, dana: Browser, wrong: dict[str, str]) -> None:
    running = numbers_of(house.parts.clinical.model)
    fields = {f"{section}_{level}": str(value) for section, levels in running.items() for level, value in levels.items()}
    changed = {"alone_3": "0.5"} if wrong else {}  # the last: nothing is changed at all
    assert dana.post("/console/thresholds", form(dana, **{**fields, **changed, **wrong})).status_code == 422
    assert house.rows(ThresholdChange) == []


def test_an_open_page_learns_that_the_measuring_is_done(house: House) -> None:
    identity = proposed(house)
    before = house.read(read_watch).version
    with house.store.write() as session:
        measured(session, identity, {"messages": 0, "moves": [], "gained": [], "lost": []})
    assert house.read(read_watch).version != before
