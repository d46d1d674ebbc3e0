"""A connection to a broker: what is private in aiomqtt and paho still works as we need it."""

import asyncio
import gc
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiomqtt
import paho.mqtt.client as paho
import pytest
import structlog.testing

from tests.brokers import Broker, Mosquitto, made, until
from tracker.errors import Unavailable
from tracker.feed.connection import (
    BrokerAddress,
    Connection,
    ConnectionLost,
    LastWill,
    Packet,
    stay_connected,
)

pytestmark = pytest.mark.anyio


def test_an_address_is_read_from_a_url_and_keeps_its_secret() -> None:
    """The password reaches the broker and nobody else."""
    address = BrokerAddress.parse("mqtts://timing:p%40ss@example.org?ca=/etc/ca.pem")
    assert address == BrokerAddress("example.org", 8883, "timing", "p@ss", True, "/etc/ca.pem")
    assert "p@ss" not in repr(address)
    assert str(address) == "mqtts://example.org:8883"
    assert BrokerAddress.parse("mqtt://127.0.0.1").port == 1883


@pytest.mark.parametrize("url", ["http://example.org", "mqtt://", "example.org:1883"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="mqtt://host:port"):
        BrokerAddress.parse(url)


async def test_the_private_parts_we_rely_on_are_there() -> None:
    """When this fails, a new aiomqtt or paho moved them: look at `connection.py`, all of it."""
    client = aiomqtt.Client("127.0.0.1", identifier="contract")
    assert type(client._client) is paho.Client
    client._client.manual_ack_set(True)
    assert client._client._manual_ack
    assert callable(client._client.ack)
    assert callable(client._client._reset_sockets)
    assert paho.MQTTMessage(1, b"a\xff")._topic == b"a\xff"


async def test_what_is_not_acknowledged_comes_again(broker: Broker) -> None:
    """The reason for the private parts: nobody acknowledges but we."""
    address = BrokerAddress.parse(broker.url)
    async with Connection(address, "tracker") as first:
        await first.subscribe("a/+")
        for number in range(4):
            first.publish("a/flag.changed", b"%d" % number)
        packets: list[Packet] = []
        while len(packets) < 4:
            packets += await first.burst(10)
        assert [packet.payload for packet in packets] == [b"0", b"1", b"2", b"3"]
        first.acknowledge(packets[:2])
    async with Connection(address, "tracker") as second:
        again: list[Packet] = []
        while len(again) < 2:
            again += await second.burst(10)
        assert [packet.payload for packet in again] == [b"2", b"3"]
        second.acknowledge(again)
    async with Connection(address, "tracker") as third:
        third.publish("a/end", b"")
        assert [packet.topic for packet in await third.burst(10)] == ["a/end"]


async def test_an_old_connection_acknowledges_nothing(broker: Broker) -> None:
    """The same numbers mean other messages on the next connection."""
    address = BrokerAddress.parse(broker.url)
    async with Connection(address, "tracker") as first:
        await first.subscribe("a/+")
        first.publish("a/b", b"first")
        (packet,) = await first.burst(10)
    first.acknowledge([packet])
    async with Connection(address, "tracker") as second:
        second.acknowledge([packet])
        (again,) = await second.burst(10)
        assert again.payload == b"first"


async def test_only_what_was_kept_for_newcomers_is_marked_as_retained(broker: Broker) -> None:
    """A retained message reaches who already listens unmarked, and who comes later marked."""
    address = BrokerAddress.parse(broker.url)
    async with Connection(address, "speaker") as speaker:
        await speaker.subscribe("a/+")
        speaker.publish("a/b", b"old", retain=True)
        (live,) = await speaker.burst(10)
        assert not live.retained
        await until(lambda: speaker.in_flight == 0)
        async with Connection(address, "newcomer") as newcomer:
            await newcomer.subscribe("a/+")
            (kept,) = await newcomer.burst(10)
            assert kept.retained


async def test_the_last_will_is_told(broker: Broker) -> None:
    """Who goes without a goodbye is reported as gone."""
    address = BrokerAddress.parse(broker.url)
    async with Connection(address, "listener") as listener:
        await listener.subscribe("status")
        async with Connection(address, "feed", will=LastWill("status", b"gone")) as feed:
            cable = feed._paho.socket()
            assert isinstance(cable, socket.socket)
            cable.shutdown(socket.SHUT_RDWR)
            with pytest.raises(ConnectionLost):
                await feed.burst(1)
        (packet,) = await listener.burst(1)
        assert packet.payload == b"gone"


@asynccontextmanager
async def scripted(*answers: bytes) -> AsyncIterator[BrokerAddress]:
    """A broker that gives one answer to each packet, and then hangs up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            await reader.read(1000)
            writer.write(answer)
        await reader.read(1000)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield BrokerAddress("127.0.0.1", server.sockets[0].getsockname()[1])


WELCOME = b"\x20\x02\x00\x00"


@pytest.mark.parametrize("granted", [0x80, 0])
async def test_a_subscription_that_is_refused_or_given_less_is_no_subscription(
    granted: int,
) -> None:
    """aiomqtt says nothing of either; with less, messages could be lost."""
    async with (
        scripted(WELCOME, bytes([0x90, 3, 0, 1, granted])) as address,
        Connection(address, "tracker") as connection,
    ):
        with pytest.raises(ConnectionLost, match="look at its access rules"):
            await connection.subscribe("racing/v1/+/in/+/+")


async def test_a_broker_that_hangs_up_before_it_answers_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither when we connect nor when we subscribe; and no error is left that nobody saw."""
    # aiomqtt would wait so long for an answer that cannot come: longer than a test may take.
    monkeypatch.setattr("tracker.feed.connection.TIMEOUT_S", 600)
    unseen: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, what: unseen.append(what))
    async with scripted() as address:
        with pytest.raises(ConnectionLost, match="hung up before it answered"):
            async with Connection(address, "tracker"):
                pass
    async with scripted(WELCOME) as address, Connection(address, "tracker") as connection:
        with pytest.raises(ConnectionLost, match="hung up before it answered"):
            await connection.subscribe("a/+")
    async with scripted(WELCOME) as address, Connection(address, "tracker") as connection:
        cable = connection._paho.socket()
        assert isinstance(cable, socket.socket)
        cable.shutdown(socket.SHUT_RDWR)
        connection._paho.loop_read()  # paho knows, and nobody else yet
        with pytest.raises(ConnectionLost, match="takes no message"):
            connection.publish("a/b", b"")
    del connection
    gc.collect()
    assert unseen == []


async def test_the_password_is_used_and_never_logged(tmp_path: Path) -> None:
    """With it the broker lets us in; without, it does not; and no line tells it."""
    made("mosquitto", tmp_path)
    secrets = tmp_path / "secrets"
    hasher = await asyncio.create_subprocess_exec(
        "mosquitto_passwd", "-b", "-c", str(secrets), "timing", "op3n-sesame"
    )
    assert await hasher.wait() == 0
    async with Mosquitto(tmp_path / "m", f"password_file {secrets}") as broker:
        good = broker.url.replace("//", "//timing:op3n-sesame@")
        with structlog.testing.capture_logs() as lines:
            async with Connection(BrokerAddress.parse(good), "tracker"):
                pass
            for wrong in (broker.url, good.replace("sesame", "barley")):
                with pytest.raises(ConnectionLost, match="no connection"):
                    async with Connection(BrokerAddress.parse(wrong), "tracker"):
                        pass
        assert "op3n" not in repr(lines)


async def test_a_dead_broker_is_noticed_and_found_again(broker: Broker) -> None:
    """Whoever serves is called again with a new connection."""
    served: list[Connection] = []

    async def serve(connection: Connection) -> None:
        served.append(connection)
        await connection.subscribe("a/+")
        if len(served) == 1:
            await connection.burst(1)
        connection.publish("a/b", b"back")
        assert await connection.burst(1)

    address = BrokerAddress.parse(broker.url)
    serving = asyncio.create_task(stay_connected(lambda: Connection(address, "x"), serve))
    await until(lambda: len(served) == 1)
    await broker.kill()
    async with asyncio.timeout(20):
        await serving
    assert len(served) == 2
    with pytest.raises(ConnectionLost):
        served[0].publish("a/b", b"too late")


async def test_nobody_there() -> None:
    with pytest.raises(ConnectionLost, match="no connection to the broker at mqtt"):
        async with Connection(BrokerAddress.parse("mqtt://127.0.0.1:1"), "x"):
            pass


async def test_cancelled_while_connecting_leaves_nothing_open() -> None:
    """A listener that never speaks MQTT; whoever waits for it may be cancelled."""
    accepted: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(lambda _, writer: accepted.append(writer), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        connection = Connection(BrokerAddress("127.0.0.1", port), "x")
        connecting = asyncio.create_task(connection.__aenter__())
        await until(lambda: bool(accepted))
        connecting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await connecting
        assert connection._paho.socket() is None
        for writer in accepted:
            writer.close()


async def test_a_topic_that_is_no_text_does_not_break_the_connection(broker: Broker) -> None:
    """It becomes text that says so, and will be refused as a packet."""
    async with Connection(BrokerAddress.parse(broker.url), "x") as connection:
        message = paho.MQTTMessage(7, b"racing/v1/\xff")
        message.qos = 1
        connection._paho._handle_on_message(message)
        (packet,) = connection.take(1)
        assert packet.topic == "racing/v1/\\xff"


async def test_a_copy_of_what_is_in_hand_is_dropped(broker: Broker) -> None:
    """An impatient broker sends again what we are still writing; one copy is enough."""
    async with Connection(BrokerAddress.parse(broker.url), "x") as connection:
        message = paho.MQTTMessage(7, b"a/b")
        message.qos = 1
        connection._paho._handle_on_message(message)
        connection._paho._handle_on_message(message)
        assert len(connection.take(10)) == 1
        assert connection.repeated == 1


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lists open files in /proc")
async def test_a_hundred_connections_leave_nothing_open(broker: Broker) -> None:
    """paho and aiomqtt leave sockets to the garbage collector; we do not."""
    address = BrokerAddress.parse(broker.url)
    gc.collect()
    gc.disable()
    try:
        before = open_files()
        for number in range(100):
            async with Connection(address, f"x{number % 3}", clean_session=True) as connection:
                connection.publish("a/b", b"")
        with pytest.raises(ConnectionLost):
            async with Connection(BrokerAddress("127.0.0.1", 1), "x"):
                pass
        assert open_files() <= before
    finally:
        gc.enable()


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_a_broker_that_stays_away_is_complained_of_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Twenty attempts in no time are one line; the next one is due ten seconds later."""
    monkeypatch.setattr("tracker.feed.connection.PAUSE_S", (0.0, 5.0))
    attempts = 0

    def connect() -> Connection:
        nonlocal attempts
        attempts += 1
        if attempts > 20:
            raise Unavailable("that will do")
        raise ConnectionLost("nobody there")

    async def serve(connection: Connection) -> None:
        raise AssertionError

    with structlog.testing.capture_logs() as said, pytest.raises(Unavailable, match="that will do"):
        await stay_connected(connect, serve)
    assert [line["reason"] for line in said] == ["nobody there"]
