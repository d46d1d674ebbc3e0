"""Viewers on websockets.

uvicorn serves HTTP; a request to upgrade it hands over to the factory given as `ws=`, with the
transport and the request as received. Here that is a `ServerConnection` of the websockets library,
which then owns the connection. What its own `serve()` would do falls to us: the handshake and its
deadline, keepalive, and closing at shutdown. `tests/live/test_sockets_contract.py` names every
member of the libraries that this file leans on and fails when a new version moves one.

A message goes to every viewer as one and the same frame, written straight to the transport: the
library's `send()` and `broadcast()` build a frame for each connection, which costs a quarter more.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from pydantic import ValidationError
from websockets.asyncio.server import Server, ServerConnection
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode
from websockets.http11 import Request, Response
from websockets.protocol import State
from websockets.server import ServerProtocol

from tracker.errors import RequestRefused
from tracker.live import wire
from tracker.live.channel import DRAINED, FULL
from tracker.live.headers import security_headers
from tracker.live.hub import Hub
from tracker.live.limits import Limits
from tracker.live.messages import Message, encoded
from tracker.live.replays import Replays

log = structlog.get_logger()

LOOPBACK = re.compile(r"127\.|::1$|::ffff:127\.")
PONG = encoded(wire.Pong())
REASON_BYTES = 120
"""Of a close frame's 125, two are the code."""


def frame(message: Message) -> bytes:
    """A message as a websocket frame, which is the same for every viewer."""
    return Frame(Opcode.TEXT, message.body).serialize(mask=False)


class SocketViewer:
    """A viewer on a websocket."""

    def __init__(self, connection: "Connection", allowance: float, now: float) -> None:
        self.connection = connection
        self.allowance = allowance
        """Messages it may still send at once."""
        self.spoke = now

    def send(self, messages: Sequence[Message]) -> None:
        """Write these to the connection, in this order, without waiting."""
        if self.connection.protocol.state is State.OPEN:
            self.connection.transport.write(b"".join([message.form(frame) for message in messages]))

    def buffered(self) -> int:
        """Bytes written that the kernel has not yet taken."""
        return self.connection.transport.get_write_buffer_size()

    def close(self, code: int, reason: str) -> None:
        """Say goodbye, and wait for the answer no longer than the deadline."""
        connection = self.connection
        if connection.protocol.state is State.OPEN:
            connection.protocol.send_close(code, shortened(reason))
            connection.send_data()
            connection.loop.call_later(connection.close_timeout or 0, connection.transport.abort)


class Connection(ServerConnection):
    """A connection that tells when it has room again."""

    on_room: Callable[[], None] | None = None

    def resume_writing(self) -> None:
        super().resume_writing()
        if self.on_room is not None:
            self.on_room()


class Entrance(Server):
    """Where viewers come in and are shown to their races."""

    def __init__(
        self,
        hub: Hub,
        replays: Replays,
        hello: Callable[[], Message],
        limits: Limits,
        now: Callable[[], float],
    ) -> None:
        super().__init__(nowhere, self.welcome)
        self.refused: Counter[int] = Counter()
        self.closed: Counter[int] = Counter()
        self.accepted = 0
        self._hub = hub
        self._replays = replays
        self._hello = hello
        self._limits = limits
        self._now = now
        self._viewers: set[SocketViewer] = set()
        self._by_address: Counter[str] = Counter()
        self._open = True

    @property
    def viewers(self) -> int:
        """Websockets open now."""
        return len(self._viewers)

    @property
    def buffered(self) -> list[int]:
        """Bytes waiting, for each of them."""
        return [viewer.buffered() for viewer in self._viewers]

    def is_serving(self) -> bool:
        """Whether anybody is let in."""
        return self._open

    def protocol(self, **_uvicorn: object) -> Connection:
        """What uvicorn hands an upgraded connection to."""
        limits = self._limits
        return Connection(
            ServerProtocol(max_size=limits.message_bytes, logger=self.logger),
            self,
            ping_interval=limits.ping_interval_s,
            ping_timeout=limits.ping_timeout_s,
            close_timeout=limits.close_s,
            max_queue=4,
            write_limit=(FULL, DRAINED),
        )

    async def shut(self, code: int = wire.CLOSE_SHUTDOWN) -> None:
        """Let nobody in and send everybody home."""
        self._open = False
        for viewer in self._viewers:
            viewer.close(code, "the tracker is shutting down; come back soon")
        if self.handler_tasks:
            _, late = await asyncio.wait(self.handler_tasks, timeout=self._limits.close_s + 0.5)
            for task in late:
                task.cancel()

    async def welcome(self, connection: ServerConnection) -> None:
        """From the handshake to the goodbye of one viewer."""
        assert isinstance(connection, Connection)
        try:
            async with asyncio.timeout(self._limits.handshake_s):
                await connection.handshake(self._admit, server_header=None)
            if connection.protocol.state is State.OPEN:
                connection.start_keepalive()
                await self._attend(connection)
        except (TimeoutError, ConnectionClosed):
            pass
        except Exception:
            # Our mistake with one viewer is nobody else's misfortune.
            log.exception("viewer failed")
        finally:
            connection.transport.abort()
            task = asyncio.current_task()
            assert task is not None
            self.handler_tasks.discard(task)

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        """Nothing, for who may come in; else why not."""
        refusal = self._refusal(connection, request)
        if refusal is None:
            return None
        status, sentence = refusal
        self.refused[status] += 1
        response = connection.respond(status, sentence + "\n")
        for name, value in security_headers("/ws", host=None):
            response.headers[name] = value
        if status is HTTPStatus.SERVICE_UNAVAILABLE:
            response.headers["Retry-After"] = "10"
        return response

    def _refusal(
        self, connection: ServerConnection, request: Request
    ) -> tuple[HTTPStatus, str] | None:
        if request.path.partition("?")[0] != "/ws":
            return HTTPStatus.NOT_FOUND, "Races are watched at /ws."
        if not same_origin(request.headers.get_all("Origin"), request.headers.get_all("Host")):
            return HTTPStatus.FORBIDDEN, "This page was not served by the tracker it calls."
        if len(self._viewers) >= self._limits.connections_possible:
            return HTTPStatus.SERVICE_UNAVAILABLE, "The stand is full; come back in a while."
        address = address_of(connection)
        if not LOOPBACK.match(address) and (
            self._by_address[address] >= self._limits.connections_per_address
        ):
            return HTTPStatus.SERVICE_UNAVAILABLE, "Too many viewers share your address."
        return None

    async def _attend(self, connection: Connection) -> None:
        """Serve a viewer until it goes."""
        viewer = SocketViewer(connection, self._limits.message_burst, self._now())
        address = address_of(connection)
        connection.on_room = lambda: self._hub.drained(viewer)
        self._viewers.add(viewer)
        self._by_address[address] += 1
        self.accepted += 1
        try:
            viewer.send([self._hello()])
            async for text in connection:
                self._listen(viewer, text)
        except RequestRefused as refused:
            self._send_off(viewer, refused)
            # Its goodbye comes after whatever else it said; that is no longer listened to.
            async for _ in connection:
                pass
        finally:
            connection.on_room = None
            self._replays.leave(viewer)
            self._hub.leave(viewer)
            self._viewers.discard(viewer)
            self._by_address[address] -= 1
            if not self._by_address[address]:
                del self._by_address[address]
            self.closed[connection.close_code or 1006] += 1

    def _listen(self, viewer: SocketViewer, text: str | bytes) -> None:
        """Do what a viewer asks for."""
        self._count(viewer)
        match asked(text):
            case wire.Watch(race=race, at=wire.At() as at, speed=speed):
                self._replays.watch(viewer, race, at, speed)
            case wire.Watch(race=race, epoch=epoch, version=version):
                self._hub.watch(viewer, race, epoch, version)
                self._replays.unwatch(viewer, race)
            case wire.Unwatch(race=race):
                self._replays.unwatch(viewer, race)
                self._hub.unwatch(viewer, race)
            case wire.Ping():
                if viewer.buffered() <= FULL:
                    viewer.send([PONG])

    def _count(self, viewer: SocketViewer) -> None:
        """Refuse more messages than anybody needs to watch a race."""
        now, limits = self._now(), self._limits
        earned = (now - viewer.spoke) * limits.messages_per_second
        viewer.allowance = min(limits.message_burst, viewer.allowance + earned) - 1
        viewer.spoke = now
        if viewer.allowance < 0:
            raise RequestRefused(
                f"more than {limits.messages_per_second:g} messages a second",
                wire.CLOSE_BAD_MESSAGE,
            )

    def _send_off(self, viewer: SocketViewer, refused: RequestRefused) -> None:
        """Say what was wrong, and close."""
        log.info("viewer refused", code=refused.close_code, reason=refused.reason[:200])
        viewer.send([encoded(wire.Error(code=refused.close_code, reason=refused.reason))])
        viewer.close(refused.close_code, refused.reason)


def asked(text: str | bytes) -> wire.ViewerMessage:
    """What a viewer says; raises RequestRefused for anything else."""
    if isinstance(text, bytes):
        raise RequestRefused("messages are JSON in text frames", wire.CLOSE_BAD_MESSAGE)
    try:
        return wire.VIEWER_MESSAGES.validate_json(text)
    except ValidationError as invalid:
        first = invalid.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        reason = f"{where}: {first['msg']}" if where else first["msg"]
        raise RequestRefused(reason[:300], wire.CLOSE_BAD_MESSAGE) from None


def same_origin(origins: Sequence[str], hosts: Sequence[str]) -> bool:
    """Whether a page that this server served is calling, or no page at all.

    A browser always says where a page is from; other programs need not. Nothing is compared with
    a configured name, so a page works on any address that the server can be reached at.
    """
    if not origins:
        return True
    if len(origins) != 1 or len(hosts) != 1:
        return False
    scheme, separator, authority = origins[0].partition("://")
    return bool(separator) and scheme in ("http", "https") and authority.lower() == hosts[0].lower()


def address_of(connection: ServerConnection) -> str:
    """The address at the other end, without its port."""
    peer = connection.remote_address
    return str(peer[0]) if isinstance(peer, tuple) and peer else ""


def shortened(reason: str) -> str:
    """A reason that fits into a close frame."""
    return reason.encode()[:REASON_BYTES].decode(errors="ignore")


def nowhere() -> Coroutine[Any, Any, asyncio.Server]:
    """Entrance does not listen: uvicorn does."""
    raise AssertionError("the entrance has no door of its own")
