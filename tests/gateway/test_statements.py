"""What one message costs the database. Every patient waits for each statement, so their number is a promise."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import event

from tests.gateway.house import Browser, House, open_house

ONE_TURN = 33  # cookie 1, look 8, record 12, answer 7, the browser's two looks 4, and one for an open module


@contextmanager
def counted(house: House) -> Iterator[list[str]]:
    """Every statement of the gateway, whoever says it."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            said.append(statement)

    event.listen(house.store.engine, "before_cursor_execute", note)
    yield said
    event.remove(house.store.engine, "before_cursor_execute", note)


def turns(house: House, browser: Browser, texts: tuple[str, ...]) -> list[int]:
    """What each of them cost from the browser's request to the answer on its open stream."""
    stream, costs = browser.events(), []
    with counted(house) as said:
        for text in texts:
            said.clear()
            seq = browser.say(text)
            next(data for name, data in stream if name == "message" and data["seq"] > seq)
            costs.append(len(said))
    return costs


def test_a_turn_with_rasa_costs_few_statements_and_wakes_no_beat(tmp_path: Path, rasa_url: str) -> None:
    """The least of several: every second the beats look by themselves, and that may fall into a turn."""
    with open_house(tmp_path, RASA_URLS=rasa_url) as house:
        browser = house.browser()
        costs = turns(house, browser, ("hi", "can i drive tomorrow", "what is kap anyway", "thanks", "is ketamine addictive"))
    assert min(costs[1:]) <= ONE_TURN, costs
