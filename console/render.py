"""Pages from templates. Everything is escaped, a forgotten value is an error, and no page holds script of its own."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from console import words
from console.marks import marked, trigger
from console.navigation import PLACES
from console.parts import ConsoleParts
from console.watch import Watch, known_flags, read_watch

TEMPLATES = Path(__file__).parent / "templates"


def environment(parts: ConsoleParts) -> Environment:
    found = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    zone = ZoneInfo(parts.settings.clinic.timezone)
    found.filters["clock"] = lambda at: _clock(at, zone, parts.now())
    found.filters["day"] = lambda at: at.astimezone(zone).strftime("%a %d %b %Y")
    found.filters["hour"] = lambda at: at.astimezone(zone).strftime("%H:%M")
    found.filters["iso"] = lambda at: at.isoformat()
    found.globals.update(
        words=words,
        marked=marked,
        trigger=trigger,
        clinic=parts.settings.clinic,
        zone=str(zone),
        places=PLACES,
        lengths=lambda seconds: timedelta(seconds=seconds),
    )
    return found


def render(request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
    parts: ConsoleParts = request.app.state.parts
    now = parts.now()
    visitor = getattr(request.state, "visitor", None)
    watch = _watched(parts, visitor.clinician_id) if visitor else None
    context: dict[str, Any] = {
        "visitor": visitor, "now": now, "ago": lambda at: words.span(now - at),
        "waiting": watch.waiting if watch else 0, "known": known_flags(watch) if watch else "",
        "tests_missed": watch.tests_missed if watch else 0, "alarms": watch.alarms if watch else 0,
        "tests_alone": watch.tests_alone if watch else 0, "half_deaf": bool(visitor) and parts.half_deaf(), "watch": "", **values,
    }  # fmt: skip
    return HTMLResponse(request.app.state.templates.get_template(template).render(context), status)


def _watched(parts: ConsoleParts, clinician_id: str) -> Watch:
    with parts.store.read() as session:
        return read_watch(session, clinician_id=clinician_id)


def _clock(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """The time; with its day when that is not today."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    time = local.strftime("%H:%M")
    if local.date() == today:
        return time
    return f"yesterday {time}" if local.date() == today - timedelta(days=1) else local.strftime("%d %b %H:%M")
