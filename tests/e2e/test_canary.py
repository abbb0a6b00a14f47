"""Logs carry ids, never text: a canary sentence goes through the whole flow and is found in the record only."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from launch.stack import Stack
from tests.e2e.clinician import Clinician
from tests.e2e.phone import Phone
from tests.widget.pages import PatientPage

CANARY = "zebrafinch"
STORAGE = "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"


def test_a_canary_appears_in_no_log_no_address_and_no_browser_storage(
    house: Stack,
    stack: Stack,
    patient: Callable[..., PatientPage],
    clinician: Callable[[Stack], Clinician],
    new_page: Callable[[], Page],
) -> None:
    desk = clinician(house)
    one = patient(house)
    addresses: list[str] = []
    for page in (one.page, desk.page):
        page.on("request", lambda request: addresses.append(request.url))
    one.talk.say(f"is it normal to dream of a {CANARY}?")
    one.talk.say(f"i'm going to end my life tonight, the {CANARY} can have everything")
    one.talk.expect_heard("988", by="protocol", timeout=20_000)
    Phone(new_page(), house.url, "Ruth").text(f"the {CANARY} sang all night")
    desk.open("Maya")
    desk.write(f"I read about the {CANARY}. I'm here.")
    one.talk.expect_heard(CANARY, by="clinician")
    logs = {path: path.read_text("utf-8", "replace") for where in (house, stack) for path in where.places.logs.glob("*.log")}
    assert {"gateway", "rasa", "actions"} <= {path.stem for path in logs}
    assert [path.name for path, text in logs.items() if CANARY in text] == []
    assert addresses
    assert [url for url in addresses if CANARY in url] == []
    assert CANARY not in one.page.evaluate(STORAGE)
    assert CANARY not in desk.page.evaluate(STORAGE)
    assert CANARY not in desk.page.title()
    assert not _in_plain(house.places.data), "the record holds patients' words unencrypted"


def _in_plain(folder: Path) -> list[str]:
    return [path.name for path in folder.glob("afterglow.db*") if CANARY.encode() in path.read_bytes()]
