"""OpenF1 live, over a real broker and an HTTP server of ours: what is lost is asked for."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiomqtt
import pytest

from tests.bridges.f1_stream import Story
from tests.bridges.live.api import serving_rows
from tests.bridges.live.bridging import running
from tests.bridges.live.test_f1 import board, heard, over, written
from tests.bridges.openf1_rows import Rows, described, final, told
from tests.brokers import Broker, Mosquitto, made, until
from tracker.bridges.live.bridge import Bridge
from tracker.bridges.live.openf1 import LiveOpenF1, feed
from tracker.bridges.live.rows import PASSWORD, TOKEN, USER
from tracker.errors import TrackerError
from tracker.feed.connection import BrokerAddress

pytestmark = [pytest.mark.anyio, pytest.mark.broker]

RACE = "gp-2024-05-05-home-race"
ROWS = told()
RIGHT = [(car, 4) for car in Story().order(4)]


class World:
    """What OpenF1 has made so far."""

    def __init__(self) -> None:
        self.made: Rows = described()

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """What HTTP answers now."""
        return final(self.made)


@asynccontextmanager
async def publishing(url: str, **who: Any) -> AsyncIterator[aiomqtt.Client]:
    address = BrokerAddress.parse(url)
    async with aiomqtt.Client(address.host, address.port, **who) as client:
        yield client


async def publish(client: aiomqtt.Client, world: World, rows: Rows) -> None:
    """Rows as OpenF1 sends them: once, to whoever is there."""
    for collection, row in rows:
        world.made.append((collection, row))
        await client.publish(f"v1/{collection}", json.dumps(row), qos=0)


async def following(bridge: Bridge) -> None:
    """Wait until the bridge knows the session and has asked for what was before."""
    await until(lambda: bridge.race is not None and bridge.state == "connected")


async def test_a_race_over_mqtt(tmp_path: Path, broker: Broker) -> None:
    """Rubbish on the topics is counted, and the race is heard to its end."""
    world = World()
    async with (
        serving_rows(world.rows) as api,
        running(feed(broker.url, api.address), tmp_path, "gp") as bridge,
        publishing(broker.url) as client,
    ):
        await following(bridge)
        for rubbish in (b"\xff\xfe", b"{", b"[1]", b'{"session_key":9999}', b"x" * 40_000):
            await client.publish("v1/laps", rubbish)
        await publish(client, world, ROWS)
        await over(tmp_path, RACE)
        assert bridge.race == RACE
        await until(lambda: bridge.refused["not JSON"] == 2)
        assert bridge.refused["a row of more than 32768 bytes"] == 1
        await until(lambda: "/v1/session_result?session_key=9999" in api.asked)
    assert board(heard(tmp_path, RACE)) == RIGHT


async def test_the_broker_dies_and_rows_are_lost(tmp_path: Path, broker: Broker) -> None:
    """Nobody sends them again: they are asked for, and the board is the undisturbed one."""
    world = World()
    async with (
        serving_rows(world.rows) as api,
        running(feed(broker.url, api.address), tmp_path, "gp") as bridge,
    ):
        await following(bridge)
        async with publishing(broker.url) as client:
            await publish(client, world, ROWS[:12])
            await until(lambda: bridge.heard >= 24)
        with contextlib.suppress(aiomqtt.MqttError):
            await broker.kill()
        world.made += ROWS[12:28]  # while nobody listened
        asked = api.asked.count("/v1/laps?session_key=9999")
        await until(lambda: api.asked.count("/v1/laps?session_key=9999") > asked)
        async with publishing(broker.url) as client:
            await publish(client, world, ROWS[28:])
            await over(tmp_path, RACE)
    assert board(heard(tmp_path, RACE)) == RIGHT


async def test_without_an_answer_over_http_the_rows_go_on(tmp_path: Path, broker: Broker) -> None:
    """A broker of one's own, and nothing to ask: the session is described over MQTT."""
    world = World()
    async with (
        serving_rows(world.rows, broken=True) as api,
        running(feed(broker.url, api.address), tmp_path, "gp") as bridge,
        publishing(broker.url) as client,
    ):
        await until(lambda: bridge.refused.total() > 0)
        await publish(client, world, [*ROWS[:3], *described(), *ROWS[3:]])
        await over(tmp_path, RACE)
        assert any("answered with 503" in reason for reason in bridge.refused)
    assert board(heard(tmp_path, RACE)) == RIGHT


async def test_a_token_for_the_broker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Got for a name and a password, shown as the broker's password, and written down nowhere."""
    made("mosquitto", tmp_path)
    secrets = tmp_path / "secrets"
    monkeypatch.setenv(USER, "fan")
    monkeypatch.setenv(PASSWORD, "op3n-sesame")
    world = World()
    hasher = await asyncio.create_subprocess_exec(
        "mosquitto_passwd", "-b", "-c", str(secrets), "fan", "t0ken-2"
    )
    assert await hasher.wait() == 0
    (tmp_path / "bridge").mkdir()
    async with (
        Mosquitto(tmp_path / "m", f"password_file {secrets}") as broker,
        serving_rows(world.rows, password="op3n-sesame") as api,
        running(feed(broker.url, api.address), tmp_path / "bridge", "gp") as bridge,
    ):
        # The first token is not the one: it is let go, and another asked for.
        await following(bridge)
        assert api.tokens == 2
        async with publishing(broker.url, username="fan", password="t0ken-2") as client:
            await publish(client, world, ROWS)
            await over(tmp_path / "bridge", RACE)
        assert "t0ken" not in f"{bridge.why} {bridge.refused} {bridge.feed.link!r}"
    assert not any(b"t0ken" in one or b"sesame" in one for one in written(tmp_path / "bridge"))


def test_half_an_account_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(USER, "fan")
    monkeypatch.delenv(PASSWORD, raising=False)
    with pytest.raises(TrackerError, match="want each other"):
        feed()
    monkeypatch.setenv(PASSWORD, "secret")
    monkeypatch.setenv(TOKEN, "two words\n3")
    with pytest.raises(TrackerError, match="no token has"):
        feed()
    monkeypatch.delenv(TOKEN)
    for broker, api in (("http://h", "https://a"), ("mqtt://h", "a"), ("mqtt://h", "https://u@a")):
        with pytest.raises(TrackerError):
            feed(broker, api)


def test_a_session_nobody_describes() -> None:
    """After so many rows it goes on under its key; nothing is kept without a bound."""
    live = LiveOpenF1()
    rows = [f"v1/{name} {json.dumps(row)}" for name, row in ROWS]
    assert [one for row in rows for one in live.hear(row)] == []
    assert live.asks() == [b"sessions?session_key=9999"]
    more = json.dumps({"session_key": 9999, "driver_number": 4, "gap_to_leader": 1, "date": "x"})
    parts = {one.part for _ in range(2_000) for one in live.hear(f"v1/intervals {more}")}
    assert parts == {"session 9999"}
