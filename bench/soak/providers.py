"""Twilio, a pager service, a mail server and Rasa, each over its real protocol, and each at fault now and then: refusing,
taking without an answer, hanging, reporting late or twice. Seeded."""

from __future__ import annotations

import json
import queue
import random
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.controller import Controller

from bench.soak.ledger import Ledger, Taken

OK, REFUSE, REJECT, SWALLOW, HANG = "ok", "refuse", "reject", "swallow", "hang"
FAULTS: Mapping[str, tuple[tuple[str, float], ...]] = {
    "twilio": ((REFUSE, 0.05), (REJECT, 0.01), (SWALLOW, 0.03), (HANG, 0.004)),
    "twilio list": ((REFUSE, 0.05),),
    "mail": ((REFUSE, 0.06), (REJECT, 0.02), (SWALLOW, 0.03)),
    "pager": ((REFUSE, 0.08), (REJECT, 0.01), (SWALLOW, 0.04), (HANG, 0.004)),
    "rasa": ((REFUSE, 0.02), (SWALLOW, 0.01)),
}
UNDELIVERED, SILENT, TWICE = 0.04, 0.02, 0.1


@dataclass
class Providers:
    """Where they listen, what they do next, and the reports that Twilio still has to make."""

    ledger: Ledger
    random: random.Random
    hang_seconds: float
    web: str = ""
    smtp: str = ""
    reports: queue.SimpleQueue[dict[str, str]] = field(default_factory=queue.SimpleQueue)

    def next_fault(self, who: str) -> str:
        with self.ledger.lock:
            roll = self.random.random()
        for fault, share in FAULTS[who]:
            if roll < share:
                self.ledger.count(f"{who}: {fault}")
                return fault
            roll -= share
        return OK

    def take(self, form: Mapping[str, list[str]], *, answered: bool) -> dict[str, Any]:
        row = parse_qs(urlsplit(form["StatusCallback"][0]).query)["message"][0]
        ledger, now = self.ledger, datetime.now(UTC)
        with ledger.lock:
            sid = f"SM{len(ledger.taken) + 1:032x}"
            ledger.taken.append(Taken(row, form["To"][0], form["Body"][0], sid, now.timestamp(), answered))
            roll, again = self.random.random(), self.random.random() < TWICE
        if roll >= SILENT:
            status = "undelivered" if roll < SILENT + UNDELIVERED else "delivered"
            report = {"message": row, "MessageSid": sid, "MessageStatus": status, "ErrorCode": "30003" if status == "undelivered" else ""}
            for _ in range(2 if again else 1):
                self.reports.put(report)
        return {"sid": sid, "to": form["To"][0], "body": form["Body"][0], "status": "queued", "date_sent": format_datetime(now)}

    def listed(self, query: Mapping[str, list[str]]) -> list[dict[str, Any]]:
        since = datetime.fromisoformat(query["DateSent>"][0].replace("Z", "+00:00")).replace(microsecond=0)
        with self.ledger.lock:
            found = [one for one in self.ledger.taken if one.phone == query["To"][0]]
        texts = [{"sid": one.sid, "to": one.phone, "body": one.body, "date_sent": _date(one.at)} for one in found]
        return [one for one in texts if parsedate_to_datetime(one["date_sent"]) >= since]


def _date(at: float) -> str:
    return format_datetime(datetime.fromtimestamp(at, UTC))


@contextmanager
def providers(ledger: Ledger, seed: str, hang_seconds: float) -> Iterator[Providers]:
    ours = Providers(ledger, random.Random(f"{seed}/providers"), hang_seconds)  # noqa: S311 - faults, no secrets
    with ExitStack() as stack:
        server = _Server(("127.0.0.1", 0), _handler(ours))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        stack.callback(server.server_close)
        stack.callback(server.shutdown)
        ours.web = f"http://127.0.0.1:{server.server_address[1]}"
        mail = Controller(_Mailbox(ours), hostname="127.0.0.1", port=_free_port())
        mail.start()
        stack.callback(mail.stop)
        ours.smtp = f"smtp://127.0.0.1:{mail.port}"
        yield ours


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class _Mailbox:
    def __init__(self, ours: Providers) -> None:
        self._ours = ours

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        fault = self._ours.next_fault("mail")
        if fault in (REFUSE, REJECT):
            return "451 later, please" if fault == REFUSE else "550 no such person"
        envelope.rcpt_tos.append(address)
        envelope.swallow = fault == SWALLOW
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        mail = message_from_bytes(envelope.content)
        with self._ours.ledger.lock:
            self._ours.ledger.mails.append((str(mail["Message-ID"]), not envelope.swallow))
        if envelope.swallow:
            server.transport.abort()
        return "250 taken"


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, _request: Any, _address: Any) -> None:
        """A gateway that was killed hears no answer: that is the point."""


def _handler(ours: Providers) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path.startswith("/webhooks/"):
                self._rasa()
            elif self.path.startswith("/pager"):
                self._pager()
            else:
                self._twilio(parse_qs(body.decode()))

        def do_GET(self) -> None:
            if "/Messages.json" not in self.path:
                return self._answer(200, {"status": "ok"})
            if ours.next_fault("twilio list") != OK:
                return self._answer(503, {"code": 20503, "message": "later", "more_info": "", "status": 503})
            found = ours.listed(parse_qs(urlsplit(self.path).query))
            return self._answer(200, {"messages": found, "next_page_uri": None, "page_size": 50})

        def _twilio(self, form: Mapping[str, list[str]]) -> None:
            fault = ours.next_fault("twilio")
            if fault in (REFUSE, REJECT):
                status, code = (503, 20503) if fault == REFUSE else (400, 21211)
                return self._answer(status, {"code": code, "message": "refused", "more_info": "", "status": status})
            text = ours.take(form, answered=fault == OK)
            return self._after(fault, 201, text)

        def _pager(self) -> None:
            fault = ours.next_fault("pager")
            if fault in (REFUSE, REJECT):
                return self._answer(500 if fault == REFUSE else 400, {})
            with ours.ledger.lock:
                ours.ledger.events.append((self.headers["Idempotency-Key"], fault == OK))
            return self._after(fault, 202, {})

        def _rasa(self) -> None:
            """One line for every question; a little late, so that people take over while it thinks."""
            with ours.ledger.lock:
                pause = ours.random.random() ** 3
            time.sleep(pause)
            fault = ours.next_fault("rasa")
            line = {"text": "This is what the bot would say.", "choices": [], "key": "soak"}
            turn = {"afterglow": 1, "lines": [line], "effects": [], "understood": True, "intent": "soak"}
            if fault == SWALLOW:
                return self._hang_up()
            return self._answer(200, [] if fault == REFUSE else [{"recipient_id": "soak", "custom": turn}])

        def _after(self, fault: str, status: int, body: Any) -> None:
            if fault == HANG:
                time.sleep(ours.hang_seconds)
            if fault == OK:
                return self._answer(status, body)
            return self._hang_up()

        def _hang_up(self) -> None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)

        def _answer(self, status: int, body: Any) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    return Handler
