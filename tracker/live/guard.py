"""What holds for every answer over HTTP, whoever gives it and however it went wrong."""

from collections import Counter
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

import structlog
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tracker.live.headers import security_headers

log = structlog.get_logger()

EMPTY: Mapping[str, str] = MappingProxyType({})


def refusal(status: int, sentence: str, headers: Mapping[str, str] = EMPTY) -> JSONResponse:
    """An error as everybody gets it: one sentence that helps, and nothing of our insides."""
    return JSONResponse({"error": sentence}, status, {"Cache-Control": "no-store", **headers})


class Guard:
    """Stands around the application: methods, headers, faults."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.answers: Counter[int] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        host = hosts[0].decode("latin-1") if len(hosts) == 1 else None
        # A proxy in front of us speaks TLS, where anybody does.
        encrypted = (
            scope["scheme"] == "https" or (b"x-forwarded-proto", b"https") in scope["headers"]
        )
        extra = [
            (name.lower().encode(), value.encode())
            for name, value in security_headers(scope["path"], host, encrypted)
        ]
        started = finished = False
        head = scope["method"] == "HEAD"

        async def guarded_send(message: Message) -> None:
            nonlocal started, finished
            if message["type"] == "http.response.start":
                started = True
                self.answers[message["status"]] += 1
                message = {**message, "headers": [*message.get("headers", ()), *extra]}
                await send(message)
                if head:
                    finished = True
                    await send({"type": "http.response.body", "body": b"", "more_body": False})
            elif not head:
                finished = not message.get("more_body", False)
                await send(message)

        async def guarded_receive() -> Message:
            # A stream would go on for ever after a HEAD that has been answered already.
            if head and started:
                return {"type": "http.disconnect"}
            return await receive()

        if scope["method"] not in ("GET", "HEAD"):
            sentence = "Here one can only look (GET, HEAD); races are reported over MQTT."
            response = refusal(HTTPStatus.METHOD_NOT_ALLOWED, sentence, {"Allow": "GET, HEAD"})
            await response(scope, receive, guarded_send)
            return
        try:
            # A HEAD is a GET whose body stays here.
            await self._app({**scope, "method": "GET"}, guarded_receive, guarded_send)
        except Exception:
            log.exception("request failed", path=scope["path"][:200])
            # The application has answered, and raised again for the log. An answer broken off
            # cannot be mended: uvicorn ends the connection, so that nobody takes it for whole.
            if not finished:
                raise
