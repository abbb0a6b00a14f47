"""The front door as one ASGI application: channels, the outbox, the clock and the turns with Rasa."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from anyio import to_thread
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from gateway.bot import Rasa
from gateway.channels import CHANNELS
from gateway.clock import Clock, run_beat
from gateway.delivery import Delivery
from gateway.door import Door
from gateway.drill import Drills
from gateway.errors import Refused
from gateway.health import health_routes
from gateway.outgoing import Sender
from gateway.pages import add_pages
from gateway.paging.calls import release_calls
from gateway.paging.pager import Pager
from gateway.paging.ways import ways_out
from gateway.parts import Parts
from gateway.policy import Guard
from gateway.prompts import Prompter
from gateway.screening import warm_up
from gateway.second_opinion import SecondOpinion, second_opinion
from gateway.simulator_sender import SimulatorSender
from gateway.turns import TurnRunner
from gateway.twilio_rest import TwilioSender
from store.outbox import release_claims
from store.schema import require_current
from store.second_opinions import release_opinions
from store.signals import QUEUE, SECOND, TEXTS
from store.wire import Wire

log = logging.getLogger("afterglow.gateway")


def build_gateway(parts: Parts, sender: Sender | None = None) -> FastAPI:
    """Wire everything. Nothing is opened or started before the server starts the application's lifespan.

    `sender` stands in for the provider that the settings name.
    """
    rasa = Rasa(parts.settings.rasa_urls, parts.settings.rasa_timeout)
    turns = TurnRunner(parts, rasa)
    texts = sender or _sender(parts)
    delivery, pager = Delivery(parts, texts), Pager(parts, ways_out(parts.settings, texts))
    second = second_opinion(parts)
    door = Door(parts, turns)
    app = FastAPI(
        title="Afterglow", version="1", openapi_url="/api/v1/openapi.json", docs_url=None, redoc_url=None,
        lifespan=_lifespan(parts, rasa, turns, delivery, pager, second),
    )  # fmt: skip
    app.state.parts = parts
    app.add_middleware(Guard, embed_origins=parts.settings.embed_origins)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    for channel in CHANNELS.values():
        app.include_router(channel(door))
    app.include_router(health_routes(parts, rasa))
    add_pages(app)
    return app


def _sender(parts: Parts) -> Sender:
    return SimulatorSender() if parts.settings.twilio.simulated else TwilioSender(parts.settings)


Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def _lifespan(parts: Parts, rasa: Rasa, turns: TurnRunner, delivery: Delivery, pager: Pager, second: SecondOpinion | None) -> Lifespan:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        require_current(parts.store.engine)
        if parts.store.alone:
            with parts.store.write() as session:
                release_claims(session)
                release_calls(session)
                release_opinions(session)
        parts.signals.attach(asyncio.get_running_loop())
        wire = None if parts.store.alone else Wire(parts.store.engine, parts.signals)
        if wire is not None:
            wire.start()
        await to_thread.run_sync(warm_up, parts.clinical)
        beats: list[tuple[str, Callable[[], Awaitable[object]], Sequence[str]]] = [
            ("clock", Clock(parts).sweep, ()), ("prompts", Prompter(parts).sweep, (QUEUE,)), ("turns", turns.sweep, ()),
            ("delivery", delivery.sweep, (TEXTS, QUEUE)), ("pager", pager.sweep, (QUEUE,)), ("drill", Drills(parts).sweep, (QUEUE,)),
        ]  # fmt: skip
        if second is not None:
            beats.append(("second opinion", second.sweep, (SECOND,)))
        tasks = [asyncio.create_task(run_beat(parts.signals, name, beat, *topics)) for name, beat, topics in beats]
        log.info("the gateway is open on port %s", parts.settings.port)
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.gather(turns.drain(), pager.drain(), delivery.drain(), *([second.close()] if second else ()))
            if wire is not None:
                await to_thread.run_sync(wire.stop)
            await rasa.close()

    return lifespan


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after else None
    return JSONResponse({"error": error.code, "message": error.message}, error.status, headers)


async def _invalid(_request: Request, _error: Exception) -> Response:
    """What was wrong is not repeated: it may be a patient's words."""
    return JSONResponse({"error": "invalid", "message": "That request is not of the expected form."}, 422)
