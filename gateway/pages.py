"""The patient's page and the widget's files, as they lie in widget/."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI, Response
from fastapi.responses import FileResponse
from starlette.staticfiles import StaticFiles

WIDGET = Path(__file__).resolve().parent.parent / "widget"


def page(name: str) -> Response:
    return FileResponse(WIDGET / name)


def add_pages(app: FastAPI) -> None:
    @app.get("/", include_in_schema=False)
    async def patient_page() -> Response:
        return page("page/index.html")

    @app.get("/widget/frame", include_in_schema=False)
    async def frame() -> Response:
        return page("frame.html")

    app.mount("/widget", StaticFiles(directory=WIDGET))
