"""The tracker's ear: everything is journalled once, acknowledged, and handed on."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.brokers import Broker, until
from tracker.errors import Unavailable
from tracker.feed.connection import BrokerAddress, Connection, Packet
from tracker.feed.consumer import Consumer, Journalled, understood
from tracker.feed.envelope import Report, encode
from tracker.feed.timing import Crossing
from tracker.feed.topics import acknowledgement_topic, event_topic
from tracker.journal import Appended, Fact, Journal, Numbering, Stray

pytestmark = pytest.mark.anyio

TOPIC = event_topic("kansas", "timing", "crossing")


def crossing(number: int, lap: int = 1) -> bytes:
    report = Report("timing", f"c-{number}", Crossing(entry="24", t_us=number, lap=lap))
    return encode(report.event("kansas", "e", number))


class Heard:
    """What the race would be told."""

    def __init__(self) -> None:
        self.bursts: list[list[Journalled]] = []

    def __call__(self, burst: Sequence[Journalled]) -> None:
        self.bursts.append(list(burst))

    @property
    def ids(self) -> list[str]:
        return [journalled.event.id for burst in self.bursts for journalled in burst]

    def of(self, source: str) -> list[str]:
        """What one source said."""
        return [
            journalled.event.id
            for burst in self.bursts
            for journalled in burst
            if journalled.event.source == source
        ]


@asynccontextmanager
async def listening(consumer: Consumer) -> AsyncIterator[None]:
    task = asyncio.create_task(consumer.run())
    try:
        await until(lambda: consumer.connected or task.done())
        yield
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def watermarks(listener: Connection, enough: Callable[[dict[str, object]], bool]) -> None:
    """Wait for a watermark that is as it should be."""
    while True:
        for packet in await listener.burst(100):
            if enough(json.loads(packet.payload)):
                return


async def test_from_packet_to_race(broker: Broker, tmp_path: Path) -> None:
    """New events are handed on in order, once, with their place in the journal."""
    heard = Heard()
    address = BrokerAddress.parse(broker.url)
    async with (
        Journal.open(tmp_path / "journal.db") as journal,
        Connection(address, "feed", clean_session=True) as feed,
        listening(consumer := Consumer(address, journal, heard)),
    ):
        await feed.subscribe(acknowledgement_topic("kansas", "timing"), 0)
        for number in (1, 2, 2, 3):
            feed.publish(TOPIC, crossing(number))
        feed.publish(TOPIC, b"not json")
        feed.publish(TOPIC, crossing(1, lap=9))
        feed.publish(event_topic("kansas", "officials", "flag.changed"), crossing(4))
        expected = {
            "epoch": "e",
            "sequence": 3,
            "engine_epoch": journal.engine_epoch,
        }
        await watermarks(feed, lambda said: said == expected)
        await until(lambda: consumer.counts["quarantined"] == 2)
        assert heard.ids == ["c-1", "c-2", "c-3"]
        assert [journalled.offset for burst in heard.bursts for journalled in burst] == [1, 2, 3]
        assert consumer.counts["duplicate"] == 1
        assert consumer.counts["conflict"] == 1
        kinds = [row.kind for row in await journal.quarantine()]
        assert sorted(kinds) == ["id_conflict", "json", "mismatch"]


async def test_a_session_waits_for_a_tracker_that_is_away(broker: Broker, tmp_path: Path) -> None:
    """What is said meanwhile is there when it comes back, and each word is told once."""
    address = BrokerAddress.parse(broker.url)
    heard = Heard()
    async with (
        Journal.open(tmp_path / "journal.db") as journal,
        Connection(address, "feed", clean_session=True) as feed,
    ):
        async with listening(Consumer(address, journal, heard)):
            feed.publish(TOPIC, crossing(1))
            await until(lambda: heard.ids == ["c-1"])
        feed.publish(TOPIC, crossing(2))
        feed.publish(event_topic("kansas", "timing", "pit.in"), b"{}")
        await until(lambda: feed.in_flight == 0)
        async with listening(again := Consumer(address, journal, heard)):
            await until(lambda: heard.ids == ["c-1", "c-2"])
            await until(lambda: again.counts["quarantined"] == 1)
        assert heard.ids == ["c-1", "c-2"]
        assert (await journal.counts()).events == 2


async def test_retained_events_are_not_believed(broker: Broker, tmp_path: Path) -> None:
    """A broker would tell them again to everyone who comes."""
    address = BrokerAddress.parse(broker.url)
    heard = Heard()
    async with (
        Journal.open(tmp_path / "journal.db") as journal,
        Connection(address, "feed", clean_session=True) as feed,
    ):
        feed.publish(TOPIC, crossing(1), retain=True)
        await until(lambda: feed.in_flight == 0)
        async with listening(consumer := Consumer(address, journal, heard)):
            await until(lambda: consumer.counts["quarantined"] == 1)
            (row,) = await journal.quarantine()
            assert row.kind == "retained_event"
            assert heard.ids == []


async def test_watermarks_are_told_again_at_every_start(broker: Broker, tmp_path: Path) -> None:
    """A broker may have forgotten them, and a producer would wait for ever."""
    address = BrokerAddress.parse(broker.url)
    async with Journal.open(tmp_path / "journal.db") as journal:
        packet = Packet(TOPIC, crossing(1), False, 1, 1)
        item, _ = understood(packet)
        await journal.append([item])
        async with Connection(address, "feed", clean_session=True) as feed:
            await feed.subscribe(acknowledgement_topic("kansas", "timing"), 0)
            async with listening(Consumer(address, journal, Heard())):
                await watermarks(feed, lambda said: said["sequence"] == 1)
                told = journal.watermark("kansas", "timing")
                assert told is not None
                assert told.sequence == 1


class StubbornJournal(Journal):
    """A disk that is full for a while."""

    refusals = 3

    async def append(self, burst: Sequence[Fact | Stray]) -> Appended:
        if self.refusals:
            self.refusals -= 1
            raise Unavailable("the journal cannot be written: database or disk is full")
        return await super().append(burst)


async def test_a_full_disk_is_waited_for(broker: Broker, tmp_path: Path) -> None:
    """Nothing is acknowledged, nothing is lost, and whoever asks is told why."""
    address = BrokerAddress.parse(broker.url)
    heard = Heard()
    async with (
        StubbornJournal.open(tmp_path / "journal.db") as journal,
        Connection(address, "feed", clean_session=True) as feed,
        listening(consumer := Consumer(address, journal, heard)),
    ):
        for number in range(1, 300):
            feed.publish(TOPIC, crossing(number))
        await until(lambda: consumer.trouble is not None)
        assert "disk is full" in str(consumer.trouble)
        await until(lambda: len(heard.ids) == 299)
        assert consumer.trouble is None
        assert heard.ids == [f"c-{number}" for number in range(1, 300)]


async def test_whoever_is_told_may_take_time(broker: Broker, tmp_path: Path) -> None:
    """`on_burst` may be asynchronous; the next burst waits for it."""
    address = BrokerAddress.parse(broker.url)
    running, most, told = 0, 0, 0

    async def slow(burst: Sequence[Journalled]) -> None:
        nonlocal running, most, told
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        told += len(burst)
        running -= 1

    async with (
        Journal.open(tmp_path / "journal.db") as journal,
        Connection(address, "feed", clean_session=True) as feed,
        listening(Consumer(address, journal, slow)),
    ):
        for number in range(1, 500):
            feed.publish(TOPIC, crossing(number))
        await until(lambda: told == 499)
        assert most == 1


def test_a_number_that_can_be_read_is_heard_though_the_rest_cannot() -> None:
    """A producer of a later version must not stand still at what we do not understand."""
    bad = crossing(7).replace(b'"entry":"24"', b'"entry":24')
    item, event = understood(Packet(TOPIC, bad, False, 5, 1))
    assert isinstance(item, Stray)
    assert event is None
    assert item.kind == "invalid"
    assert item.numbering == Numbering("kansas", "timing", "e", 7)


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("racing/v1/kansas/in/timing", crossing(1)),
        (event_topic("talladega", "timing", "crossing"), crossing(1)),
        (TOPIC, b"{}"),
        (TOPIC, b"\xff" * 10),
        (TOPIC, b"[" * 100_000),
    ],
)
def test_what_belongs_to_nobody_has_no_number(topic: str, payload: bytes) -> None:
    item, _ = understood(Packet(topic, payload, False, 5, 1))
    assert isinstance(item, Stray)
    assert item.numbering is None
