"""Whatever breaks the clock's look, and whenever: after the next look everything was said once, and nothing twice."""


from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from gateway.prompts import Prompter
from launch.postgres import throwaway_postgres
from store.care import Flag, FlagKind
from store.course import Dose, Enrolment, ModuleRun
from store.patients import add_patient
from store.prompts import Prompt
from store.talk import Message
from tests.gateway.clockwork import Clockwork, clockwork
from tests.gateway.pager_house import awaited


class PulledOutError(Exception):
    """The plug was pulled."""


@contextmanager
def plug(work: Clockwork, name: str, at: int) -> Iterator[list[int]]:
    """Break the `at`-th statement of its kind, before or after the database has carried it out."""
    seen = [0]

    def pull(*_given: Any, **_named: Any) -> None:
        seen[0] += 1
        if seen[0] == at:
            raise PulledOutError

    def statement(_connection: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        if sql.split()[0].upper() in {"INSERT", "UPDATE", "DELETE"}:
            pull()

    listener: Callable[..., None] = pull if name == "commit" else statement
    event.listen(work.store.engine, name, listener)
    try:
        yield seen
    finally:
        event.remove(work.store.engine, name, listener)


def offering(work: Clockwork) -> None:
    """Day 7: the fade check is due."""
    work.dose(hours_ago=7 * 24)


def reminding(work: Clockwork) -> None:
    work.dose(hours_ago=7 * 24)
    work.run(minutes=1)
    work.now += timedelta(hours=22)
    work.change(lambda *_: None)


def letting_go_and_telling(work: Clockwork) -> None:
    reminding(work)
    work.run(minutes=1)
    work.now += timedelta(hours=27)
    work.change(lambda *_: None)


SCENES = [offering, reminding, letting_go_and_telling]


def state(work: Clockwork) -> dict[str, Any]:
    said = sorted(work.said(), key=lambda one: one.seq)
    return {
        "said": [(one.seq, one.script) for one in said],
        "prompts": sorted((one.module, one.reminded_at is not None, one.let_go_at is not None) for one in work.rows(Prompt)),
        "runs": sorted((one.module, one.status) for one in work.rows(ModuleRun)),
        "flags": sorted((one.module or "", one.kind) for one in work.rows(Flag)),
        "last_seq": work.conversation().last_seq,
    }


NEVER = 10**6


@pytest.mark.parametrize("scene", SCENES)
def test_a_fault_before_or_after_any_write_leaves_no_trace_and_is_made_good(scene: Callable[[Clockwork], None], tmp_path: Path) -> None:
    with clockwork(tmp_path / "whole") as whole:
        scene(whole)
        with plug(whole, "before_cursor_execute", NEVER) as writes, plug(whole, "commit", NEVER) as commits:
            Prompter(whole.parts).look_at_next()
        wanted = state(whole)
    assert writes[0] >= 3
    with clockwork(tmp_path / "broken") as work:
        scene(work)
        before = state(work)
        moments = [(name, at) for name in ("before_cursor_execute", "after_cursor_execute") for at in range(1, writes[0] + 1)]
        for name, at in [*moments, *(("commit", at) for at in range(1, commits[0] + 1))]:
            with plug(work, name, at), pytest.raises(PulledOutError):
                Prompter(work.parts).look_at_next()
            assert state(work) == before, f"{name} {at} left something behind"
        Prompter(work.parts).look_at_next()
        assert state(work) == wanted
        work.change(lambda *_: None)  # the process that died after the commit: looking again says nothing new
        Prompter(work.parts).look_at_next()
        assert state(work) == wanted


def test_two_gateways_that_look_at_the_same_moment_offer_once(tmp_path: Path) -> None:
    with throwaway_postgres() as url, clockwork(tmp_path, url) as work:
        for round_ in range(6):
            work.now += timedelta(days=30)
            work.dose(hours_ago=7 * 24 - 1 + round_)
            with ThreadPoolExecutor(4) as pool:
                list(pool.map(lambda _: Prompter(work.parts).look_at_next(), range(4)))
            work.deliver()
        assert sorted(work.offered()) == ["M10"] * 6
        assert len([one for one in work.said() if one.script == "M10.S1"]) == 6
        assert len(work.rows(Message)) == work.conversation().last_seq


def test_one_broken_record_keeps_the_clock_from_nobody_else_and_is_told(tmp_path: Path) -> None:
    with clockwork(tmp_path) as work:
        work.dose(hours_ago=7 * 24)
        work.change(lambda _s, enrolment, *_: setattr(enrolment, "opens", "25h00"))  # what no form lets through
        with work.store.write() as session:
            other = add_patient(session, name="Noor")
            ended = work.now - timedelta(days=7)
            session.add(Enrolment(patient_id=other.id, started_at=ended, consent_at=ended))
            session.add(Dose(patient_id=other.id, ended_at=ended, discharged_at=ended))
            other.timezone, other_id = "America/Denver", other.id
        awaited(lambda: Prompter(work.parts).sweep())
        assert [one.patient_id for one in work.rows(Prompt)] == [other_id]
        (flag,) = work.rows(Flag)
        assert flag.kind == FlagKind.BOT_FAILED
        assert flag.conversation_id == work.conversation().id
        assert Prompter(work.parts).look_at_next() is None  # it comes back to her later
