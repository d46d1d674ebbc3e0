"""Derived streams on MQTT: running order, flag, incidents and results for anybody's use.

A viewer like any other: it follows the same messages as a browser, and says on retained topics
what it holds. What changed faster than the broker takes it is told once, as it then is.
"""

import json
from collections.abc import Sequence
from typing import Any

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

Told = dict[str, Any]


class RaceOutputs:
    """One race on its way out: a viewer in the hub, and what the topics should say."""

    def __init__(self, race: str, engine_epoch: int) -> None:
        self.race = race
        self.engine_epoch = engine_epoch
        self.updates: list[bytes] = []
        self.since_snapshot = SNAPSHOT_EVERY
        self.changed: set[str] = set()

    def send(self, messages: Sequence[Message]) -> None:
        """Take the news of the race."""
        for message in messages:
            self.since_snapshot += 1
            if message.type == "update":
                self.updates.append(message.body)
                del self.updates[:-MOST_UPDATES]
            self.changed.add(message.type)

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
        self.races: dict[str, RaceOutputs] = {}
        self.said: dict[str, bytes] = {}
        """What each retained topic says, on the present connection."""

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
            outputs.changed.add("snapshot")
        while True:
            for race in self.hub.races():
                if race not in self.races:
                    outputs = self.races[race] = RaceOutputs(race, self.engine_epoch)
                    self.hub.watch(outputs, race)
            for outputs in self.races.values():
                if outputs.changed and connection.in_flight < MOST_IN_FLIGHT:
                    self.round(connection, outputs)
            await connection.news(PAUSE_S)

    def round(self, connection: Connection, outputs: RaceOutputs) -> None:
        """Say what is new of one race."""
        race = outputs.race
        updates, outputs.updates = outputs.updates, []
        for update in updates:
            connection.publish(output_topic(race, "update"), update, qos=0)
        whole = "snapshot" in outputs.changed or outputs.since_snapshot >= SNAPSHOT_EVERY
        outputs.changed.clear()
        told: Told = json.loads(self.hub.snapshot(race).body)
        told["engine_epoch"] = self.engine_epoch
        head = {key: told[key] for key in ("race", "epoch", "version", "engine_epoch")}
        for stream, content in streams(told).items():
            self.retain(connection, output_topic(race, stream), content, head)
        if whole:
            outputs.since_snapshot = 0
            connection.publish(output_topic(race, "snapshot"), encoded(told), qos=1, retain=True)

    def retain(self, connection: Connection, topic: str, content: Told, head: Told) -> None:
        """Say something on a retained topic, unless it says so already."""
        body = encoded(content)
        if self.said.get(topic) != body:
            self.said[topic] = body
            connection.publish(topic, encoded({**head, **content}), qos=1, retain=True)


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
