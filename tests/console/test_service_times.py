"""The director's times: every time somebody was asked for has its own clock, its own level and its own time to respond."""

from datetime import timedelta

from store.care import Flag, FlagStatus, Page
from store.figures import LevelFigures, read_figures
from store.ladder import go_on
from store.ownership import acknowledge
from tests.console.house import Clock, House


def by_level(house: House) -> dict[int, LevelFigures]:
    until = house.clock() + timedelta(seconds=1)
    levels = house.read(lambda session: read_figures(session, until - timedelta(days=30), until)).levels
    return {one.level: one for one in levels}


def takes(house: House, conversation: str) -> None:
    with house.store.write() as session:
        acknowledge(session, house.act(conversation))


def test_what_got_graver_hours_later_is_counted_from_then(house: House, clock: Clock) -> None:
    maya = house.patient("Maya")
    house.flag(maya, None, 2, page=True, minutes=240)
    clock.forward(minutes=10)
    takes(house, maya)
    clock.forward(hours=5)
    house.flag(maya, None, 5, page=True, minutes=5)
    flag = house.read(lambda session: session.query(Flag).one())
    assert (flag.status, flag.respond_by) == (FlagStatus.OPEN, clock() + timedelta(minutes=5)), "nothing on the card is late yet"
    clock.forward(minutes=1)
    takes(house, maya)
    levels = by_level(house)
    assert (levels[2].acknowledged.worst, levels[2].late) == (600, 0)
    assert (levels[5].acknowledged.worst, levels[5].late) == (60, 0)


def test_whoever_takes_the_graver_one_has_taken_the_first_as_well(house: House, clock: Clock) -> None:
    maya = house.patient("Maya")
    house.flag(maya, None, 3, page=True, minutes=30)
    clock.forward(minutes=40)
    house.flag(maya, None, 5, page=True, minutes=5)
    clock.forward(minutes=1)
    takes(house, maya)
    levels = by_level(house)
    assert (levels[3].acknowledged.worst, levels[3].late) == (41 * 60, 1)
    assert (levels[5].acknowledged.worst, levels[5].late) == (60, 0)


def test_taken_in_time_and_then_left_is_late(house: House, clock: Clock) -> None:
    maya = house.patient("Maya")
    house.flag(maya, None, 4, page=True, minutes=10)
    clock.forward(minutes=1)
    takes(house, maya)
    clock.forward(minutes=9)
    with house.store.write() as session:
        page = session.query(Page).one()
        go_on(session, session.get_one(Flag, page.flag_id), page, timedelta(seconds=40), clock())
    clock.forward(minutes=2)
    takes(house, maya)
    four = by_level(house)[4]
    assert (four.flags, four.acknowledged.median, four.acknowledged.worst, four.late) == (2, 90, 120, 1)
