"""An HTTP server on loopback that gives tokens and rows, and refuses both when told to."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Api:
    """Rows by collection, as `rows` has them now."""

    rows: Callable[[], dict[str, list[dict[str, Any]]]]
    port: int = 0
    password: str | None = None
    """Without it no token is given, and without a token no rows are."""
    tokens: int = 0
    """Tokens given so far; only the last is good."""
    broken: bool = False
    asked: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def token(self) -> str:
        """The token that is good now."""
        return f"t0ken-{self.tokens}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                size = next(
                    (int(line.partition(":")[2]) for line in head.splitlines()
                     if line.lower().startswith("content-length")), 0,
                )  # fmt: skip
                form = (await reader.readexactly(size)).decode()
                status, answer = self.answer(head, form)
                body = json.dumps(answer).encode()
                writer.write(
                    f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {len(body)}"
                    "\r\n\r\n".encode()
                    + body
                )
                await writer.drain()
        finally:
            writer.close()

    def answer(self, head: str, form: str) -> tuple[str, Any]:
        """What a request is answered with."""
        path = head.split()[1]
        self.asked.append(path)
        if self.broken:
            return "503 Busy", {}
        if path == "/token":
            if parse_qs(form).get("password") != [self.password]:
                return "401 Unauthorized", {}
            self.tokens += 1
            return "200 OK", {"access_token": self.token, "expires_in": "3600"}
        if self.password is not None and f"Bearer {self.token}" not in head:
            return "401 Unauthorized", {}
        collection = urlsplit(path).path.removeprefix("/v1/")
        rows = self.rows().get(collection)
        return (
            ("404 Not Found", {"detail": "No results found."}) if rows is None else ("200 OK", rows)
        )


@asynccontextmanager
async def serving_rows(
    rows: Callable[[], dict[str, list[dict[str, Any]]]], **more: Any
) -> AsyncIterator[Api]:
    """The server, until the test is over."""
    api = Api(rows, **more)
    listener = await asyncio.start_server(api._serve, "127.0.0.1", 0)
    api.port = listener.sockets[0].getsockname()[1]
    try:
        yield api
    finally:
        listener.close()
        await listener.wait_closed()
