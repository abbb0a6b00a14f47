"""A page is accepted by an open console, once, and the patient is told the truth about it."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from store.care import PageStatus
from store.paging import accept_pages
from store.talk import Author, Owner
from tests.console.house import DANA, OMAR, PASSWORD, Browser, Clock, House, open_house, pages, serving, wait_until


@pytest.fixture
def served(tmp_path: Path) -> Iterator[House]:
    house = open_house(tmp_path, Clock(fixed=None))
    with serving(house):
        yield house


def logged_in(house: House, email: str) -> httpx.Client:
    client = httpx.Client(base_url=house.url, timeout=20)
    seal = Browser.field(client.get("/login").text, "csrf")
    assert client.post("/login", data={"csrf": seal, "email": email, "password": PASSWORD}).status_code == 303
    return client


def received(house: House, conversation: str) -> list[str]:
    return [one.text for one in house.messages(conversation) if one.author == Author.PROTOCOL]


def follow(client: httpx.Client, heard: list[tuple[str, dict]], until: threading.Event) -> threading.Thread:
    def run() -> None:
        name = ""
        with suppress(httpx.RemoteProtocolError), client.stream("GET", "/events") as answer:  # the test ends first
            for line in answer.iter_lines():
                if line.startswith("event: "):
                    name = line[7:]
                elif line.startswith("data: "):
                    heard.append((name, json.loads(line[6:])))
                if until.is_set():
                    return

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def test_without_an_open_console_a_page_stays_due(house: House, dana: Browser) -> None:
    maya = house.crisis("Maya", "I plan it", "plan it")
    dana.get()
    [page] = pages(house)
    assert page.status == PageStatus.DUE
    assert received(house, maya) == []


def test_an_open_console_accepts_a_page_within_a_second_and_the_patient_hears_it(served: House) -> None:
    heard: list[tuple[str, dict]] = []
    done = threading.Event()
    follow(logged_in(served, DANA), heard, done)
    wait_until(lambda: bool(heard))
    began = time.monotonic()
    maya = served.crisis("Maya", "I plan it", "plan it")
    wait_until(lambda: pages(served)[0].status == PageStatus.ACCEPTED, 1)
    assert time.monotonic() - began < 1
    [page] = pages(served)
    assert page.accepted_by == served.clinicians[DANA]
    assert page.acknowledged_at is None, "accepted by a console is not acknowledged by a person"
    assert len(received(served, maya)) == 1
    wait_until(lambda: any(data.get("waiting") == 1 for _, data in heard), 1)
    done.set()


def test_the_stream_says_that_something_changed_and_never_what(served: House) -> None:
    heard: list[tuple[str, dict]] = []
    done = threading.Event()
    follow(logged_in(served, DANA), heard, done)
    served.crisis("Maya", "I plan it", "plan it")
    wait_until(lambda: any(data.get("calls") for _, data in heard))
    done.set()
    assert "Maya" not in json.dumps(heard)
    assert "plan" not in json.dumps(heard)


def test_several_open_consoles_accept_a_page_once(served: House) -> None:
    done = threading.Event()
    consoles: list[list[tuple[str, dict]]] = [[] for _ in range(4)]
    for place, heard in enumerate(consoles):
        follow(logged_in(served, (DANA, OMAR)[place % 2]), heard, done)
    wait_until(lambda: all(consoles))
    crises = [served.crisis(f"Patient {number}", "I plan it", "plan it") for number in range(8)]
    wait_until(lambda: all(page.status == PageStatus.ACCEPTED for page in pages(served)), 10)
    time.sleep(1.2)
    done.set()
    assert [len(received(served, one)) for one in crises] == [1] * 8


def test_many_at_the_same_moment_accept_a_page_once(house: House) -> None:
    maya = house.crisis("Maya", "I plan it", "plan it")
    told: list[str] = []
    ready = threading.Barrier(6)

    def accept(clinician_id: str) -> None:
        ready.wait()
        told.extend(accept_pages(house.store, clinician_id, house.parts.content, house.clock()))

    threads = [threading.Thread(target=accept, args=(house.clinicians[(DANA, OMAR)[n % 2]],)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == [maya]
    assert len(received(house, maya)) == 1


def test_an_idle_console_ends_its_stream_and_accepts_nothing_more(tmp_path: Path) -> None:
    house = open_house(tmp_path, Clock(fixed=None))
    with serving(house):
        heard: list[tuple[str, dict]] = []
        thread = follow(logged_in(house, DANA), heard, threading.Event())
        wait_until(lambda: bool(heard))
        house.clock.forward(minutes=14, seconds=30)
        wait_until(lambda: any(name == "idle" for name, _ in heard))
        house.clock.forward(minutes=1)
        thread.join(5)
        assert not thread.is_alive()
        assert heard[-1][0] == "ended"
        house.crisis("Maya", "I plan it", "plan it")
        time.sleep(1.2)
        assert pages(house)[0].status == PageStatus.DUE


def test_whoever_has_it_has_received_it(house: House, dana: Browser) -> None:
    """No console was open: "I've got it" also means that the page arrived."""
    maya = house.crisis("Maya", "I plan it", "plan it")
    dana.press(maya, "acknowledge")
    [page] = pages(house)
    assert page.accepted_at is not None
    assert page.status == PageStatus.ACKNOWLEDGED
    assert len(received(house, maya)) == 1


def test_a_page_for_a_conversation_a_person_has_does_not_speak_into_it(house: House, dana: Browser) -> None:
    maya = house.crisis("Maya", "I plan it", "plan it")
    dana.press(maya, "take-over")
    before = len(house.messages(maya))
    house.flag(maya, house.says(maya, "I took them", heard="took them", level=5), 5, page=True)
    accept_pages(house.store, house.clinicians[OMAR], house.parts.content, house.clock())
    assert house.conversation(maya).owner == Owner.HUMAN
    assert len(house.messages(maya)) == before + 1
