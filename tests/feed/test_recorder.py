"""Recording from a broker: every event once, and a kill leaves a file that can be read."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.brokers import Broker, until
from tracker.errors import RecordingRefused, Unavailable
from tracker.feed.connection import BrokerAddress, Connection, Packet
from tracker.feed.envelope import FedEvent, Report, encode, short_type
from tracker.feed.recorder import Recorder, record
from tracker.feed.recording import numbered, read, read_lines, write
from tracker.feed.timing import Crossing
from tracker.feed.topics import event_topic

EVENTS = list(
    numbered((Report("timing", f"c/{n}", Crossing(entry="5", t_us=n)) for n in range(6)), "club")
)


def packet(event: FedEvent, *, retained: bool = False) -> Packet:
    """An event as it comes from a broker."""
    topic = event_topic(event.race, event.source, short_type(event))
    return Packet(topic, encode(event), retained, 0, 1)


@pytest.mark.parametrize("name", ["race.jsonl", "race.jsonl.gz"])
def test_each_event_once_and_what_is_none_is_counted(tmp_path: Path, name: str) -> None:
    with Recorder(tmp_path / name, "club") as recorder:
        recorder.hear([packet(event) for event in EVENTS[:3]])
        recorder.hear([packet(EVENTS[1]), packet(EVENTS[3], retained=True)])
        recorder.hear([Packet("racing/v1/club/in/timing/crossing", b"{", False, 0, 1)])
        told = str(recorder.tally)
        assert list(read(tmp_path / name)) == EVENTS[:3], "while it is being written"
    assert list(read(tmp_path / name)) == EVENTS[:3]
    assert "3 events of club" in told
    assert "1 heard again" in told
    assert "2 packets refused" in told


def test_a_packet_is_kept_as_it_was_sent(tmp_path: Path) -> None:
    """Fields and types of tomorrow, laid out over lines: the recording holds them all."""
    said = (
        b'{"specversion":"1.0","type":"racing.weather.v1","race":"club","source":"sky","id":"1",\n'
        b' "data":{"rain":true}}'
    )
    path = tmp_path / "race.jsonl"
    with Recorder(path, "club") as recorder:
        recorder.hear([Packet("racing/v1/club/in/sky/weather", said, False, 0, 1)])
    assert [line for line, _ in read_lines(path)] == [said.replace(b"\n", b" ")]


@pytest.mark.parametrize("name", ["race.jsonl", "race.jsonl.gz"])
def test_after_a_kill_it_goes_on_where_the_file_was_cut(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    write(path, EVENTS[:4])
    path.write_bytes(path.read_bytes()[:-20])
    kept = len(list(read(path)))
    with Recorder(path, "club", append=True) as recorder:
        recorder.hear([packet(event) for event in EVENTS])
        assert (recorder.tally.before, recorder.tally.events) == (kept, 6 - kept)
    assert list(read(path)) == EVENTS
    assert [left.name for left in tmp_path.iterdir()] == [name]


def test_a_file_is_not_written_over_nor_mixed(tmp_path: Path) -> None:
    path = tmp_path / "race.jsonl"
    write(path, EVENTS)
    before = path.read_bytes()
    with pytest.raises(Unavailable, match="--append"):
        Recorder(path, "club")
    with pytest.raises(RecordingRefused, match="is of club, not of other"):
        Recorder(path, "other", append=True)
    with pytest.raises(Unavailable, match="cannot be written"):
        Recorder(tmp_path / "nowhere" / "race.jsonl", "club")
    assert path.read_bytes() == before
    assert [left.name for left in tmp_path.iterdir()] == ["race.jsonl"]


def test_nothing_heard_leaves_no_file(tmp_path: Path) -> None:
    with Recorder(tmp_path / "race.jsonl", "club"):
        pass
    assert list(tmp_path.iterdir()) == []


@contextlib.asynccontextmanager
async def recording(broker: Broker, recorder: Recorder) -> AsyncIterator[None]:
    """A recorder that listens while this lasts."""
    task = asyncio.create_task(record(BrokerAddress.parse(broker.url), recorder))
    await until(lambda: recorder.tally.connections > 0)
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def publish(broker: Broker, events: list[FedEvent]) -> None:
    """Somebody who feeds the broker."""
    async with Connection(BrokerAddress.parse(broker.url), "somebody", clean_session=True) as feed:
        for event in events:
            one = packet(event)
            feed.publish(one.topic, one.payload)
        await until(lambda: feed.in_flight == 0)


@pytest.mark.anyio
async def test_what_comes_while_the_broker_is_away_is_recorded_after_it(
    tmp_path: Path, broker: Broker
) -> None:
    """Our session is the broker's to keep; when we end in order it forgets us."""
    path = tmp_path / "race.jsonl.gz"
    with Recorder(path, "club") as recorder:
        tally = recorder.tally
        async with recording(broker, recorder):
            await publish(broker, EVENTS[:3])
            await until(lambda: tally.events == 3)
            await broker.kill()
            await until(lambda: tally.connections > 1)
            await publish(broker, EVENTS)
            await until(lambda: tally.events == 6)
    assert list(read(path)) == EVENTS
    await publish(broker, EVENTS)
    with Recorder(tmp_path / "race.jsonl.gz", "club", append=True) as again:
        async with recording(broker, again):
            await publish(broker, EVENTS[5:])
            await until(lambda: again.tally.repeated == 1)
        assert (again.tally.events, again.tally.repeated) == (0, 1)
