"""HTTP connections that neither keep us waiting nor learn anything from being rude."""

import asyncio
from typing import cast

import h11
from pydantic_core import to_json
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from tracker.live.headers import security_headers
from tracker.live.limits import Limits


class Patience(H11Protocol):
    """uvicorn's connection, with the deadlines that it lacks."""

    def __init__(self, limits: Limits, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._limits = limits
        self._first_request: asyncio.TimerHandle | None = None
        self._stalled: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self._limits.requests:
            transport.abort()
            return
        self._first_request = self.loop.call_later(self._limits.first_request_s, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        for deadline in (self._first_request, self._stalled):
            if deadline is not None:
                deadline.cancel()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stalled = self.loop.call_later(self._limits.stalled_s, self.transport.abort)

    def resume_writing(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Answer what is not HTTP as everything else is answered."""
        body = to_json({"error": "That was not a request as HTTP has it."})
        headers = [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body))),
            ("Connection", "close"),
            *security_headers("", host=None),
        ]
        events = (
            h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
            h11.Data(data=body),
            h11.EndOfMessage(),
        )
        for event in events:
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _give_up(self) -> None:
        # A websocket has another protocol by now, and an answered request its own keep-alive.
        request = cast("RequestResponseCycle | None", self.cycle)
        if self.transport.get_protocol() is self and request is None:
            self.transport.abort()
