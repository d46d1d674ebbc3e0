"""A real Grand Prix through a hub of ours, its connection lost on the way: the board is right."""

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.bridges.live.bridging import running
from tests.bridges.live.hub import END, hub
from tests.bridges.live.test_f1 import heard, over
from tests.brokers import until
from tracker.bridges.f1_files import convert, read
from tracker.bridges.f1_state import merged
from tracker.bridges.live.f1 import feed
from tracker.feed.timing import Crossing
from tracker.racing.classification import classification

DATA = Path(__file__).parents[4] / "shared" / "data"
STREAMS = sorted((DATA / "f1_live").glob("*")) if DATA.exists() else []

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.shared,
    pytest.mark.timeout(240),
    pytest.mark.skipif(not STREAMS, reason="the race data beside the project is not here"),
]


def official(date: str) -> list[str]:
    """The cars of the official result of that day, first to last."""
    with (DATA / "f1" / "results.csv").open(encoding="utf-8-sig") as table:
        return [row["number"] for row in csv.DictReader(table) if row["date"] == date]


@pytest.mark.parametrize("folder", STREAMS, ids=lambda path: path.name)
async def test_a_grand_prix_with_the_connection_lost_twice(tmp_path: Path, folder: Path) -> None:
    """Half a minute of the stream is never heard, twice; the full state tells it."""
    messages = read(folder).messages
    crossings = sum(isinstance(one.data, Crossing) for one in convert(folder).reports)
    topics: dict[str, Any] = {}
    first = next(number for number, one in enumerate(messages) if one.at > 60_000_000)
    for one in messages[:first]:
        topics[one.topic] = merged(topics.get(one.topic), one.data)
    session = topics["SessionInfo"]
    began = datetime.fromisoformat(session["StartDate"]).replace(tzinfo=UTC)

    def utc(at: int) -> str:
        return (began + timedelta(microseconds=at)).isoformat(timespec="milliseconds")[:-6] + "Z"

    now = messages[first].at

    def state() -> dict[str, Any]:
        copy: dict[str, Any] = json.loads(json.dumps(topics))
        return copy | {"Heartbeat": {"Utc": utc(now)}}

    lost = [len(messages) // 4, len(messages) // 2]
    until_then = 0
    wire: list[str] = []
    async with hub(state) as server, running(feed(server.address), tmp_path, "gp") as bridge:
        connections = 1
        await until(lambda: server.subscribed == 1)
        for number, one in enumerate(messages[first:], start=first):
            data = json.loads(json.dumps(one.data))
            topics[one.topic] = merged(topics.get(one.topic), data)
            now = one.at
            if number in lost:
                await server.say_text("".join(wire))
                wire = []
                await server.hang_up()
                until_then = now + 30_000_000
            if until_then and now >= until_then:
                until_then, connections = 0, connections + 1
                await until(lambda: server.subscribed == connections)  # noqa: B023 - waited for
            elif not until_then:
                call = {"type": 1, "target": "feed", "arguments": [one.topic, one.data, utc(now)]}
                wire.append(json.dumps(call) + END)
            if len(wire) == 500:
                await server.say_text("".join(wire))
                wire = []
        await server.say_text("".join(wire))
        await until(lambda: bridge.race is not None)
        assert bridge.race is not None
        race = bridge.race
        await over(tmp_path, race, crossings)
    found = [str(line.car.entry) for line in classification(heard(tmp_path, race))]
    assert found == official(session["StartDate"][:10])
