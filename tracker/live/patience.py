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
        self._next_request: asyncio.TimerHandle | None = None
        self._answered: object = self
        """The request before the one that is waited for; nothing yet, where that is us."""
        self._stalled: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self._limits.requests:
            transport.abort()
            return
        self._wait_for_next()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        # uvicorn forgets its own deadline with the first byte, and again with every other.
        if self.timeout_keep_alive_task is None:
            self._wait_for_next()

    def connection_lost(self, exc: Exception | None) -> None:
        for deadline in (self._next_request, self._stalled):
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

    def _wait_for_next(self) -> None:
        """Give the head of a request its time, once, where none is being answered."""
        answered = cast("RequestResponseCycle | None", self.cycle)
        if answered is self._answered or (answered is not None and not answered.response_complete):
            return
        if self._next_request is not None:
            self._next_request.cancel()
        self._answered = answered
        self._next_request = self.loop.call_later(self._limits.request_s, self._give_up)

    def _give_up(self) -> None:
        # A websocket has another protocol by now; a request that came whole, a turn of its own.
        if self.transport.get_protocol() is self and self.cycle is self._answered:
            self.transport.abort()
