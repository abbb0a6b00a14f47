"""A stand-in for Twilio's REST API over real HTTP, and requests signed as Twilio signs them. Payloads lie in tests/payloads."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from twilio.request_validator import RequestValidator

PAYLOADS = Path(__file__).resolve().parents[1] / "payloads" / "twilio"
ACCOUNT, TOKEN, NUMBER = "AC00000000000000000000000000000001", "a-token-for-tests", "+15550100100"


def payload(name: str, **changes: str) -> dict[str, str]:
    return {**json.loads((PAYLOADS / f"{name}.json").read_text()), **changes}


def signature(url: str, form: Mapping[str, str]) -> str:
    return str(RequestValidator(TOKEN).compute_signature(url, dict(form)))


@dataclass
class Texts:
    """What the stand-in has taken, and how it should misbehave next."""

    url: str = ""
    sent: list[dict[str, Any]] = field(default_factory=list)
    refuse: list[tuple[int, int]] = field(default_factory=list)
    """(HTTP status, Twilio code) for the next requests."""
    swallow: int = 0
    """So many texts are taken without an answer: the line breaks first."""
    proxied: bool = False
    """A proxy answers in Twilio's place: 200, and a page for people."""
    garbled: int = 0
    """So many texts are taken, and the answer is that page."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def bodies(self, to: str) -> list[str]:
        return [text["body"] for text in self.sent if text["to"] == to]

    def take(self, to: str, body: str) -> dict[str, Any]:
        with self.lock:
            sid = f"SM{len(self.sent) + 1:032x}"
            now = datetime.now(UTC)
            text = {**payload("created"), "to": to, "body": body, "sid": sid, "date_sent": format_datetime(now)}
            self.sent.append(text)
            return text


@contextmanager
def twilio_stand_in() -> Iterator[Texts]:
    texts = Texts()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(texts))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    texts.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield texts
    finally:
        server.shutdown()
        server.server_close()


def _handler(texts: Texts) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            if texts.proxied:
                return self._page()
            if texts.refuse:
                status, code = texts.refuse.pop(0)
                return self._answer(status, {"code": code, "message": "refused", "more_info": "", "status": status})
            text = texts.take(form["To"][0], form["Body"][0])
            if texts.garbled > 0:
                texts.garbled -= 1
                return self._page()
            if texts.swallow > 0:
                texts.swallow -= 1
                return self.close_without_answer()
            self._answer(201, text)

        def do_GET(self) -> None:
            if texts.proxied:
                return self._page()
            query = parse_qs(urlsplit(self.path).query)
            since = query.get("DateSent>", [""])[0]
            found = [one for one in texts.sent if one["to"] == query["To"][0] and _since(one, since)]
            self._answer(200, {"messages": found, "next_page_uri": None, "page_size": 50})

        def close_without_answer(self) -> None:
            self.close_connection = True
            self.connection.close()

        def _answer(self, status: int, body: Any) -> None:
            self._write(status, "application/json", json.dumps(body).encode())

        def _page(self) -> None:
            self._write(200, "text/html", b"<!doctype html><title>Please log in</title>")

        def _write(self, status: int, kind: str, data: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    return Handler


def _since(text: Mapping[str, Any], since: str) -> bool:
    if not since:
        return True
    return parsedate_to_datetime(text["date_sent"]) >= datetime.fromisoformat(since.replace("Z", "+00:00")).replace(microsecond=0)
