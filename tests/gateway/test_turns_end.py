"""Every turn with Rasa ends: with its answer, or with the reviewed line and a person. None is asked about for ever."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from store.messages import lock_conversation
from store.outbox import LONG_AGO
from store.talk import Message, TurnStatus
from tests.gateway.house import House, open_house, wait_until

ELSEWHERE = {"type": "answer", "data": {"module": "M4", "step": "S999", "value": "x", "text": "x"}}
"""Actions that were started on other content than the gateway: a step that nobody here knows."""


@contextmanager
def rasa_that_says(*effects: dict[str, Any]) -> Iterator[str]:
    """A turn as bot/actions hands it over, over real HTTP."""
    turn = {"afterglow": 1, "lines": [{"text": "Thank you.", "choices": [], "key": ""}], "effects": effects, "understood": True}
    data = json.dumps([{"custom": turn}]).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def inbound(house: House) -> list[Message]:
    return [one for one in house.messages() if one.inbound]


def scripts(house: House) -> list[str | None]:
    return [one.script for one in house.messages() if not one.inbound]


def bot_failed(house: House) -> list[str]:
    return [flag.reason for flag in house.flags() if flag.kind == "bot_failed"]


def test_an_answer_that_cannot_be_written_down_becomes_the_fallback_and_a_flag(tmp_path: Path) -> None:
    with rasa_that_says(ELSEWHERE) as url, open_house(tmp_path, RASA_URLS=url) as house:
        house.browser().say("is it normal to feel tired")
        wait_until(lambda: "fallback" in scripts(house), 60, "the patient got nothing")
        assert [one.turn_status for one in inbound(house)] == [TurnStatus.FAILED]
        assert len(bot_failed(house)) == 1


def test_a_message_behind_it_is_not_held_up(tmp_path: Path) -> None:
    with rasa_that_says(ELSEWHERE) as url, open_house(tmp_path, RASA_URLS=url) as house:
        browser = house.browser()
        for text in ("is it normal to feel tired", "can i drive"):
            browser.say(text)
        wait_until(lambda: [one.turn_status for one in inbound(house)] == [TurnStatus.FAILED] * 2, 60)


def test_a_turn_that_was_left_behind_again_and_again_is_given_up_to_a_person(tmp_path: Path) -> None:
    """Rasa would answer it: but whoever takes it up dies of it."""
    with rasa_that_says() as url, open_house(tmp_path, RASA_URLS=url) as house:
        browser = house.browser()
        browser.say("is it normal to feel tired")
        wait_until(lambda: [one.turn_status for one in inbound(house)] == [TurnStatus.DONE], 60)
        with house.store.write() as session:
            lock_conversation(session, house.conversation().id)
            left = session.get_one(Message, inbound(house)[0].id)
            left.turn_status, left.turn_attempts, left.claimed_by, left.claimed_until = TurnStatus.ASKING, 4, "a dead gateway", LONG_AGO
        wait_until(lambda: [one.turn_status for one in inbound(house)] == [TurnStatus.FAILED], 60)
        assert "given_up" in bot_failed(house)[0]
        assert scripts(house)[-2:] == ["fallback", "fallback_urgent"]
