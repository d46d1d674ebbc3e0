"""A bridge run inside a test, and what it has promised to tell so far."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

from tracker.bridges.live.bridge import Bridge
from tracker.bridges.live.capture import Capture
from tracker.bridges.live.contract import Feed
from tracker.bridges.live.voices import Voices
from tracker.feed.connection import BrokerAddress
from tracker.feed.decode import decode_payload
from tracker.feed.envelope import FedEvent, UnknownEvent

NO_BROKER = BrokerAddress("127.0.0.1", 1)
"""Nobody is there: what is promised stays in the outboxes, where a test can read it."""
AT_ONCE = (0.001, 0.01)


@asynccontextmanager
async def running(
    feed: Feed, folder: Path, race: str = "club", broker: BrokerAddress = NO_BROKER
) -> AsyncIterator[Bridge]:
    """A bridge at work; afterwards it is gone, as by a kill, and its folder is left."""
    with Capture(folder / "capture.txt", feed.kind, race) as capture:
        async with Voices(broker, folder / "outbox") as voices:
            bridge = Bridge(feed, race, voices, capture, AT_ONCE)
            work = asyncio.create_task(bridge.run())
            try:
                yield bridge
            finally:
                work.cancel()
                await asyncio.wait({work})
                if not work.cancelled() and (fault := work.exception()) is not None:
                    raise fault


def told(folder: Path, race: str) -> list[FedEvent]:
    """What was promised of a race, of each source in the order of its numbers."""
    events: list[FedEvent] = []
    for path in sorted((folder / "outbox" / race).glob("*.db")):
        with closing(sqlite3.connect(path)) as outbox:
            rows = outbox.execute("SELECT packet FROM pending ORDER BY sequence").fetchall()
        for (packet,) in rows:
            event = decode_payload(str(path), packet)
            assert not isinstance(event, UnknownEvent)
            events.append(event)
    return events


def races(folder: Path) -> set[str]:
    """The races that something was promised of."""
    return {path.name for path in (folder / "outbox").glob("*")}
