"""Small servers on loopback that speak as a timing computer does, and misbehave when told to."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.brokers import until


@dataclass
class Server:
    """Takes connections, one after another, and says what a test gives it."""

    port: int
    connections: int = 0
    heard: bytearray = field(default_factory=bytearray)
    """What the bridge said to it."""
    _writer: asyncio.StreamWriter | None = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    async def say(self, *chunks: bytes) -> None:
        """Say something to whoever is connected."""
        await until(lambda: self._writer is not None)
        for chunk in chunks:
            assert self._writer is not None
            self._writer.write(chunk)
            await self._writer.drain()

    async def hang_up(self) -> None:
        """End the connection, gently; returns when it is gone."""
        await until(lambda: self._writer is not None)
        writer = self._writer
        assert writer is not None
        writer.close()
        await until(lambda: self._writer is not writer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writer = writer
        with contextlib.suppress(OSError):
            while chunk := await reader.read(4_096):
                self.heard += chunk
        writer.close()
        if self._writer is writer:
            self._writer = None


@asynccontextmanager
async def serving(port: int = 0) -> AsyncIterator[Server]:
    """A server, until the test is over or it hangs up for good."""
    server = Server(port)
    listener = await asyncio.start_server(server._serve, "127.0.0.1", port)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        if server._writer is not None:
            await server.hang_up()
        await listener.wait_closed()


@contextlib.contextmanager
def nobody() -> Iterator[int]:
    """A port at which nobody listens, and that nobody else is given meanwhile."""
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # for a server that comes later
        sock.bind(("127.0.0.1", 0))
        yield sock.getsockname()[1]
