"""A small honest stand-in for the gateway: the web contract as the widget sees it, and nothing behind it.

It keeps the contract's promises (gapless numbers, one effect per client id, replay from any number) and can be told
to break the line in the ways that phones and proxies do. Only tests and pictures use it.
"""

import asyncio
import json
import re
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, JSONResponse, StreamingResponse
from fastapi.staticfiles import StaticFiles

WIDGET = Path(__file__).resolve().parents[2] / "widget"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; "
    "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
PEOPLE = {
    "maya": {"id": "maya", "name": "Maya", "about": "day 1", "phone": "+15550100101"},
    "jonas": {"id": "jonas", "name": "Jonas", "about": "day 9", "phone": "+15550100102"},
    "ruth": {"id": "ruth", "name": "Ruth", "about": "before the first dose", "phone": "+15550100103"},
}
HELP = {"crisis_line": "988", "emergency": "911", "text_line": "HOME to 741741", "clinic_phone": "+1 555 010 0199"}
Event = dict[str, Any]


@dataclass
class Conversation:
    """One patient's numbered messages and the state above them."""

    messages: list[Event] = field(default_factory=list)
    taken: dict[str, int] = field(default_factory=dict)
    state: Event = field(default_factory=lambda: {"owner": "bot", "typing": False, "crisis": False})
    seen: int = 0

    def add(self, author: str, text: str, **more: Any) -> Event:
        message = {
            "seq": len(self.messages) + 1, "author": author, "name": None, "text": text, "choices": [],
            "at": datetime.now(UTC).isoformat(), "channel": "web", "client_id": None, "answered": False,
        } | more
        self.messages.append(message)
        return message


@dataclass
class Stand:
    """What a test can see and turn."""

    demo: bool = True
    talkative: bool = True
    down: bool = False
    lose_answers: int = 0
    slow: float = 0.0
    refuse: tuple[int, Event] | None = None
    withheld: set[int] = field(default_factory=set)
    generation: int = 0
    attempts: list[Event] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    talks: dict[str, Conversation] = field(default_factory=lambda: {key: Conversation() for key in PEOPLE})
    texts: dict[str, list[Event]] = field(default_factory=dict)

    @property
    def maya(self) -> Conversation:
        return self.talks["maya"]

    def cut(self) -> None:
        """Ends every open stream, as a proxy or a sleeping phone does."""
        self.generation += 1

    def set_state(self, **state: Any) -> None:
        self.maya.state = self.maya.state | state

    def fill(self, count: int, *, days: int = 3) -> None:
        """A long conversation that happened over the last days."""
        begin = datetime.now(UTC) - timedelta(days=days)
        for index in range(count):
            when = (begin + timedelta(days=days) * index / count).isoformat()
            author = "patient" if index % 3 == 2 else "bot"
            self.maya.add(author, f"Line number {index + 1} of an earlier talk.", at=when)


def choices(*labels: str) -> list[Event]:
    return [{"id": f"o{index}", "label": label} for index, label in enumerate(labels)]


def reply(talk: Conversation, text: str) -> None:
    """A few fixed answers, enough to walk through every kind of row."""
    if talk.state["owner"] == "human":
        return
    if "scale" in text:
        talk.add("bot", "How heavy is it right now?", choices=choices(*(str(n) for n in range(11))))
    elif "start" in text:
        talk.add("bot", "Shall we begin with one short question?", choices=choices("Yes, begin", "Not now"))
    elif "crisis" in text:
        talk.add("protocol", "Are you having thoughts of ending your life?", choices=choices("Yes", "No", "I’d rather not say"))
        talk.add("protocol", "You can call or text 988 right now, day or night.")
        talk.state = talk.state | {"owner": "waiting", "crisis": True}
    else:
        talk.add("bot", f"I have read: {text}")


def build(stand: Stand) -> FastAPI:
    app = FastAPI(openapi_url=None)

    @app.middleware("http")
    async def guard(request: Request, call_next: Any) -> Response:
        stand.requests.append(f"{request.method} {request.url.path}?{request.url.query}")
        if stand.down and request.url.path.startswith(("/web", "/sms")):
            return JSONResponse({"error": "unavailable", "message": "down"}, 503)
        answer: Response = await call_next(request)
        answer.headers["Content-Security-Policy"] = POLICY
        answer.headers["Cache-Control"] = "no-store"
        return answer

    web(app, stand)
    sms(app, stand)
    pages(app)
    return app


def who(request: Request) -> str | None:
    key = request.cookies.get("afterglow_patient", "")
    return key if key in PEOPLE else None


def web(app: FastAPI, stand: Stand) -> None:
    @app.post("/web/session")
    async def session(request: Request) -> Response:
        wish = (await request.json()).get("demo_patient")
        key = wish or who(request) or ("maya" if stand.demo else None)
        if key is None:
            return JSONResponse({"error": "no_session", "message": "open your link"}, 401)
        listed = [{name: one[name] for name in ("id", "name", "about")} for one in PEOPLE.values()]
        body = {
            "patient": {"name": PEOPLE[key]["name"]}, "demo": stand.demo, "patients": listed if stand.demo else [],
            "last_seq": len(stand.talks[key].messages), "help": HELP, "limits": {"text": 4000},
        }
        answer = JSONResponse(body)
        answer.set_cookie("afterglow_patient", key, httponly=True, samesite="lax")
        return answer

    @app.post("/web/messages")
    async def messages(request: Request) -> Response:
        key, body = who(request), await request.json()
        stand.attempts.append(body)
        if request.headers.get("x-afterglow") != "1":
            return JSONResponse({"error": "forbidden", "message": "header"}, 403)
        if key is None:
            return JSONResponse({"error": "no_session", "message": "open your link"}, 401)
        if stand.refuse:
            return JSONResponse(stand.refuse[1], stand.refuse[0], headers={"Retry-After": "1"})
        await asyncio.sleep(stand.slow)
        return take(stand, stand.talks[key], body)

    @app.get("/web/events")
    async def events(request: Request, after: int = 0) -> Response:
        key = who(request)
        if key is None:
            return JSONResponse({"error": "no_session", "message": "open your link"}, 401)
        after = int(request.headers.get("last-event-id", after))
        return StreamingResponse(stream(stand, stand.talks[key], after), media_type="text/event-stream")

    @app.post("/web/seen")
    async def seen(request: Request) -> Response:
        key = who(request)
        if key:
            stand.talks[key].seen = max(stand.talks[key].seen, (await request.json())["seq"])
        return Response(status_code=204)


def take(stand: Stand, talk: Conversation, body: Event) -> Response:
    client_id = body["client_id"]
    if client_id not in talk.taken:
        offered = {one["id"]: one["label"] for message in talk.messages for one in message["choices"]}
        text = body.get("text") or offered[body["choice"]]
        for message in talk.messages:
            message["answered"] = message["answered"] or bool(message["choices"])
        talk.taken[client_id] = talk.add("patient", text, client_id=client_id)["seq"]
        if stand.talkative:
            reply(talk, text)
    if stand.lose_answers > 0:
        stand.lose_answers -= 1
        return JSONResponse({"error": "gateway", "message": "lost"}, 502)
    return JSONResponse({"seq": talk.taken[client_id], "client_id": client_id}, 202)


async def stream(stand: Stand, talk: Conversation, after: int) -> AsyncIterator[str]:
    generation, told, beat = stand.generation, None, 0
    yield ": hello\n\n"
    while generation == stand.generation and not stand.down:
        for message in talk.messages[after:]:
            after = message["seq"]
            if after in stand.withheld:
                stand.withheld.discard(after)
                continue
            yield f"id: {after}\nevent: message\ndata: {json.dumps(message)}\n\n"
        if talk.state != told:
            told = dict(talk.state)
            yield f"event: state\ndata: {json.dumps(told)}\n\n"
        beat += 1
        if beat % 300 == 0:
            yield ": here\n\n"
        await asyncio.sleep(0.05)


def sms(app: FastAPI, stand: Stand) -> None:
    @app.get("/sms/simulator/phones")
    async def phones() -> Any:
        return [{"phone": one["phone"], "name": one["name"]} for one in PEOPLE.values()]

    @app.post("/sms/simulator/messages")
    async def text(request: Request) -> Response:
        body = await request.json()
        log = stand.texts.setdefault(body["from"], [])
        for direction, words in (("in", body["body"]), ("out", f"I have read: {body['body']}")):
            now = datetime.now(UTC).isoformat()
            status = "received" if direction == "in" else "delivered"
            log.append({"seq": len(log) + 1, "direction": direction, "body": words, "at": now, "status": status})
        return JSONResponse({}, 202)

    @app.get("/sms/simulator/events")
    async def events(phone: str, after: int = 0) -> Response:
        if not re.fullmatch(r"\+\d{6,15}", phone):
            return JSONResponse({"error": "phone", "message": "give a number with its country code"}, 422)

        async def lines() -> AsyncIterator[str]:
            at, generation = after, stand.generation
            yield ": hello\n\n"
            while generation == stand.generation:
                for one in stand.texts.get(phone, [])[at:]:
                    at = one["seq"]
                    yield f"id: {at}\nevent: message\ndata: {json.dumps(one)}\n\n"
                await asyncio.sleep(0.05)

        return StreamingResponse(lines(), media_type="text/event-stream")


def pages(app: FastAPI) -> None:
    for path, name in {"/": "page/index.html", "/widget/frame": "frame.html", "/sms/simulator": "simulator/index.html"}.items():
        app.add_api_route(path, lambda name=name: FileResponse(WIDGET / name), response_model=None)
    app.mount("/widget", StaticFiles(directory=WIDGET))


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """Runs `app` on a free port and yields its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = server.force_exit = True
        thread.join(10)
