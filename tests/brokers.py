"""Real brokers for tests: the same story is told against each."""

import asyncio
import contextlib
import os
import random
import shutil
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import pytest

from tracker.broker.embedded import PORTS, EmbeddedBroker, answers, is_free

MOSQUITTO = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")

CONFIGURATION = """
listener {port} 127.0.0.1
user root
{access}
persistence true
persistence_location {folder}/
autosave_interval 1
max_inflight_messages 1000
max_queued_messages 100000
"""


class Broker(Protocol):
    """A broker that a test can kill."""

    @property
    def url(self) -> str: ...

    async def kill(self) -> None:
        """`kill -9`; returns when it takes connections again, at the same address."""


class KillableNats(EmbeddedBroker):
    """The embedded broker, which starts itself again."""

    async def kill(self) -> None:
        died, before = self.pid, self.restarts
        os.kill(died, signal.SIGKILL)
        await until(lambda: self.restarts > before and self.pid != died)
        await reachable(self.port)


class Mosquitto:
    """Debian's broker, on a port of its own, with its data in a folder of the test."""

    def __init__(self, folder: Path, access: str = "allow_anonymous true") -> None:
        self.folder = folder
        self.port = next(port for port in random.sample(PORTS, 100) if is_free(port))
        self.access = access
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        assert MOSQUITTO is not None
        self.folder.mkdir(parents=True, exist_ok=True)
        configuration = self.folder / "mosquitto.conf"
        configuration.write_text(
            CONFIGURATION.format(port=self.port, folder=self.folder, access=self.access)
        )
        self._process = await asyncio.create_subprocess_exec(
            MOSQUITTO,
            "-c",
            str(configuration),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        await reachable(self.port)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._end(signal.SIGTERM)

    async def kill(self) -> None:
        await self._end(signal.SIGKILL)
        await self.__aenter__()

    async def _end(self, how: signal.Signals) -> None:
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(how)
        await self._process.wait()


def made(name: str, folder: Path) -> KillableNats | Mosquitto:
    """A broker by name; the test is skipped where it is not installed."""
    if name == "nats":
        # What a killed broker keeps does not hang on `sync`, only what a power cut leaves; and with
        # `always` these tests would measure the disk of a busy machine.
        return KillableNats(folder / "nats", sync="200ms")
    if MOSQUITTO is None:
        pytest.skip("mosquitto is not installed (apt-get install mosquitto)")
    return Mosquitto(folder / "mosquitto")


@pytest.fixture(
    params=[
        pytest.param("nats", marks=pytest.mark.broker),
        pytest.param("mosquitto", marks=pytest.mark.broker),
    ]
)
async def broker(
    request: pytest.FixtureRequest, tmp_path: Path, anyio_backend: str
) -> AsyncIterator[Broker]:
    """Each broker in turn."""
    async with made(request.param, tmp_path) as running:
        yield running


@pytest.fixture
async def broker_url(broker: Broker) -> str:
    """The address of each broker in turn."""
    return broker.url


async def until(
    condition: Callable[[], bool | Awaitable[bool]], within_s: float = 60.0, every_s: float = 0.005
) -> None:
    """Wait for a condition that nothing announces; `TimeoutError` when it does not come."""
    async with asyncio.timeout(within_s):
        while True:
            holds = condition()
            if holds if isinstance(holds, bool) else await holds:
                return
            await asyncio.sleep(every_s)


async def reachable(port: int) -> None:
    """Wait until somebody takes connections on a port."""
    await until(lambda: answers(port))


def another(broker: Broker, folder: Path) -> KillableNats | Mosquitto:
    """A second broker of the same make, that knows nothing of the first."""
    return made("nats" if isinstance(broker, KillableNats) else "mosquitto", folder)
