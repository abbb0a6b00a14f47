"""Serves the actions to Rasa over HTTP: loopback, a token, and logs that carry ids only."""

from __future__ import annotations

import hmac
import json
import logging
from pathlib import Path

from rasa_sdk.executor import ActionExecutor
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.actions.content import load_content
from bot.actions.form import IntegrationForm
from bot.actions.turns import SessionStart, rule_actions

logger = logging.getLogger("bot.actions")


def build_app(root: Path, token: str) -> Starlette:
    """Reads the content once. A fault in a clinical file stops the start with the file's own error message."""
    executor = build_executor(root)

    async def run_action(request: Request) -> Response:
        if not _allowed(request, token):
            return JSONResponse({"error": "the token is missing or wrong"}, status_code=401)
        return await _run(executor, await request.body())

    async def health(request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    return Starlette(
        routes=[
            Route("/", run_action, methods=["POST"]),
            Route("/webhook", run_action, methods=["POST"]),
            Route("/health", health),
        ]
    )


def build_executor(root: Path) -> ActionExecutor:
    content = load_content(root)
    executor = ActionExecutor()
    for action in [IntegrationForm(content), SessionStart(), *rule_actions(content)]:
        executor.register_action(action)
    return executor


def _allowed(request: Request, token: str) -> bool:
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    return hmac.compare_digest(given.encode(), token.encode())


async def _run(executor: ActionExecutor, body: bytes) -> Response:
    call = json.loads(body)
    call.setdefault("domain", {})  # Rasa is told not to send it, and rasa-sdk 3.21 refuses a call without it
    action, sender = call.get("next_action"), call.get("sender_id")
    try:
        result = await executor.run(call)
    except Exception as failure:  # noqa: BLE001 - whatever it was, Rasa hears its kind only
        # Neither the message of the error nor its traceback: both may quote the patient.
        logger.error("action failed action=%s sender=%s failure=%s", action, sender, type(failure).__name__)
        return JSONResponse({"error": type(failure).__name__, "action_name": action}, status_code=500)
    logger.info("action done action=%s sender=%s", action, sender)
    return JSONResponse(result.model_dump() if result else {"events": [], "responses": []})
