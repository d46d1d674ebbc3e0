"""A SignalR Core hub on loopback: negotiates, shakes hands, and misbehaves when told to."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol

from tests.brokers import until

END = "\x1e"
CONNECTION = "one/of+many="
"""A token of a connection, with characters that an address cannot hold as they are."""


@dataclass
class Hub:
    """One hub. `state` gives the full state with which it answers a subscription."""

    state: Callable[[], dict[str, Any] | None]
    port: int = 0
    token: str | None = None
    """The only token that is let in."""
    negotiation: bytes = json.dumps({"connectionToken": CONNECTION}).encode()
    extra: str = ""
    """What comes in one message with the answer to the handshake."""
    connections: int = 0
    subscribed: int = 0
    asked: list[str] = field(default_factory=list)
    """First lines of the requests, and the headers that matter."""
    heard: list[Any] = field(default_factory=list)
    """Records that clients said."""
    _live: tuple[ServerProtocol, asyncio.StreamWriter] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/signalrcore"

    async def say(self, *records: Any) -> None:
        """Say records, each in a message of its own."""
        for record in records:
            await self.say_text(json.dumps(record) + END)

    async def say_text(self, *texts: str | bytes) -> None:
        """Say these, whatever they are, each in a message of its own."""
        await until(lambda: self._live is not None)
        for text in texts:
            assert self._live is not None
            protocol, writer = self._live
            if isinstance(text, str):
                protocol.send_text(text.encode())
            else:
                protocol.send_binary(text)
            for chunk in protocol.data_to_send():
                writer.write(chunk)
            await writer.drain()

    async def hang_up(self) -> None:
        """End the connection without a word; returns when it is gone."""
        await until(lambda: self._live is not None)
        assert self._live is not None
        gone, writer = self._live
        writer.close()
        await until(lambda: self._live is None or self._live[0] is not gone)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                head = await reader.readuntil(b"\r\n\r\n")
                self._note(head.decode())
                if head.startswith(b"GET"):
                    await self._talk(head, reader, writer)
                else:
                    await self._negotiate(head, writer)
        finally:
            writer.close()

    def _note(self, head: str) -> None:
        first, *headers = head.splitlines()
        wanted = ("authorization", "cookie")
        kept = [one for one in headers if one.partition(":")[0].lower() in wanted]
        self.asked.append(" | ".join([first, *sorted(kept)]))

    async def _negotiate(self, head: bytes, writer: asyncio.StreamWriter) -> None:
        let_in = self.token is None or f"Bearer {self.token}".encode() in head
        status = b"200 OK" if let_in else b"401 Unauthorized"
        body = self.negotiation if let_in and head.startswith(b"POST") else b""
        writer.write(
            b"HTTP/1.1 " + status + b"\r\nSet-Cookie: AWSALBCORS=here; Path=/; Secure\r\n"
            b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        )
        await writer.drain()

    async def _talk(
        self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        protocol = ServerProtocol()
        protocol.receive_data(head)
        self.connections += 1
        told = ""
        while True:
            for event in protocol.events_received():
                if isinstance(event, Request):
                    protocol.send_response(protocol.accept(event))
                    self._live = protocol, writer
                elif isinstance(event, Frame) and event.opcode is Opcode.TEXT:
                    *records, told = (told + bytes(event.data).decode()).split(END)
                    for record in records:
                        self._answer(protocol, json.loads(record))
            for chunk in protocol.data_to_send():
                writer.write(chunk)
            if protocol.close_expected() or writer.is_closing():
                break
            chunk = await reader.read(65_536)
            if not chunk:
                break
            protocol.receive_data(chunk)
        if self._live is not None and self._live[0] is protocol:
            self._live = None

    def _answer(self, protocol: ServerProtocol, record: Any) -> None:
        self.heard.append(record)
        if protocol.state is not State.OPEN:
            return  # what was on its way when the client said goodbye
        if "protocol" in record:
            protocol.send_text(("{}" + END + self.extra).encode())
        elif record.get("target") == "Subscribe":
            self.subscribed += 1
            answer = {"type": 3, "invocationId": record["invocationId"], "result": self.state()}
            if answer["result"] is None:
                del answer["result"]
                answer["error"] = "no such topic"
            protocol.send_text((json.dumps(answer) + END).encode())


@asynccontextmanager
async def hub(state: Callable[[], dict[str, Any] | None], **more: Any) -> AsyncIterator[Hub]:
    """A hub, until the test is over."""
    running = Hub(state, **more)
    listener = await asyncio.start_server(running._serve, "127.0.0.1", running.port)
    running.port = listener.sockets[0].getsockname()[1]
    try:
        yield running
    finally:
        listener.close()
        if running._live is not None:
            running._live[1].close()
        await listener.wait_closed()
