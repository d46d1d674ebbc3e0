"""The one place that knows aiomqtt and paho: a connection to a broker, and staying connected.

Both acknowledge a message on arrival, before anyone has stored it; measured, a consumer killed
with `kill -9` then loses what it had in hand. Here a message is acknowledged when we say so. The
price is aiomqtt's private `_client` (paho's client) and paho's private `_reset_sockets`;
`tests/feed/test_connection.py` fails when a new version takes them away.
"""

import asyncio
import contextlib
import logging
import math
import random
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qs, unquote, urlsplit

import aiomqtt
import paho.mqtt.client as paho
import structlog

from tracker.errors import Unavailable

log = structlog.get_logger(__name__)
SILENT = logging.getLogger("tracker.feed.paho")
SILENT.setLevel(logging.CRITICAL)  # paho reports each broken socket; we do that once, in our words

TIMEOUT_S = 5
KEEPALIVE_S = 10
"""A connection that died without a word is noticed within twice this time."""

MAX_WAITING = 65_536
"""Packets that wait to be read. Those of QoS 1 cannot be more, for that many numbers exist for
what is unacknowledged; what is sent without a promise (QoS 0) is dropped beyond."""

PAUSE_S = (0.1, 5.0)
"""Before connecting again: at most the first, doubled with each failure up to the second."""


SAID_EVERY_S = 10.0
"""A broker that stays away is complained of once, and then no more often than this."""


class ConnectionLost(Unavailable):
    """The broker is not there, or no longer."""


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """Where a broker is and how it knows us; never shows the password."""

    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: bool = False
    authorities: str | None = None

    @classmethod
    def parse(cls, url: str) -> "BrokerAddress":
        """From `mqtt://user:password@host:port` or `mqtts://…?ca=FILE`; `ValueError` otherwise."""
        parts = urlsplit(url)
        if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname:
            raise ValueError("a broker's address reads mqtt://host:port or mqtts://host:port")
        tls = parts.scheme == "mqtts"
        return cls(
            host=parts.hostname,
            port=parts.port or (8883 if tls else 1883),
            user=None if parts.username is None else unquote(parts.username),
            password=None if parts.password is None else unquote(parts.password),
            tls=tls,
            authorities=parse_qs(parts.query).get("ca", [None])[0],
        )

    def __str__(self) -> str:
        return f"{'mqtts' if self.tls else 'mqtt'}://{self.host}:{self.port}"


class Packet(NamedTuple):
    """A message as it came, and when: microseconds of the wall clock since 1970."""

    topic: str
    payload: bytes
    retained: bool
    received_at: int
    number: int
    """The broker's number for it until it is acknowledged; 0 needs no acknowledgement."""


class LastWill(NamedTuple):
    """What the broker says for us, retained, when we are gone without a goodbye."""

    topic: str
    payload: bytes


class Connection:
    """One connection to a broker, from its start to its loss; a new one needs a new object.

    Acknowledgements thereby cannot reach another connection, where the broker's numbers mean other
    messages. Use it as `async with`; raises `ConnectionLost`.
    """

    def __init__(
        self,
        broker: BrokerAddress,
        identifier: str,
        *,
        clean_session: bool = False,
        will: LastWill | None = None,
    ) -> None:
        self.broker = broker
        self.dropped = 0
        self.repeated = 0
        self._lost: ConnectionLost | None = None
        self._packets: deque[Packet] = deque()
        self._unacknowledged: set[int] = set()
        self._in_flight: set[int] = set()
        self._news = asyncio.Event()
        self._watch: asyncio.Task[None] | None = None
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._client = aiomqtt.Client(
            broker.host,
            broker.port,
            username=broker.user,
            password=broker.password,
            identifier=identifier,
            protocol=aiomqtt.ProtocolVersion.V311,
            clean_session=clean_session,
            will=None if will is None else aiomqtt.Will(will.topic, will.payload, 1, True),
            keepalive=KEEPALIVE_S,
            timeout=TIMEOUT_S,
            logger=SILENT,
            tls_context=ssl.create_default_context(cafile=broker.authorities)
            if broker.tls
            else None,
            # Without it a small packet waits up to 40 ms for the one before it to be confirmed.
            socket_options=((socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),),
        )
        self._paho: paho.Client = self._client._client
        self._paho.disable_logger()
        self._paho.connect_timeout = TIMEOUT_S
        self._paho.max_inflight_messages_set(0)  # the outbox has its own window
        self._paho.manual_ack_set(True)
        self._paho.on_message = self._received
        self._paho.on_publish = self._taken_over
        # aiomqtt waits out its time limit for an answer from a broker that has hung up.
        self._gone: asyncio.Future[Any] = self._loop.create_future()
        self._tell_aiomqtt = self._paho.on_disconnect
        self._paho.on_disconnect = self._hung_up
        self._paho.on_socket_register_write = self._wants_to_write

    async def __aenter__(self) -> Self:
        connecting: asyncio.Future[Any] = asyncio.ensure_future(self._client.__aenter__())
        try:
            await asyncio.wait({connecting, self._gone}, return_when=asyncio.FIRST_COMPLETED)
            if not connecting.done():
                raise aiomqtt.MqttError("it hung up before it answered")
            await connecting
        except aiomqtt.MqttError as error:
            await self._hang_up(connecting)
            raise ConnectionLost(f"no connection to the broker at {self.broker}: {error}") from None
        except asyncio.CancelledError:
            await self._hang_up(connecting)
            raise
        self._watch = asyncio.create_task(self._until_lost(), name=f"connection to {self.broker}")
        return self

    async def _hang_up(self, connecting: asyncio.Future[Any]) -> None:
        # The connection is opened in a thread that cannot be cancelled: wait until that is through,
        # at most `TIMEOUT_S`, or it would open a socket that nobody closes.
        while self._paho.socket() is None and not connecting.done() and not self._gone.done():
            await asyncio.wait({connecting, self._gone}, timeout=0.05)
        connecting.cancel()
        with contextlib.suppress(asyncio.CancelledError, aiomqtt.MqttError):
            await connecting
        self._paho._reset_sockets()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._watch is not None
        try:
            if not self._gone.done():
                self._watch.cancel()
            # Where the broker hung up, the watch must see it: aiomqtt's error is otherwise reported
            # as one that nobody looked at.
            await asyncio.wait({self._watch}, timeout=TIMEOUT_S)
            with contextlib.suppress(aiomqtt.MqttError):
                await self._client.__aexit__(None, None, None)
        finally:
            self._lost = self._lost or ConnectionLost("the connection is closed")
            # paho leaves its sockets to the garbage collector.
            self._paho._reset_sockets()

    @property
    def in_flight(self) -> int:
        """Messages of QoS 1 that we published and the broker has not yet taken over."""
        return len(self._in_flight)

    async def subscribe(self, topic_filter: str, qos: int = 1) -> None:
        """Ask for messages; raises `Unavailable` when the broker grants less than asked for."""
        asking: asyncio.Future[Any] = asyncio.ensure_future(
            self._client.subscribe(topic_filter, qos=qos)
        )
        try:
            await asyncio.wait({asking, self._gone}, return_when=asyncio.FIRST_COMPLETED)
            if not asking.done():
                raise ConnectionLost(f"{self.broker} hung up before it answered")
            granted: Iterable[Any] = await asking
        except aiomqtt.MqttError as error:
            raise ConnectionLost(f"{self.broker} does not answer: {error}") from None
        finally:
            asking.cancel()
        codes = [getattr(code, "value", code) for code in granted]
        if codes != [qos]:
            raise ConnectionLost(
                f"{self.broker} does not let us subscribe to {topic_filter} with QoS {qos} "
                f"(it answered {codes}); look at its access rules"
            )

    def publish(self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> None:
        """Send a message, without waiting; raises `ConnectionLost`."""
        if self._lost is not None:
            raise self._lost
        answer = self._paho.publish(topic, payload, qos, retain)
        if qos:
            self._in_flight.add(answer.mid)
        if answer.rc != paho.MQTT_ERR_SUCCESS:
            raise ConnectionLost(f"{self.broker} takes no message: {paho.error_string(answer.rc)}")

    def acknowledge(self, packets: Iterable[Packet]) -> None:
        """Tell the broker, in order of arrival, that it need not send these again."""
        if self._lost is not None:
            return  # the broker will send them again, under other numbers
        for packet in packets:
            if packet.number in self._unacknowledged:
                self._unacknowledged.discard(packet.number)
                self._paho.ack(packet.number, 1)

    def take(self, limit: int) -> list[Packet]:
        """What has arrived, at most so many, oldest first."""
        waiting = self._packets
        return [waiting.popleft() for _ in range(min(limit, len(waiting)))]

    async def news(self, timeout_s: float | None = None) -> None:
        """Wait for a packet, for `wake`, or for so many seconds; raises `ConnectionLost`.

        What had arrived before the connection was lost can still be taken first.
        """
        if not self._packets and not self._news.is_set():
            if self._lost is not None:
                raise self._lost
            # Waiting for an event can be given up without harm; waiting for a message could not.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(timeout_s):
                    await self._news.wait()
        self._news.clear()
        if self._lost is not None and not self._packets:
            raise self._lost

    def wake(self) -> None:
        """Let whoever waits for news look around."""
        self._news.set()

    async def burst(self, limit: int) -> list[Packet]:
        """What has arrived, at least one packet; raises `ConnectionLost`."""
        while not self._packets:
            await self.news()
        return self.take(limit)

    async def _until_lost(self) -> None:
        try:
            async for _ in self._client.messages:
                raise AssertionError("messages come by our own callback")
        except aiomqtt.MqttError:
            # Its own words are "[code:128] Unspecified error", whatever the cause.
            self._lost = ConnectionLost(f"the broker at {self.broker} hung up")
        finally:
            self._news.set()

    def _received(self, client: paho.Client, userdata: object, message: paho.MQTTMessage) -> None:
        # What raises here would end the connection, and the broker would send the same message
        # again, for ever. So a topic that is no text is made one, and refused later as a packet.
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = message._topic.decode("utf-8", "backslashreplace")
        number = 0
        if message.qos:
            number = message.mid
            if number in self._unacknowledged:
                self.repeated += 1  # nats-server grows impatient while we commit; one copy will do
                return
            self._unacknowledged.add(number)
        elif len(self._packets) >= MAX_WAITING:
            self.dropped += 1
            return
        self._packets.append(
            Packet(topic, bytes(message.payload), message.retain, time.time_ns() // 1000, number)
        )
        self._news.set()

    def _hung_up(self, *what: Any) -> None:
        assert self._tell_aiomqtt is not None
        self._tell_aiomqtt(*what)
        if not self._gone.done():
            self._gone.set_result(None)

    def _taken_over(
        self, client: paho.Client, userdata: object, number: int, *rest: object
    ) -> None:
        self._in_flight.discard(number)

    def _wants_to_write(self, client: paho.Client, userdata: object, sock: Any) -> None:
        # aiomqtt's own callback looks at the socket later, when it may be closed or its number
        # given to another one: noise in the log at best, and a loop that spins at worst.
        def watch() -> None:
            number = sock.fileno()
            if number >= 0:
                self._loop.add_writer(number, client.loop_write)

        if threading.get_ident() == self._thread:
            watch()
        else:
            self._loop.call_soon_threadsafe(watch)


async def stay_connected(
    connect: Callable[[], Connection], serve: Callable[[Connection], Awaitable[None]]
) -> None:
    """Connect and serve, again and again, until serving returns; the pauses grow, with full jitter.

    Jitter, because a thousand clients that lost the same broker should not all return at once.
    """
    shortest, longest = PAUSE_S
    ceiling = shortest
    said_at = -math.inf
    while True:
        started = time.monotonic()
        try:
            async with connect() as connection:
                log.info("connected", broker=str(connection.broker))
                await serve(connection)
                return
        except ConnectionLost as error:
            now = time.monotonic()
            lasted = now - started > longest
            # A connection that held for a while and is gone is news of its own.
            if lasted or now - said_at >= SAID_EVERY_S:
                log.warning("not connected; trying again", reason=str(error))
                said_at = now
        ceiling = shortest if lasted else min(longest, ceiling * 2)
        await asyncio.sleep(random.uniform(0, ceiling))  # noqa: S311 - jitter, not a secret
