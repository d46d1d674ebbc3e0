"""What goes out over MQTT: everybody's turn, nothing twice, and nothing that a broker refuses."""

import asyncio
from typing import cast

import pytest
from pydantic_core import from_json

from tests.brokers import Broker, until
from tests.live.pictures import OTHER, RACE, incident, picture
from tracker.feed.connection import BrokerAddress, Connection
from tracker.live.hub import Hub
from tracker.live.picture import Picture
from tracker.outputs import LARGEST, MOST_IN_FLIGHT, Outputs

pytestmark = pytest.mark.anyio


class FakeBroker:
    """A connection that writes down what it is given, and confirms nothing by itself."""

    def __init__(self) -> None:
        self.in_flight = 0
        self.heard: list[tuple[str, bytes]] = []

    def publish(self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> None:
        assert len(payload) <= LARGEST
        self.heard.append((topic.removeprefix("racing/v1/"), payload))
        self.in_flight += qos

    def topics(self) -> list[str]:
        """What was said since the last question; all of it is confirmed."""
        heard, self.heard = self.heard, []
        self.in_flight = 0
        return [topic for topic, _ in heard]


def outputs_of(hub: Hub) -> Outputs:
    return Outputs(BrokerAddress.parse("mqtt://127.0.0.1"), hub, 1)


async def told(outputs: Outputs, broker: FakeBroker) -> list[str]:
    """The topics of one round."""
    await outputs.round(cast("Connection", broker))
    return broker.topics()


def hub_with(*races: str, shown: Picture | None = None) -> Hub:
    hub = Hub()
    for race in races:
        hub.publish(race, "e1", 10, shown or picture())
    return hub


def huge() -> Picture:
    """More incidents than a broker takes in one message."""
    return picture(1, incidents=[incident(number, "x" * 200) for number in range(1, 800)])


async def test_one_race_too_large_for_the_broker_leaves_the_others_on_the_air() -> None:
    """Its flag and order are told, its incidents and snapshot are not; the other race is."""
    hub = hub_with(RACE, OTHER)
    hub.publish(RACE, "e1", 11, huge())
    broker, outputs = FakeBroker(), outputs_of(hub)
    await outputs.round(cast("Connection", broker))
    said = dict(broker.heard)
    assert said[f"{RACE}/out/incidents"] == said[f"{RACE}/out/snapshot"] == b""
    assert from_json(said[f"{RACE}/out/flag"])["version"] == 11
    assert from_json(said[f"{OTHER}/out/snapshot"])["type"] == "snapshot"
    assert outputs.too_large == {
        f"racing/v1/{RACE}/out/{what}" for what in ("incidents", "snapshot")
    }


async def test_no_race_starves_while_the_broker_is_slow() -> None:
    """Each round stops when the broker has enough, and the next begins where it stopped."""
    hub = hub_with(*(f"race-{number}" for number in range(60)))
    broker, outputs = FakeBroker(), outputs_of(hub)
    heard: set[str] = set()
    for version in range(11, 16):
        await outputs.round(cast("Connection", broker))
        assert broker.in_flight < MOST_IN_FLIGHT + 6
        heard |= {topic.partition("/")[0] for topic in broker.topics()}
        for race in hub.races():
            hub.publish(race, "e1", version, picture(version))
    assert len(heard) == 60


async def test_a_beat_is_no_news() -> None:
    """Nothing is said again because time passes."""
    hub = hub_with(RACE)
    broker, outputs = FakeBroker(), outputs_of(hub)
    assert f"{RACE}/out/snapshot" in await told(outputs, broker)
    for _ in range(100):
        hub.beat()
        assert await told(outputs, broker) == []


async def test_a_race_gone_quiet_leaves_a_snapshot_of_how_it_stands() -> None:
    """The update is told at once; the snapshot once nothing more happened for a beat, and once."""
    hub = hub_with(RACE)
    broker, outputs = FakeBroker(), outputs_of(hub)
    await told(outputs, broker)
    hub.beat()
    hub.publish(RACE, "e1", 11, picture(1))
    assert f"{RACE}/out/snapshot" not in await told(outputs, broker)
    hub.beat()
    assert await told(outputs, broker) == []
    hub.beat()
    assert await told(outputs, broker) == [f"{RACE}/out/snapshot"]
    hub.beat()
    hub.beat()
    assert await told(outputs, broker) == []


@pytest.mark.broker
async def test_a_broker_takes_the_largest_and_stays(broker: Broker) -> None:
    """As large as we let through a real broker takes, and the next race is heard."""
    address = BrokerAddress.parse(broker.url)
    hub = hub_with(RACE, OTHER)
    hub.publish(RACE, "e1", 11, huge())
    outputs = Outputs(address, hub, 1)
    heard: set[str] = set()
    async with Connection(address, "listener", clean_session=True) as listener:
        await listener.subscribe("racing/v1/+/out/#")
        async with Connection(address, "largest", clean_session=True) as largest:
            largest.publish(f"racing/v1/{RACE}/out/largest", b"x" * LARGEST)
            running = asyncio.create_task(outputs.run())
            while not {f"{RACE}/out/largest", f"{OTHER}/out/snapshot"} <= heard:
                packets = await listener.burst(100)
                heard |= {packet.topic.removeprefix("racing/v1/") for packet in packets}
            await until(lambda: largest.in_flight == 0)
    assert outputs.connected
    running.cancel()
    await asyncio.wait({running})
    assert not outputs.connected
