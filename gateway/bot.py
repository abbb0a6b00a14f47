"""One turn with Rasa over HTTP. Silence, lateness and half an answer are failures."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from gateway.errors import BotFailure
from programme import Effect, Line


@dataclass(frozen=True, slots=True)
class Question:
    """What Rasa is asked: the patient's words and all it needs to know to answer without memory of its own."""

    message_id: str
    conversation_id: str
    sender: str
    text: str
    metadata: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BotAnswer:
    lines: tuple[Line, ...]
    effects: tuple[Effect, ...]
    understood: bool
    intent: str


HANGS_UP_SECONDS = 5  # Rasa's server closes a connection that was idle so long: a question must not meet it closing


class Rasa:
    """Rasa's REST channel on one or several loopback addresses; a conversation sticks to one by its id."""

    def __init__(self, urls: Sequence[str], timeout: float) -> None:
        self._urls = tuple(urls)
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(timeout, connect=2.0),
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=64, keepalive_expiry=HANGS_UP_SECONDS - 1),
        )

    async def ask(self, question: Question) -> BotAnswer:
        """Raises BotFailure; its reason names what happened, never what was said."""
        payload = {"sender": question.sender, "message": question.text, "metadata": dict(question.metadata)}
        url = f"{self._home(question.conversation_id)}/webhooks/rest/webhook"
        try:
            response = await self._client.post(url, json=payload)
        except httpx.TimeoutException as late:
            raise BotFailure("late") from late
        except httpx.TransportError as gone:
            raise BotFailure("unreachable", retryable=True) from gone
        if response.status_code != httpx.codes.OK:
            raise BotFailure(f"http_{response.status_code}")
        return parse_answer(_json(response))

    async def ready(self) -> bool:
        try:
            answers = [(await self._client.get(f"{url}/", timeout=1.0)).status_code for url in self._urls]
        except httpx.HTTPError:
            return False
        return all(status == httpx.codes.OK for status in answers)

    async def close(self) -> None:
        await self._client.aclose()

    def _home(self, conversation_id: str) -> str:
        return self._urls[zlib.crc32(conversation_id.encode()) % len(self._urls)]


def parse_answer(answer: object) -> BotAnswer:
    """The one custom message of a turn; anything else is a failure."""
    found = [item["custom"] for item in answer if _is_turn(item)] if isinstance(answer, list) else []
    if len(found) != 1:
        raise BotFailure("empty" if not answer else "malformed")
    try:
        return _read(found[0])
    except (KeyError, TypeError, ValueError) as broken:
        raise BotFailure("malformed") from broken


def neutralise(text: str) -> str:
    """A leading slash would skip understanding and set slots in Rasa: from people it is only a character."""
    return text.lstrip().removeprefix("/").lstrip("/") if text.lstrip().startswith("/") else text


def _is_turn(item: object) -> bool:
    custom = item.get("custom") if isinstance(item, dict) else None
    return isinstance(custom, dict) and custom.get("afterglow") == 1


def _read(turn: Mapping[str, Any]) -> BotAnswer:
    lines = tuple(Line.from_dict(line) for line in turn["lines"])
    if not lines:
        raise BotFailure("empty")
    effects = tuple(Effect.from_dict(effect) for effect in turn.get("effects", ()))
    return BotAnswer(lines, effects, bool(turn.get("understood", True)), str(turn.get("intent", "")))


def _json(response: httpx.Response) -> object:
    try:
        return response.json()
    except ValueError as broken:
        raise BotFailure("malformed") from broken
