"""Formula 1 live, against a hub of ours: the board is the same whatever the connection goes
through."""

import contextlib
import json
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.bridges.f1_stream import Message, Story
from tests.bridges.live.bridging import races, running, told
from tests.bridges.live.hub import CONNECTION, END, Hub, hub
from tests.brokers import until
from tracker.bridges.f1_files import convert
from tracker.bridges.f1_state import merged
from tracker.bridges.live.bridge import Bridge
from tracker.bridges.live.f1 import TOKEN, LiveFormula1, feed
from tracker.bridges.live.signalr import Records, SignalR
from tracker.errors import TrackerError
from tracker.feed.recording import numbered
from tracker.racing.classification import classification
from tracker.racing.race import Race
from tracker.racing.report import order_by_lap
from tracker.score import folded

pytestmark = pytest.mark.anyio

RACE = "gp-2024-05-05-evening-grand-prix-race"
BEGAN = datetime(2024, 5, 5, 12, 55, tzinfo=UTC)
STORY = Story()
MESSAGES = STORY.messages()


def utc(at: int) -> str:
    return (BEGAN + timedelta(microseconds=at)).isoformat(timespec="milliseconds")[:-6] + "Z"


class Feed:
    """What the hub knows: the full state at any moment, and the messages that follow."""

    def __init__(self, story: Story = STORY) -> None:
        self.topics: dict[str, Any] = json.loads(json.dumps(story.state()))
        self.topics["Heartbeat"] = {"Utc": utc(0)}

    def state(self) -> dict[str, Any]:
        """The full state now."""
        copy: dict[str, Any] = json.loads(json.dumps(self.topics))
        return copy

    def message(self, one: Message) -> dict[str, Any]:
        """A call of `feed`; from now on it is part of the state."""
        at, topic, data = one
        self.topics[topic] = merged(self.topics.get(topic), json.loads(json.dumps(data)))
        self.topics["Heartbeat"] = {"Utc": utc(at)}
        return {"type": 1, "target": "feed", "arguments": [topic, data, utc(at)]}


def board(race: Race) -> list[tuple[str, int]]:
    return [(str(line.car.entry), line.laps) for line in classification(race)]


def heard(folder: Path, race: str = RACE) -> Race:
    """The race as a tracker would score it from what was promised."""
    return folded(told(folder, race))


def right(folder: Path) -> None:
    """The board that the story makes when nothing goes wrong."""
    race = heard(folder)
    assert board(race) == [(car, 4) for car in STORY.order(4)]
    orders = [order for lap, order in order_by_lap(race).items() if lap != "0"]
    assert orders == [STORY.order(lap) for lap in range(1, 5)]


def written(folder: Path) -> list[bytes]:
    """Everything that was left on disk."""
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


async def tell(server: Hub, source: Feed, messages: Iterable[Message], again: int = 1) -> None:
    """Say messages to whoever has subscribed for the so-manieth time, one after the other."""
    await until(lambda: server.subscribed >= again)
    for one in messages:
        await server.say(source.message(one))


async def all_heard(bridge: Bridge, records: int) -> None:
    """Wait until so many records were heard."""
    await until(lambda: bridge.heard >= records and bridge.state == "connected")


async def over(folder: Path, race: str = RACE, crossings: int = 16) -> None:
    """Wait until the end of a race is promised, and every crossing of it."""

    def told_it() -> bool:
        with contextlib.suppress(sqlite3.OperationalError):  # an outbox is just being made
            events = told(folder, race)
            return (
                any(event.id == "result/provisional" for event in events)
                and sum(event.id.startswith("crossing/") for event in events) >= crossings
            )
        return False

    await until(told_it, within_s=60, every_s=0.05)


async def test_a_race_from_its_full_state_to_its_flag(tmp_path: Path) -> None:
    """Negotiated with a cookie, named by what the feed says; heard to the end."""
    source = Feed()
    async with hub(source.state) as server, running(feed(server.address), tmp_path, "gp") as bridge:
        await tell(server, source, MESSAGES)
        await over(tmp_path)
        assert bridge.race == RACE
        assert bridge.refused == {}
        assert server.asked == [
            "OPTIONS /signalrcore/negotiate?negotiateVersion=1 HTTP/1.1",
            "POST /signalrcore/negotiate?negotiateVersion=1 HTTP/1.1 | Cookie: AWSALBCORS=here",
            "GET /signalrcore?id=one%2Fof%2Bmany%3D HTTP/1.1 | Cookie: AWSALBCORS=here",
        ]
        assert [record.get("target") for record in server.heard] == [None, "Subscribe"]
        assert "TimingData" in server.heard[1]["arguments"][0]
    right(tmp_path)
    assert CONNECTION not in (tmp_path / "capture.txt").read_text()
    converted = convert(tmp_path / "capture.txt")
    assert board(folded(numbered(converted.reports, "race"))) == board(heard(tmp_path))
    assert converted.left_out == []


@pytest.mark.parametrize("cut", [0, 1, 6, 13, 20, 31, 40])
async def test_the_connection_is_lost_and_made_anew(tmp_path: Path, cut: int) -> None:
    """A new one begins with the full state, however often: the board is the undisturbed one."""
    source = Feed()
    async with hub(source.state) as server, running(feed(server.address), tmp_path, "gp") as bridge:
        await tell(server, source, MESSAGES[:cut])
        await all_heard(bridge, 1 + cut)
        half = json.dumps(source.message(MESSAGES[cut]))
        await server.say_text(half[: len(half) // 2])
        await server.hang_up()
        await tell(server, source, MESSAGES[cut + 1 :], again=2)
        await over(tmp_path)
    right(tmp_path)


async def test_halves_and_heaps_and_rubbish(tmp_path: Path) -> None:
    """Records in pieces, many in one message, things that are none, state after state."""
    source = Feed()
    wire = "".join(json.dumps(source.message(one)) + END for one in MESSAGES)
    pieces = [wire[at : at + 97] for at in range(0, len(wire), 97)]
    rubbish = ["hello" + END, '{"type":1}' + END, "[" * 5_000 + END, '{"type":6}' + END,
               '{"type":1,"target":"feed","arguments":["TimingData",{"Lines":7},"2024"]}' + END,
               '{"type":1,"target":"feed","arguments":["TrackStatus","4","2024-05-05T13:00:00Z"]}'
               + END]  # fmt: skip
    async with (
        hub(Feed().state, extra='{"type":6}' + END) as server,
        running(feed(server.address), tmp_path, "gp") as bridge,
    ):
        await until(lambda: server.subscribed == 1)
        await server.say_text(b"\x00\xff", *rubbish, *pieces, *rubbish)
        await over(tmp_path)
        assert bridge.refused["a binary message"] == 1
        assert bridge.refused["not JSON"] == 4
    right(tmp_path)


async def test_killed_and_started_again(tmp_path: Path) -> None:
    """It reads what it heard, connects, hears the full state once more, and says nothing twice."""
    source = Feed()
    async with hub(source.state) as server:
        async with running(feed(server.address), tmp_path, "gp") as bridge:
            await tell(server, source, MESSAGES[:20])
            await all_heard(bridge, 21)
        before = [event for event in told(tmp_path, RACE) if event.source != "bridge"]
        async with running(feed(server.address), tmp_path, "gp") as bridge:
            await tell(server, source, MESSAGES[20:], again=2)
            await over(tmp_path)
    after = [event for event in told(tmp_path, RACE) if event.source != "bridge"]
    assert len({(event.source, event.id) for event in after}) == len(after)
    assert [event for event in after if event in before] == before
    right(tmp_path)


async def test_the_hub_says_goodbye(tmp_path: Path) -> None:
    """As after two hours: the connection is made anew."""
    source = Feed()
    async with hub(source.state) as server, running(feed(server.address), tmp_path, "gp") as bridge:
        await tell(server, source, MESSAGES[:10])
        await all_heard(bridge, 11)
        await server.say({"type": 7, "allowReconnect": True})
        await tell(server, source, MESSAGES[10:], again=2)
        await over(tmp_path)
    right(tmp_path)


async def test_the_next_session_is_another_race(tmp_path: Path) -> None:
    """The feed goes on with the next session without a word; each has its name and its clock."""
    source, later = Feed(), Feed(Story(laps={"4": [90_000], "44": [91_000]}))
    sprint = "gp-2024-05-05-evening-grand-prix-sprint"
    later.topics["SessionInfo"]["Key"] = 2
    later.topics["SessionInfo"]["Name"] = "Sprint"
    opening = [(len(MESSAGES), topic, data) for topic, data in later.state().items()]
    told_of = Story(laps={"4": [90_000], "44": [91_000]}).messages()
    async with hub(source.state) as server, running(feed(server.address), tmp_path, "gp"):
        await tell(server, source, [*MESSAGES, *opening, *told_of])
        await over(tmp_path, sprint, crossings=2)
    assert races(tmp_path) == {RACE, sprint}
    converted = convert(tmp_path / "capture.txt")
    assert board(folded(numbered(converted.reports, "race"))) == board(heard(tmp_path))
    assert [note.partition(" × ")[2] for note in converted.left_out] == [
        "capture.txt: a message of another session"
    ]
    right(tmp_path)
    assert board(heard(tmp_path, sprint)) == [("4", 1), ("44", 1)]


async def test_a_token_is_shown_to_the_hub_and_to_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without it we are told to bring one; with it we are in, and it is written down nowhere."""
    source = Feed()
    async with hub(source.state, token="s3cret") as server:
        monkeypatch.setenv(TOKEN, "wrong")
        async with running(feed(server.address), tmp_path, "gp") as bridge:
            await until(lambda: bridge.state == "lost")
            assert "does not let us in (401)" in bridge.why
            assert "wrong" not in bridge.why
            monkeypatch.setenv(TOKEN, "s3cret")
            await tell(server, source, MESSAGES)
            await over(tmp_path)
        assert all("Bearer s3cret" in line for line in server.asked[-3:])
    right(tmp_path)
    assert not any(b"s3cret" in one or b"wrong" in one for one in written(tmp_path))
    monkeypatch.setenv(TOKEN, "two\nlines")
    with pytest.raises(TrackerError, match="no token has") as refused:
        feed(server.address)
    assert "two" not in str(refused.value)


@pytest.mark.parametrize(
    ("negotiation", "why"),
    [
        (b"<html>", "something else than JSON"),
        (b"[1]", "something else than JSON"),
        (b'{"error":"full"}', "refuses a connection"),
        (b'{"url":"https://elsewhere.test/","accessToken":"x"}', "not followed"),
    ],
)
async def test_a_negotiation_that_fails(tmp_path: Path, negotiation: bytes, why: str) -> None:
    """In words, and tried again."""
    async with (
        hub(Feed().state, negotiation=negotiation) as server,
        running(feed(server.address), tmp_path, "gp") as bridge,
    ):
        await until(lambda: bridge.state == "lost")
        assert why in bridge.why
        server.negotiation = Hub(Feed().state).negotiation
        await until(lambda: bridge.state == "connected")


async def test_a_subscription_that_is_refused(tmp_path: Path) -> None:
    async with (
        hub(lambda: None) as server,
        running(feed(server.address), tmp_path, "gp") as bridge,
    ):
        await until(lambda: bridge.state == "lost")
        assert bridge.why == f"127.0.0.1:{server.port} refuses the subscription"


@pytest.mark.parametrize("url", ["", "livetiming.test", "ws://h/x", "https://", "https://u:p@h/x"])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(TrackerError, match="no address of a hub"):
        SignalR(url, [], lambda: None)


def test_a_record_without_end_is_given_up() -> None:
    """And counted; what follows its end is read again."""
    refused = SignalR("http://h", [], lambda: None).refused
    records = Records(refused, largest=10)
    pieces: Iterable[str] = ["x" * 6, "x" * 6, "yy", f"{END}{{}}{END}"]
    assert [one for piece in pieces for one in records.cut(piece)] == ["yy", "{}"]
    assert sum(refused.values()) == 1


def test_a_full_state_without_a_time_waits_for_one() -> None:
    """No clock of ours is used: the same records give the same reports, whenever they come."""
    source = Feed()
    del source.topics["Heartbeat"]
    live = LiveFormula1()
    state = source.state()
    assert list(live.hear(json.dumps({"type": 3, "result": state}))) == []
    told_of = list(live.hear(json.dumps(source.message(MESSAGES[0]))))
    assert [one.report.id.partition("/")[0] for one in told_of][:2] == ["setup", "entry"]
