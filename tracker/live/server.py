"""The server: HTTP and websockets at one address."""

import asyncio
import contextlib
import errno
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import uvicorn
from prometheus_client import CollectorRegistry
from prometheus_client.registry import Collector

from tracker.errors import Unavailable
from tracker.live import metrics, wire
from tracker.live.api import Streams, make_api
from tracker.live.built_page import BUILT, Page
from tracker.live.guard import Guard
from tracker.live.hub import Hub
from tracker.live.limits import Limits
from tracker.live.messages import Message, encoded
from tracker.live.patience import Patience
from tracker.live.replays import Replays
from tracker.live.scoring import Scoring
from tracker.live.sockets import Entrance

BACKLOG = 4_096
"""Connections the kernel keeps waiting: a whole stand comes back when the network does."""


def listen(host: str, port: int, limits: Limits | None = None) -> socket.socket:
    """Take the address; from here on nobody who connects is turned away.

    Port 0 takes any free one: `sock.getsockname()[1]` says which. Raises Unavailable.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        sock = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except socket.gaierror:
        raise Unavailable(f"this machine has no address {host!r}; try 127.0.0.1") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            reason = f"port {port} is taken by another program; choose another with --port"
        else:
            reason = f"cannot listen on {host!r}, port {port}: {error.strerror}"
        raise Unavailable(reason) from None
    # Connections inherit it from the socket that they came in by.
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, (limits or Limits()).send_buffer_bytes)
    sock.setblocking(False)
    return sock


async def serve(
    hub: Hub,
    scoring: Scoring,
    sock: socket.socket,
    *,
    limits: Limits | None = None,
    page: Path = BUILT,
    collectors: tuple[Collector, ...] = (),
    ours: Callable[[], int] = lambda: 0,
) -> None:
    """Serve until cancelled; then send every viewer home with 4001, and close the socket.

    `collectors` add the figures of other rooms to `/metrics`; `ours` says how many of the hub's
    viewers are no audience.
    """
    limits = limits or Limits()
    loop = asyncio.get_running_loop()
    replays = Replays(hub, scoring, limits.replays, loop.time)
    hello = Hello(scoring, limits, loop.time)
    entrance = Entrance(hub, replays, hello, limits, loop.time)
    streams = Streams(limits.streams)
    figures: CollectorRegistry = metrics.registry(hub, entrance, replays, ours)
    for collector in collectors:
        figures.register(collector)
    app = Guard(make_api(hub, scoring, Page(page), figures, streams, replays))
    server = Server(app, entrance, limits)
    serving = asyncio.create_task(server.serve(sockets=[sock]), name="http")
    beating = asyncio.create_task(keep_beating(hub, replays, limits, loop.time), name="beat")
    replaying = asyncio.create_task(keep_replaying(replays, limits), name="replays")
    tasks = {serving, beating, replaying}
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        beating.cancel()
        replaying.cancel()
        replays.close()
        server.should_exit = True
        streams.close()
        await entrance.shut()
        await asyncio.gather(*tasks, return_exceptions=True)
        for late in list(server.server_state.connections):
            late.transport.abort()
        sock.close()
    # None ends by itself but by an exception, which is ours to pass on.
    for task in tasks:
        if not task.cancelled():
            task.result()


async def keep_replaying(replays: Replays, limits: Limits) -> None:
    """The clock of those who watch the past."""
    while True:
        await asyncio.sleep(limits.replay_s)
        replays.tick()


async def keep_beating(
    hub: Hub, replays: Replays, limits: Limits, now: Callable[[], float]
) -> None:
    """The hub's clock."""
    next_beat = now() + limits.beat_s
    while True:
        await asyncio.sleep(limits.tick_s)
        hub.tick(now())
        if now() >= next_beat:
            next_beat = now() + limits.beat_s
            hub.beat()
            replays.beat()


class Hello:
    """The first message to everybody, written anew once a second at most."""

    def __init__(self, scoring: Scoring, limits: Limits, now: Callable[[], float]) -> None:
        self._scoring = scoring
        self._beat_ms = int(limits.beat_s * 1000)
        self._now = now
        self._written: tuple[float, Message] | None = None

    def __call__(self) -> Message:
        """The message as it is now."""
        now = self._now()
        if self._written is None or now - self._written[0] >= 1.0:
            hello = wire.Hello(races=self._scoring.races(), beat_ms=self._beat_ms)
            self._written = (now, encoded(hello))
        return self._written[1]


class Server(uvicorn.Server):
    """uvicorn, as one of several tasks of a program."""

    def __init__(self, app: Guard, entrance: Entrance, limits: Limits) -> None:
        def protocol(*args: object, **kwargs: object) -> asyncio.Protocol:
            return Patience(limits, *args, **kwargs)

        super().__init__(
            uvicorn.Config(
                app,
                http=protocol,  # type: ignore[arg-type]  # a factory does as well as a class
                ws=entrance.protocol,  # type: ignore[arg-type]
                lifespan="off",
                log_config=None,
                log_level="error",  # what strangers send that is no request fills no log
                access_log=False,
                server_header=False,
                proxy_headers=False,
                backlog=BACKLOG,
                h11_max_incomplete_event_size=16_384,
                timeout_graceful_shutdown=1,
            )
        )

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the business of the program, not of one of its tasks."""
        yield
