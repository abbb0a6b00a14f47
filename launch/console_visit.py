"""A clinician of the demo clinic at the console, without a browser: forms are read from the page and sent back."""

from __future__ import annotations

import contextlib
import re
import threading
import time
from collections.abc import Mapping
from typing import Any, Self

import httpx


class ConsoleVisit:
    """Logs in when first needed."""

    def __init__(self, url: str, demo: Mapping[str, Any]) -> None:
        self._client = httpx.Client(base_url=url, headers={"Origin": url}, timeout=30)
        self._login = demo["clinician"]
        self._line: threading.Thread | None = None
        self._open = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open = False
        self._client.close()
        if self._line:
            self._line.join(5)

    def acts(self, what: str, conversation_id: str) -> None:
        """ "opens" the console, "takes" the conversation over, or says something."""
        if what == "opens":
            self._opens()
        elif what == "takes":
            self._press(conversation_id, "take-over", reason="")
        else:
            self._press(conversation_id, "reply", text=what)

    def _opens(self) -> None:
        page = self._client.get("/console/login").text
        form = {"csrf": field(page, "csrf"), "email": self._login["email"], "password": self._login["password"]}
        self._client.post("/console/login", data=form)
        self._open = True
        self._line = threading.Thread(target=self._listen, daemon=True)
        self._line.start()
        time.sleep(1.5)

    def _listen(self) -> None:
        """An open console: it is what accepts pages."""
        with contextlib.suppress(httpx.HTTPError, RuntimeError), self._client.stream("GET", "/console/events", timeout=None) as line:
            for _ in line.iter_lines():
                if not self._open:
                    return

    def _press(self, conversation_id: str, act: str, **fields: str) -> None:
        here = f"/console/conversations/{conversation_id}"
        page = self._client.get(here).text
        names = ("csrf", "owner_version", "last_seq", "once")
        stamps = {name: field(page, name) for name in names if f'name="{name}"' in page}
        answer = self._client.post(f"{here}/{act}", data={**stamps, **fields})
        if answer.status_code not in (200, 303):
            raise RuntimeError(f"{act} was answered with {answer.status_code}")


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    if found is None:
        raise RuntimeError(f"there is no field {name} on the page")
    return found[1]
