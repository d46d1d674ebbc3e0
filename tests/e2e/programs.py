"""The tracker as its users run it: a program of its own, found by what it says of itself."""

import asyncio
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

PAGE = re.compile(r"http://localhost:(\d+)/")
STARTS_S = 60.0
ENDS_S = 30.0
"""It takes its leave of viewers and brokers first; one that was not let would be a crash."""
ANSWERS_S = 60.0
"""A machine that has no time for it is no fault of the tracker; a test has a limit of its own."""


@dataclass
class Program:
    """A running `tracker`."""

    process: asyncio.subprocess.Process
    port: int
    said: list[str] = field(default_factory=list)

    @property
    def page(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def socket(self) -> str:
        return f"ws://localhost:{self.port}/ws"

    async def get(self, path: str) -> httpx.Response:
        """What its server answers."""
        # Nothing is to be verified, and to read every authority there is takes 50 ms a client.
        async with httpx.AsyncClient(
            base_url=self.page,
            timeout=ANSWERS_S,
            verify=False,  # noqa: S501
        ) as web:
            return await web.get(path)

    async def kill(self) -> None:
        """`kill -9`, and wait until it is gone."""
        with suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """Neither dead nor saying anything, as on a machine that has no time for it."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)


@contextmanager
def kept_port() -> Iterator[int]:
    """A port for one tracker after the other: in between nobody listens, nor is it given away."""
    with socket.socket() as held:
        # Who listens there says the same; the system gives away no port that somebody has bound.
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        yield int(held.getsockname()[1])


@asynccontextmanager
async def tracker(*arguments: str, data: Path, port: int = 0) -> AsyncIterator[Program]:
    """`tracker …` with its data in a folder of the test, once it has said where its page is."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tracker",
        *arguments,
        "--data",
        str(data),
        "--port",
        str(port),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    program = Program(process, port)
    listening = asyncio.Event()

    async def listen() -> None:
        assert process.stderr is not None
        async for line in process.stderr:
            program.said.append(line.decode(errors="replace"))
            found = PAGE.search(program.said[-1])
            if found and not program.port:
                program.port = int(found[1])
            if found:
                listening.set()

    reading = asyncio.create_task(listen())
    try:
        async with asyncio.timeout(STARTS_S):
            await asyncio.wait(
                {asyncio.create_task(listening.wait()), reading},
                return_when=asyncio.FIRST_COMPLETED,
            )
        assert listening.is_set(), "".join(program.said)
        yield program
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(ENDS_S):
                await process.wait()
        except TimeoutError:
            await program.kill()
        await reading
