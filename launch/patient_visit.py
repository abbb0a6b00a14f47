"""A patient of a demo clinic, in a browser's place and at the simulated phone: HTTP only, as the widget and a phone speak."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, Self

import httpx

HEADERS = {"X-Afterglow": "1"}


class PatientVisit:
    """`channel` may change in the middle: it is one conversation."""

    def __init__(self, url: str, person: Mapping[str, Any], channel: str) -> None:
        self._client = httpx.Client(base_url=url, headers=HEADERS, timeout=30)
        self._person = person
        self.channel = channel

    def __enter__(self) -> Self:
        if self.channel == "web":
            self._client.post("/web/session", json={"demo_patient": self._person["id"]}).raise_for_status()
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def says(self, text: str) -> None:
        if self.channel == "sms":
            self._client.post("/sms/simulator/messages", json={"from": self._person["phone"], "body": text}).raise_for_status()
        else:
            self._web({"text": text})

    def presses(self, label: str, choices: Mapping[str, str]) -> None:
        """A button by its label; KeyError when it is not there, with those that are."""
        if label not in choices:
            raise KeyError(f"no button {label!r}, there are {sorted(choices)}")
        self._web({"choice": choices[label]})

    def _web(self, body: Mapping[str, str]) -> None:
        self._client.post("/web/messages", json={"client_id": uuid.uuid4().hex, **body}).raise_for_status()
