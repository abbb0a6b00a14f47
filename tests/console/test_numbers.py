"""Numbers for the director: what they count, what they leave out, and that alarms are set on what there is."""

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

import yaml

from gateway.health import HALF_DEAF
from store.care import Flag, FlagKind, PageStatus
from store.course import ModuleRun
from store.dispositions import Closing, close_flag
from store.drills import Drill
from store.figures import Figures, read_figures, spread
from store.ladder import go_on, pages_of
from store.numbers import read_numbers
from store.ownership import acknowledge, take_over
from store.talk import Author, Message
from tests.console.house import Browser, Clock, House, flags

ALERTS = yaml.safe_load((Path(__file__).resolve().parents[2] / "deploy" / "alerts.yml").read_text("utf-8"))
RULES = [rule for group in ALERTS["groups"] for rule in group["rules"]]


def figures(house: House, days: int = 30) -> Figures:
    until = house.clock() + timedelta(seconds=1)
    return house.read(lambda session: read_figures(session, until - timedelta(days=days), until))


def taken(house: House, clock: Clock, name: str, level: int, after: float, joined: float) -> str:
    """A crisis that is acknowledged and joined after so many minutes."""
    conversation = house.crisis(name, "I plan it", "plan it", level)
    clock.forward(minutes=after)
    with house.store.write() as session:
        acknowledge(session, house.act(conversation))
    clock.forward(minutes=joined - after)
    with house.store.write() as session:
        take_over(session, house.act(conversation))
    return conversation


def test_how_fast_somebody_came_by_level(house: House, clock: Clock) -> None:
    for after, joined in ((1, 2), (3, 5), (20, 30)):
        taken(house, clock, f"Patient {after}", 4, after, joined)
    house.crisis("Nobody came", "I plan it", "plan it", 5)
    clock.forward(minutes=11)
    five, four = figures(house).levels
    assert (four.level, four.flags, four.late) == (4, 3, 1)
    assert (four.acknowledged.median, four.acknowledged.p90, four.acknowledged.worst) == (180, 1200, 1200)
    assert (four.human.median, four.human.worst) == (300, 1800)
    assert (five.acknowledged.count, five.acknowledged.missing, five.late) == (0, 1, 1)


def test_a_flag_closed_after_a_call_has_met_a_human_then(house: House, clock: Clock) -> None:
    maya = house.crisis("Maya", "I plan it", "plan it")
    clock.forward(minutes=7)
    with house.store.write() as session:
        close_flag(session, house.act(maya), flags(house)[0].id, Closing("safety_plan"))
    [four] = figures(house).levels
    assert four.human.median == 420


def test_whoever_was_there_already_came_at_once(house: House, clock: Clock) -> None:
    maya = taken(house, clock, "Maya", 3, 1, 2)
    clock.forward(minutes=10)
    house.flag(maya, house.says(maya, "and they hit me", heard="hit me", level=4), 4, kind=FlagKind.UNSCREENED)
    by_level = {one.level: one for one in figures(house).levels}
    assert by_level[4].human.median == 0


def test_per_thousand_messages_false_alarms_dispositions_modules_and_what_did_not_arrive(house: House, clock: Clock) -> None:
    theo = house.crisis("Theo", "I could kill for a coffee", "kill for", 3)
    for number in range(49):
        house.says(theo, f"hello {number}")
    with house.store.write() as session:
        close_flag(session, house.act(theo), flags(house)[0].id, Closing("false_alarm"))
        patient = house.conversation(theo).patient_id
        session.add(ModuleRun(patient_id=patient, module="M4", status="finished", opened_at=clock(), moved_at=clock()))
        session.add(ModuleRun(patient_id=patient, module="M4", status="paused", opened_at=clock(), moved_at=clock()))
    house.line(theo, "Hello", Author.BOT)
    with house.store.write() as session:
        for row in session.query(Message).filter(Message.author == Author.BOT):
            row.delivery_status, row.channel = "failed", "sms"
    found = figures(house)
    assert (found.messages, found.flags, found.per_thousand) == (50, 1, 20)
    assert (found.false_alarms, found.dispositions) == (1, {"false_alarm": 1})
    assert [(one.module, one.opened, one.finished, one.under_way) for one in found.modules] == [("M4", 2, 1, 1)]
    assert found.undelivered == {"sms": 1}


def test_the_daily_test_and_own_reminders_are_in_no_number(house: House) -> None:
    test = house.patient("TEST", test=True)
    house.flag(test, house.says(test, "TEST", heard="TEST", level=5), 5, page=True)
    maya = house.patient("Maya")
    house.flag(maya, None, 1, "none", kind=FlagKind.FOLLOW_UP)
    found = figures(house)
    assert (found.messages, found.flags, list(found.levels)) == (0, 0, [])


def test_percentiles_are_values_that_were_measured() -> None:
    found = spread([timedelta(seconds=second) for second in range(1, 11)])
    assert (found.median, found.p90, found.worst) == (5.5, 9, 10)
    assert spread([None]).missing == 1


def test_the_page_and_the_table_say_the_same(house: House, clock: Clock, dana: Browser) -> None:
    taken(house, clock, "Maya", 4, 3, 5)
    page = dana.get("/console/numbers").text
    answer = dana.get("/console/numbers/numbers.csv?days=7")
    rows = {(row["measure"], row["of"]): row["value"] for row in csv.DictReader(io.StringIO(answer.text))}
    assert answer.headers["content-type"].startswith("text/csv")
    assert rows["seconds to acknowledgement, median", "level 4"] == "180"
    assert rows["flags", ""] == "1"
    assert "<td>3 min</td>" in page
    assert 'role="img" aria-label="Flags per 1,000 messages' in page
    assert "Maya" not in page + answer.text


def test_metrics_carry_the_directors_figures(house: House, clock: Clock) -> None:
    taken(house, clock, "Maya", 4, 3, 5)
    found = {one.name: one.values for one in house.read(lambda session: read_numbers(session, clock()))}
    assert ({"level": "4", "quantile": "0.5"}, 180) in found["afterglow_acknowledge_seconds"]
    assert ({"level": "4", "quantile": "1"}, 300) in found["afterglow_human_seconds"]
    assert found["afterglow_drill_planned"] == [({}, 0.0)]


def test_a_flag_that_was_opened_again_counts_as_late_and_one_that_somebody_has_does_not(house: House, clock: Clock) -> None:
    maya = house.crisis("Maya", "I plan it", "plan it")
    late = "afterglow_flag_overdue_seconds"

    def seconds() -> float:
        [(_, value)] = next(one.values for one in house.read(lambda session: read_numbers(session, clock())) if one.name == late)
        return value

    with house.store.write() as session:
        acknowledge(session, house.act(maya))
    clock.forward(minutes=15)
    assert seconds() == 0
    with house.store.write() as session:
        flag = session.get_one(Flag, flags(house)[0].id)
        page = pages_of(session, flag, (PageStatus.ACKNOWLEDGED,))[0]
        go_on(session, flag, page, timedelta(seconds=40), clock())
    assert seconds() == 300


def test_the_loudest_alarm_and_a_test_that_never_ran_wake_somebody_outside_the_house() -> None:
    waking = [rule["expr"] for rule in RULES if rule["labels"]["severity"] == "page"]
    assert any(re.fullmatch(r"afterglow_alarms > 0", expr) for expr in waking)
    assert any("afterglow_drill_planned == 1 unless" in expr for expr in waking), "before the first test there is no age to compare"


def test_every_alarm_is_set_on_a_number_there_is(house: House) -> None:
    there = {HALF_DEAF, *(one.name for one in house.read(lambda session: read_numbers(session, house.clock())))}
    for rule in RULES:
        named = set(re.findall(r"afterglow_\w+", rule["expr"]))
        assert named, rule["alert"]
        assert named <= there, rule["alert"]
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert rule["annotations"]["action"]


def test_only_an_admin_sets_the_daily_test(house: House, dana: Browser) -> None:
    omar = house.browser().entered("omar@clinic.example")
    for browser, expected in ((omar, 403), (dana, 303)):
        csrf = browser.field(browser.get("/console/numbers").text, "csrf")
        assert browser.post("/console/numbers/test-plan", {"csrf": csrf, "daily_at": "10:30"}).status_code == expected
    assert "every day at 10:30" in dana.get("/console/numbers").text
    csrf = dana.field(dana.get("/console/numbers").text, "csrf")
    assert dana.post("/console/numbers/test-plan", {"csrf": csrf, "daily_at": "25:00"}).status_code == 422
    assert dana.post("/console/numbers/test-plan", {"csrf": csrf, "daily_at": ""}).status_code == 303
    assert "No daily test is set" in dana.get("/console/numbers").text


def test_made_up_patients_stand_in_no_list_of_patients(house: House, dana: Browser) -> None:
    house.patient("TEST 25 Nov, no patient", test=True)
    house.patient("Maya")
    page = dana.get("/console/patients").text
    assert "Maya" in page
    assert "TEST 25 Nov" not in page


def test_a_test_that_was_missed_is_told_on_every_page(house: House, dana: Browser) -> None:
    conversation = house.patient("TEST 25 Nov, no patient", test=True)
    house.flag(conversation, house.says(conversation, "TEST", heard="TEST", level=5), 5, page=True)
    with house.store.write() as session:
        session.add(Drill(due_at=house.clock(), started_at=house.clock(), missed_at=house.clock(), conversation_id=conversation))
    for path in ("", "patients", "keys", f"conversations/{conversation}"):
        assert "TEST of the alert: not taken in time" in dana.get(f"/console/{path}").text
    assert 'class="test-mark">TEST' in dana.get().text
    assert "<b>TEST of the alert.</b> No patient waits" in dana.card(conversation)
