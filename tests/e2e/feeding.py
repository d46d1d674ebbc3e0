"""Feeding a race from the test itself, so that it can stop where there is something to see."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from tracker.feed.connection import BrokerAddress
from tracker.feed.envelope import Report
from tracker.feed.outbox import Outbox
from tracker.feed.producer import Producer


@asynccontextmanager
async def producer(
    url: str, race: str, reports: Iterable[Report], folder: Path
) -> AsyncIterator[Producer]:
    """A producer with an outbox for every source of a story."""
    async with AsyncExitStack() as stack:
        outboxes = [
            await stack.enter_async_context(Outbox(folder / f"{source}.db", race, source))
            for source in sorted({report.source for report in reports})
        ]
        yield await stack.enter_async_context(Producer(BrokerAddress.parse(url), race, outboxes))


async def put(producer: Producer, reports: Sequence[Report]) -> None:
    """Promise these reports, each by its source."""
    by_source = defaultdict(list)
    for report in reports:
        by_source[report.source].append(report)
    for source, theirs in by_source.items():
        await producer.put(source, theirs)


async def tell(producer: Producer, reports: Sequence[Report]) -> None:
    """Tell these reports; returns when the tracker has journalled them."""
    await put(producer, reports)
    await producer.drained()
