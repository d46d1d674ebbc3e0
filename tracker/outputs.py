"""Derived streams on MQTT: running order, flag, incidents and results for anybody's use.

A viewer like any other: it follows the same messages as a browser, and says on retained topics
what it holds. What changed faster than the broker takes it is told once, as it then is.
"""

import asyncio
import hashlib
import json
from collections.abc import Sequence
from typing import Any

import structlog

from tracker.feed.connection import BrokerAddress, Connection, stay_connected
from tracker.feed.topics import output_topic
from tracker.live.hub import Hub
from tracker.live.messages import Message

MOST_UPDATES = 1_000
"""Updates waiting for the broker; with more, the oldest are dropped, for a gateway that misses one
sees it by `follows` and takes the next snapshot."""

SNAPSHOT_EVERY = 64
"""Messages between two retained snapshots."""

MOST_IN_FLIGHT = 100
"""Messages the broker has not confirmed yet, above which the next round waits for it."""

PAUSE_S = 0.2
"""Between two rounds: the board's own beat."""

LARGEST = 240 * 1024
"""Bytes of one message. A broker hangs up on who sends more than it takes (our own: 256 KiB), and
would do so again after each return: one race with a long story would silence all."""

Told = dict[str, Any]

log = structlog.get_logger(__name__)


class RaceOutputs:
    """One race on its way out: a viewer in the hub, and what the topics should say."""

    def __init__(self, race: str, engine_epoch: int) -> None:
        self.race = race
        self.engine_epoch = engine_epoch
        self.updates: list[bytes] = []
        self.news = False
        self.whole = True
        """Whether the retained snapshot is due."""
        self.since_snapshot = 0
        self._since_beat = 0

    def send(self, messages: Sequence[Message]) -> None:
        """Take the news of the race; that nothing happened is none."""
        for message in messages:
            if message.type == "beat":
                self.rest()
                continue
            if message.type == "update":
                self.updates.append(message.body)
                del self.updates[:-MOST_UPDATES]
            self.news = True
            self.since_snapshot += 1
            self._since_beat += 1
            self.whole |= message.type == "snapshot" or self.since_snapshot >= SNAPSHOT_EVERY

    def rest(self) -> None:
        """A race gone quiet leaves a snapshot of how it stands: no update may ever follow."""
        if self.since_snapshot and not self._since_beat:
            self.news = self.whole = True
        self._since_beat = 0

    def again(self) -> None:
        """Everything is to be said once more, to a broker that may have forgotten it."""
        self.news = self.whole = True

    def buffered(self) -> int:
        """Never behind: what waits here is replaced, not piled up."""
        return 0

    def close(self, code: int, reason: str) -> None:
        """Nothing to close."""


class Outputs:
    """Publishes every race of a hub on `racing/v1/{race}/out/…`."""

    def __init__(self, broker: BrokerAddress, hub: Hub, engine_epoch: int) -> None:
        self.broker = broker
        self.hub = hub
        self.engine_epoch = engine_epoch
        self.connected = False
        self.races: dict[str, RaceOutputs] = {}
        """Whoever was served longest ago first."""
        self.said: dict[str, bytes] = {}
        """What each retained topic says, on the present connection."""
        self.too_large: set[str] = set()
        """Topics on which something could not be said."""

    async def run(self) -> None:
        """Publish until cancelled."""
        await stay_connected(self.connect, self.publish)

    def connect(self) -> Connection:
        """A connection that only speaks, and needs no memory at the broker."""
        return Connection(self.broker, f"race-tracker-out-{self.engine_epoch}", clean_session=True)

    async def publish(self, connection: Connection) -> None:
        """Say what is new, round after round."""
        self.said.clear()
        for outputs in self.races.values():
            outputs.again()
        self.connected = True
        try:
            while True:
                await self.round(connection)
                await connection.news(PAUSE_S)
        finally:
            self.connected = False

    async def round(self, connection: Connection) -> None:
        """Say what is new of every race, as far as the broker keeps up; the rest come first next.

        Everything else gets its turn between two races.
        """
        for race in self.hub.races():
            if race not in self.races:
                self.races[race] = RaceOutputs(race, self.engine_epoch)
                self.hub.watch(self.races[race], race)
        for outputs in [outputs for outputs in self.races.values() if outputs.news]:
            if connection.in_flight >= MOST_IN_FLIGHT:
                return
            self.races[outputs.race] = self.races.pop(outputs.race)
            self.tell(connection, outputs)
            await asyncio.sleep(0)

    def tell(self, connection: Connection, outputs: RaceOutputs) -> None:
        """Say what is new of one race."""
        race = outputs.race
        updates, outputs.updates = outputs.updates, []
        whole, outputs.whole, outputs.news = outputs.whole, False, False
        for update in updates:
            if self.fits(output_topic(race, "update"), update):
                connection.publish(output_topic(race, "update"), update, qos=0)
        told: Told = json.loads(self.hub.snapshot(race).body)
        told["engine_epoch"] = self.engine_epoch
        head = {key: told[key] for key in ("race", "epoch", "version", "engine_epoch")}
        for stream, content in streams(told).items():
            self.retain(connection, output_topic(race, stream), content, head)
        if whole:
            outputs.since_snapshot = 0
            self.retain(connection, output_topic(race, "snapshot"), told, {})

    def retain(self, connection: Connection, topic: str, content: Told, head: Told) -> None:
        """Say something on a retained topic, unless it says so already.

        What is too large is left out, and what stood there goes: it is no longer true.
        """
        if self.said.get(topic) == (said := digest(content)):
            return
        self.said[topic] = said
        body = encoded({**head, **content})
        if not self.fits(topic, body):
            body = b""
        connection.publish(topic, body, qos=1, retain=True)

    def fits(self, topic: str, body: bytes) -> bool:
        """Whether a broker would take this; where not, it is logged once for each topic."""
        if len(body) <= LARGEST:
            return True
        if topic not in self.too_large:
            self.too_large.add(topic)
            log.warning("too large for MQTT, and left out", topic=topic, bytes=len(body))
        return False


def streams(told: Told) -> dict[str, Told]:
    """The streams of a race, from its snapshot."""
    rows = sorted(told["rows"].items(), key=lambda item: item[1]["position"])
    state = told["state"]
    return {
        "flag": {"type": "flag", **state["flag"], "leader_lap": state["lap"]},
        "order": {"type": "order", "order": [{"entry": entry, **row} for entry, row in rows]},
        "incidents": {"type": "incidents", "incidents": list(told["incidents"].values())},
        "results": {"type": "results", "results": told["results"]},
        "verdicts": {"type": "verdicts", "verdicts": told["verdicts"]},
    }


def encoded(content: Told) -> bytes:
    """As it travels."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def digest(content: Told) -> bytes:
    """What stands for a content while it is retained; the content itself may be long."""
    return hashlib.blake2b(encoded(content), digest_size=16).digest()
