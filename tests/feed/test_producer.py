"""Who has something to say says it until it is heard."""

import asyncio
import json
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from pathlib import Path

import pytest

from tests.brokers import Broker, KillableNats, until
from tests.feed.test_consumer import Heard, listening
from tracker.errors import ReportRefused
from tracker.feed import producer as producer_module
from tracker.feed.connection import BrokerAddress, Connection, Packet
from tracker.feed.consumer import Consumer
from tracker.feed.envelope import Report
from tracker.feed.producer import Producer
from tracker.feed.timing import Crossing
from tracker.feed.topics import acknowledgement_topic, status_topic
from tracker.journal import Journal

pytestmark = pytest.mark.anyio


def crossings(first: int, last: int, source: str = "timing") -> list[Report]:
    return [
        Report(source, f"c-{number}", Crossing(entry="24", t_us=number))
        for number in range(first, last + 1)
    ]


def names(first: int, last: int) -> list[str]:
    return [f"c-{number}" for number in range(first, last + 1)]


def producing(
    broker: Broker, tmp_path: Path, *sources: str
) -> AbstractAsyncContextManager[Producer]:
    """A producer for a race in Kansas, with its outboxes in the test's folder."""
    return Producer.open(broker.url, "kansas", sources or ("timing",), tmp_path / "outbox")


async def test_everything_arrives_and_nothing_is_kept(broker: Broker, tmp_path: Path) -> None:
    """Far more than one window, from two sources; in order within each."""
    heard = Heard()
    async with (
        Journal.open(tmp_path / "journal.db") as journal,
        listening(Consumer(BrokerAddress.parse(broker.url), journal, heard)),
        producing(broker, tmp_path, "timing", "officials") as producer,
    ):
        await producer.put("timing", crossings(1, 2_500))
        await producer.put("officials", crossings(5_001, 5_010, "officials"))
        await producer.drained()
        await until(lambda: heard.of("timing") == names(1, 2_500))
        await until(lambda: heard.of("officials") == names(5_001, 5_010))
        assert producer.last_sequence("timing") == 2_500
        with pytest.raises(KeyError):
            await producer.put("nobody", [])


async def test_said_before_anyone_listens(broker: Broker, tmp_path: Path) -> None:
    """No session yet, so the broker keeps nothing; it is said again when the tracker comes."""
    heard = Heard()
    async with producing(broker, tmp_path) as producer:
        await producer.put("timing", crossings(1, 20))
        (speaker,) = producer._speakers.values()
        await until(lambda: speaker._sent == 20)
        async with (
            Journal.open(tmp_path / "journal.db") as journal,
            listening(Consumer(BrokerAddress.parse(broker.url), journal, heard)),
        ):
            await producer.drained()
            await until(lambda: heard.ids == names(1, 20))
            assert (await journal.counts()).events == 20


async def test_a_broker_that_dies_and_forgets(broker: Broker, tmp_path: Path) -> None:
    """It is killed while the feed speaks; the rest is said to the next one."""
    heard = Heard()
    async with (
        Journal.open(tmp_path / "journal.db") as journal,
        listening(Consumer(BrokerAddress.parse(broker.url), journal, heard)),
        producing(broker, tmp_path) as producer,
    ):
        await producer.put("timing", crossings(1, 3_000))
        await until(lambda: len(heard.ids) > 500)
        await broker.kill()
        await producer.drained()
        await until(lambda: sorted(heard.ids) == sorted(names(1, 3_000)))
        assert (await journal.counts()).events == 3_000


async def test_no_broker_yet(tmp_path: Path) -> None:
    """What is put before there is a broker is kept; and survives the producer's own end."""
    folder = tmp_path / "outbox"
    async with Producer.open("mqtt://127.0.0.1:1", "kansas", ["timing"], folder) as producer:
        await producer.put("timing", crossings(1, 5))
    heard = Heard()
    async with (
        KillableNats(tmp_path / "nats") as broker,
        Journal.open(tmp_path / "journal.db") as journal,
        listening(Consumer(BrokerAddress.parse(broker.url), journal, heard)),
        Producer.open(broker.url, "kansas", ["timing"], folder) as producer,
    ):
        await producer.drained()
        await until(lambda: heard.ids == names(1, 5))


async def test_status_tells_who_is_there(broker: Broker, tmp_path: Path) -> None:
    """Online at the start, offline at the end, and the same for who asks later."""
    async with Connection(BrokerAddress.parse(broker.url), "x", clean_session=True) as listener:
        await listener.subscribe(status_topic("kansas", "timing"))
        async with producing(broker, tmp_path):
            (online,) = await listener.burst(1)
        (offline,) = await listener.burst(1)
        assert [json.loads(packet.payload)["online"] for packet in (online, offline)] == [
            True,
            False,
        ]
    async with Connection(BrokerAddress.parse(broker.url), "y", clean_session=True) as later:
        await later.subscribe(status_topic("kansas", "timing"))
        (kept,) = await later.burst(1)
        assert json.loads(kept.payload)["online"] is False


async def test_a_tracker_that_lost_its_journal_hears_what_is_left(
    broker: Broker, tmp_path: Path
) -> None:
    """Its new journal would wait for ever for what is forgotten; so the numbering begins again."""
    address = BrokerAddress.parse(broker.url)
    heard = Heard()
    async with producing(broker, tmp_path) as producer:
        async with (
            Journal.open(tmp_path / "old.db") as journal,
            listening(Consumer(address, journal, heard)),
        ):
            await producer.put("timing", crossings(1, 10))
            await producer.drained()
        async with (
            Journal.open(tmp_path / "new.db") as journal,
            listening(Consumer(address, journal, heard)),
        ):
            await producer.put("timing", crossings(11, 15))
            await producer.drained()
            assert [entry.id async for entry in journal.events("kansas")] == names(11, 15)
            assert producer.last_sequence("timing") == 5


async def test_an_outbox_from_an_old_backup_does_not_swallow_news(
    broker: Broker, tmp_path: Path
) -> None:
    """The tracker has heard numbers that the copy will give to other reports."""
    address = BrokerAddress.parse(broker.url)
    folder = tmp_path / "outbox" / "kansas"
    async with AsyncExitStack() as stack:
        journal = await stack.enter_async_context(Journal.open(tmp_path / "journal.db"))
        await stack.enter_async_context(listening(Consumer(address, journal, Heard())))
        async with producing(broker, tmp_path) as producer:
            await producer.put("timing", crossings(1, 3))
            await producer.drained()
        backup = {file: file.read_bytes() for file in folder.iterdir()}
        async with producing(broker, tmp_path) as producer:
            await producer.put("timing", crossings(4, 9))
            await producer.drained()
        for file, was in backup.items():
            file.write_bytes(was)
        async with producing(broker, tmp_path) as producer:
            (speaker,) = producer._speakers.values()
            await until(lambda: speaker.outbox.last_sequence == 0)
            await producer.put("timing", crossings(101, 103))
            await producer.drained()
        told = {entry.id async for entry in journal.events("kansas")}
        assert told >= set(names(101, 103))


async def test_strange_watermarks_are_ignored(broker: Broker, tmp_path: Path) -> None:
    """Of another epoch, or no watermark at all."""
    async with (
        Connection(BrokerAddress.parse(broker.url), "x", clean_session=True) as stranger,
        producing(broker, tmp_path) as producer,
    ):
        await producer.put("timing", crossings(1, 3))
        (speaker,) = producer._speakers.values()
        await until(lambda: speaker._sent == 3)
        topic = acknowledgement_topic("kansas", "timing")
        for words in (b"", b"nonsense", b'{"epoch":"other","sequence":3,"engine_epoch":1}'):
            stranger.publish(topic, words)
        heard: list[bytes] = []
        hear = speaker._hear

        def noted(packet: Packet) -> None:
            hear(packet)
            heard.append(packet.payload)

        speaker._hear = noted  # type: ignore[method-assign]
        stranger.publish(topic, b"the last of them")
        await until(lambda: b"the last of them" in heard)
        assert speaker.outbox.pending == 3


async def test_silence_is_answered_ever_more_rarely(
    broker: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broker keeps all that is sent for a tracker that is away."""
    monkeypatch.setattr(producer_module, "PATIENCE_S", (0.05, 0.2))
    loop = asyncio.get_running_loop()
    async with (
        Connection(BrokerAddress.parse(broker.url), "x", clean_session=True) as listener,
        producing(broker, tmp_path) as producer,
    ):
        await listener.subscribe("racing/v1/+/in/+/+")
        began = loop.time()
        await producer.put("timing", crossings(1, 1))
        said = 0
        while said < 6:
            packets = await listener.burst(10)
            listener.acknowledge(packets)
            said += len(packets)
        # From before the first to after the last: what holds somebody up makes it only longer.
        assert loop.time() - began >= 0.05 + 0.1 + 0.2 + 0.2 + 0.2


async def test_what_the_user_does_wrong_is_told_as_it_is(tmp_path: Path) -> None:
    """A refusal reaches the code that put the report, not a group of errors."""
    with pytest.raises(ReportRefused, match="takes nothing of"):
        async with Producer.open("mqtt://127.0.0.1:1", "kansas", ["timing"], tmp_path) as producer:
            await producer.put("timing", crossings(1, 1, "officials"))
