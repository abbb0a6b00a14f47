"""For supervisors and dashboards: alive, ready, and numbers without anybody's words."""

from __future__ import annotations

from anyio import to_thread
from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from sqlalchemy.exc import SQLAlchemyError

from gateway.bot import Rasa
from gateway.parts import Parts
from gateway.screening import half_deaf
from store.errors import StoreError
from store.numbers import Number, read_numbers
from store.schema import require_current

HALF_DEAF = "afterglow_trained_layer_missing"
"""Known to a running gateway, not to the record."""


def health_routes(parts: Parts, rasa: Rasa) -> APIRouter:
    router = APIRouter(tags=["health"])

    @router.get("/healthz")
    async def alive() -> Response:
        return JSONResponse({"status": "ok"})

    @router.get("/readyz")
    async def ready() -> Response:
        """503 when the record cannot be used. Rasa or the trained layer being away is told, and no reason to send people
        elsewhere: the crisis way works without them."""
        record = await to_thread.run_sync(_record_ready)
        layer = not await to_thread.run_sync(half_deaf, parts.clinical)
        answer = {"record": record, "rasa": await rasa.ready(), "trained_layer": layer, "content": parts.clinical.version}
        return JSONResponse(answer, 200 if record else 503)

    @router.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        numbers = await to_thread.run_sync(_numbers)
        return PlainTextResponse("".join(_exposition(number) for number in numbers), media_type="text/plain; version=0.0.4")

    def _record_ready() -> bool:
        try:
            require_current(parts.store.engine)
        except (StoreError, SQLAlchemyError):
            return False
        return True

    def _numbers() -> list[Number]:
        with parts.store.read() as session:
            numbers = read_numbers(session, parts.now())
        missing = float(half_deaf(parts.clinical))
        return [*numbers, Number(HALF_DEAF, "1 when the screen has only its phrases.", [({}, missing)])]

    return router


def _exposition(number: Number) -> str:
    """Prometheus' text format: a HELP, a TYPE, then one line a label set."""
    head = f"# HELP {number.name} {number.help}\n# TYPE {number.name} gauge\n"
    return head + "".join(f"{number.name}{_labels(labels)} {value:g}\n" for labels, value in number.values)


def _labels(labels: dict[str, str]) -> str:
    return "{" + ",".join(f'{key}="{value}"' for key, value in labels.items()) + "}" if labels else ""
