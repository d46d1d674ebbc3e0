"""A small web server on loopback with documents on it, which misbehaves when told to."""

import asyncio
import contextlib
import gzip
import hashlib
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class Page:
    """What a path answers."""

    body: bytes
    status: str = "200 OK"
    headers: dict[str, str] = field(default_factory=dict)
    hangs: bool = False
    """Takes the request and says nothing."""
    half: bool = False
    """Says how long it is and hangs up in the middle."""
    packed: bool = False


@dataclass
class Site:
    """Pages by path; what is asked for is counted and remembered."""

    port: int = 0
    pages: dict[str, Page] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    """Requests answered with 304."""
    headers: dict[str, str] = field(default_factory=dict)
    """Of the last request."""
    serving: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.serving.add(task)
        try:
            await self._answered(reader, writer)
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
            self.serving.discard(task)

    async def _answered(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head.strip().split("\r\n")
            path = first.split()[1]
            self.headers = {
                name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)
            }
            self.asked[path] += 1
            page = self.pages.get(path, Page(b"", "404 Not Found"))
            if page.hangs:
                await reader.read()
            else:
                writer.write(self._answer(path, page))
                await writer.drain()

    def _answer(self, path: str, page: Page) -> bytes:
        body = gzip.compress(page.body) if page.packed else page.body
        mark = f'"{hashlib.blake2b(body, digest_size=4).hexdigest()}"'
        status = page.status
        if status.startswith("200") and self.headers.get("if-none-match") == mark:
            self.unchanged[path] += 1
            status, body = "304 Not Modified", b""
        headers = {"ETag": mark, "Content-Length": str(len(body)), "Connection": "close"}
        headers |= {"Content-Encoding": "gzip"} if page.packed else {}
        headers |= page.headers
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        body = body[: len(body) // 2] if page.half else body
        return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


@asynccontextmanager
async def site(**pages: bytes) -> AsyncIterator[Site]:
    """A site until the test is over."""
    shown = Site(pages={f"/{name}.json": Page(body) for name, body in pages.items()})
    listener = await asyncio.start_server(shown._serve, "127.0.0.1", 0)
    shown.port = listener.sockets[0].getsockname()[1]
    try:
        yield shown
    finally:
        listener.close()
        async with asyncio.timeout(10):  # whoever asked is asked to leave first
            await asyncio.gather(*shown.serving, return_exceptions=True)
