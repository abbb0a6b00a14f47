"""What every answer carries, so that a browser keeps strangers out of the conversation."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.errors import Refused

LARGEST_BODY = 256 * 1024  # bytes
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; "
    "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors {around}"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
}
FRAME = "/widget/frame"


class Guard:
    """Headers for all answers; a body larger than any message is refused, also when it does not say its length.

    `embed_origins` are the sites that may put the conversation into a frame.
    """

    def __init__(self, app: ASGIApp, embed_origins: Sequence[str] = ()) -> None:
        self._app = app
        self._framed = POLICY.format(around=" ".join(("'self'", *embed_origins)))
        self._alone = POLICY.format(around="'self'")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        if _too_large(Headers(scope=scope).get("content-length", "0")):
            answer = JSONResponse({"error": "too_long", "message": "That is too long."}, 413)
            return await answer(scope, receive, self._with_headers(scope, send))
        await self._app(scope, _counted(receive), self._with_headers(scope, send))

    def _with_headers(self, scope: Scope, send: Send) -> Send:
        path: str = scope["path"]

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", self._framed if path == FRAME else self._alone)
                headers.setdefault("Cache-Control", "no-cache" if path.startswith("/widget") else "no-store")
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        return sending


def _too_large(length: str) -> bool:
    return not length.isdecimal() or int(length) > LARGEST_BODY


def _counted(receive: Receive) -> Receive:
    taken = 0

    async def receiving() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > LARGEST_BODY:
            raise Refused(413, "too_long", "That is too long.")
        return message

    return receiving
