"""A feed behind a TCP port: connects once, reads what comes, and says how it ended."""

import asyncio
import contextlib
import socket
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Protocol

from tracker.bridges.live.contract import FeedLost
from tracker.bridges.live.lines import Lines
from tracker.errors import TrackerError

CONNECT_S = 10.0
"""A host that has not answered by then is not there."""
AT_ONCE = 65_536
"""Bytes read at once; what is not read yet waits with the sender, so nothing piles up here."""
GOODBYE_S = 2.0


class Cutter(Protocol):
    """Cuts bytes into messages."""

    def cut(self, chunk: bytes) -> list[str]:
        """The messages that end in a chunk."""


class Tcp:
    """The way to a feed at `host:port`; `cutter` makes messages of each connection's bytes."""

    def __init__(
        self, host: str, port: int, cutter: Callable[[Counter[str]], Cutter] = Lines
    ) -> None:
        self.host = host
        self.port = port
        self.cutter = cutter
        self.refused: Counter[str] = Counter()

    @classmethod
    def parse(
        cls, address: str, port: int, cutter: Callable[[Counter[str]], Cutter] = Lines
    ) -> "Tcp":
        """From `host`, `host:port` or `[::1]:port`; `port` is what the protocol usually has."""
        host, colon, told = address.rpartition(":")
        if not colon or told.endswith("]"):
            host, told = address, str(port)
        host = host.removeprefix("[").removesuffix("]")
        if not host or not told.isdecimal() or not 0 < int(told) < 65_536:
            raise TrackerError(f"{address!r} is no address of a feed: want HOST or HOST:PORT")
        return cls(host, int(told), cutter)

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @asynccontextmanager
    async def connect(self) -> AsyncIterator["Stream"]:
        """Connect once; raises `FeedLost`."""
        try:
            async with asyncio.timeout(CONNECT_S):
                reader, writer = await asyncio.open_connection(self.host, self.port)
        except TimeoutError:
            raise FeedLost(f"{self} does not answer") from None
        except OSError as error:
            raise FeedLost(f"{self} cannot be reached: {reason(error)}") from None
        with contextlib.suppress(OSError):
            # A cable that was pulled is noticed by the system too, however long we wait.
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        try:
            yield Stream(str(self), reader, writer, self.cutter(self.refused))
        finally:
            writer.close()
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(GOODBYE_S):
                    await writer.wait_closed()


class Stream:
    """One connection."""

    def __init__(
        self, name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, cutter: Cutter
    ) -> None:
        self.name = name
        self.reader = reader
        self.writer = writer
        self.cutter = cutter

    async def more(self) -> list[str]:
        """The next messages, at least one; raises `FeedLost` when the other side hung up."""
        while True:
            try:
                chunk = await self.reader.read(AT_ONCE)
            except OSError as error:
                raise FeedLost(f"{self.name} hung up: {reason(error)}") from None
            if not chunk:
                raise FeedLost(f"{self.name} hung up")
            if messages := self.cutter.cut(chunk):
                return messages

    async def ask(self, what: bytes) -> None:
        """Say something to the feed; raises `FeedLost`."""
        try:
            self.writer.write(what)
            await self.writer.drain()
        except OSError as error:
            raise FeedLost(f"{self.name} hung up: {reason(error)}") from None


def reason(error: OSError) -> str:
    """Why, in the system's own words, without its numbers."""
    return (error.strerror or str(error) or type(error).__name__).lower()
