"""Whoever has something to say to the tracker says it through here, and nothing is lost.

Each source has a connection of its own: a broker keeps one last will for a connection, and access
rules are by source.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Annotated, Self

import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tracker.feed.connection import (
    BrokerAddress,
    Connection,
    ConnectionLost,
    LastWill,
    Packet,
    stay_connected,
)
from tracker.feed.envelope import Report
from tracker.feed.outbox import Outbox
from tracker.feed.timing import SourceStatus
from tracker.feed.topics import acknowledgement_topic, status_topic

log = structlog.get_logger(__name__)

WINDOW = 1_000
"""Packets of a source beyond the watermark, at most: what a broker with default settings keeps for
a tracker that is away (Mosquitto: 1,000), and half a second of the busiest feed we know."""

AT_ONCE = 250
"""Packets read from the outbox, and sent, before listening again."""

FORGET_FROM = 250
"""Acknowledged packets that are worth a write to the outbox while there is more to send."""

PATIENCE_S = (1.0, 60.0)
"""Without a word from the tracker for this long, send again; the pause doubles up to the second.
It must grow: a broker keeps all that is sent for a tracker that is away."""

TAKES_NOTHING_S = 10.0
"""A broker that for this long does not confirm what we sent is one to be called again."""


class Acknowledgement(BaseModel):
    """The tracker's retained word on how far a source is journalled."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")

    epoch: str
    sequence: Annotated[int, Field(ge=0)]
    engine_epoch: int


class Producer:
    """Delivers what is in outboxes, over broken connections, dead brokers and dead trackers.

    Use it as `async with`; the outboxes are opened before and closed after.
    """

    def __init__(self, broker: BrokerAddress, race: str, outboxes: Iterable[Outbox]) -> None:
        self._speakers: Mapping[str, Speaker] = {
            outbox.source: Speaker(broker, outbox) for outbox in outboxes
        }
        assert all(speaker.outbox.race == race for speaker in self._speakers.values())
        self._group = asyncio.TaskGroup()
        self._tasks: list[asyncio.Task[None]] = []

    @classmethod
    @asynccontextmanager
    async def open(
        cls, broker: str, race: str, sources: Iterable[str], folder: Path
    ) -> AsyncIterator[Self]:
        """A producer for some sources of a race, with its outboxes in a folder."""
        async with AsyncExitStack() as stack:
            outboxes = [
                await stack.enter_async_context(
                    Outbox(folder / race / f"{source}.db", race, source)
                )
                for source in sources
            ]
            async with cls(BrokerAddress.parse(broker), race, outboxes) as producer:
                yield producer

    async def __aenter__(self) -> Self:
        await self._group.__aenter__()
        self._tasks = [
            self._group.create_task(speaker.run(), name=f"speaker {source}")
            for source, speaker in self._speakers.items()
        ]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for task in self._tasks:
            task.cancel()
        if isinstance(error, asyncio.CancelledError):
            await self._group.__aexit__(kind, error, trace)
        else:  # what the user's own code raised is not wrapped in a group
            await self._group.__aexit__(None, None, None)

    def last_sequence(self, source: str) -> int:
        """The number of the last report that a source ever put; tells where to go on."""
        return self._speakers[source].outbox.last_sequence

    async def put(self, source: str, reports: Iterable[Report]) -> None:
        """Promise to deliver these; raises as `Outbox.put`."""
        speaker = self._speakers[source]
        await speaker.outbox.put(reports)
        speaker.wake()

    async def drained(self) -> None:
        """Wait until the tracker has journalled everything that was put."""
        for speaker in self._speakers.values():
            await speaker.drained()


class Speaker:
    """Says what is in one outbox, in order, and again where the tracker has not heard."""

    def __init__(self, broker: BrokerAddress, outbox: Outbox) -> None:
        self.outbox = outbox
        self._broker = broker
        self._connection: Connection | None = None
        self._moved = asyncio.Event()
        self._problems: list[str] = []
        self._sent = 0
        self._acknowledged = 0
        self._tracker_lost_its_journal = False
        self._acknowledged_more_than_said = False
        self._progress_at = 0.0
        self._patience = PATIENCE_S[0]

    async def run(self) -> None:
        """Speak until cancelled."""
        await stay_connected(self._connect, self._speak)

    def wake(self) -> None:
        """There is something new to say."""
        if self._connection is not None:
            self._connection.wake()

    def trouble(self, problems: Sequence[str]) -> None:
        """What is wrong with what we speak for, such as a feed that fell silent; told at once."""
        if list(problems) == self._problems:
            return
        self._problems = list(problems)
        if self._connection is not None:
            status = status_topic(self.outbox.race, self.outbox.source)
            with contextlib.suppress(ConnectionLost):  # the next connection begins with it
                self._connection.publish(status, self._status(online=True), retain=True)

    async def drained(self) -> None:
        """Wait until nothing waits in the outbox."""
        while self.outbox.pending:
            self._moved.clear()
            await self._moved.wait()

    def _connect(self) -> Connection:
        outbox = self.outbox
        # No session at the broker: the retained watermark says all, and while we are away a
        # session would do nothing but collect old ones.
        return Connection(
            self._broker,
            f"feed-{outbox.race}-{outbox.source}",
            clean_session=True,
            will=LastWill(status_topic(outbox.race, outbox.source), self._status(online=False)),
        )

    def _status(self, *, online: bool) -> bytes:
        status = SourceStatus(
            online=online, epoch=self.outbox.epoch, problems=self._problems if online else []
        )
        return status.model_dump_json(exclude_none=True).encode()

    async def _speak(self, connection: Connection) -> None:
        outbox = self.outbox
        status = status_topic(outbox.race, outbox.source)
        await connection.subscribe(acknowledgement_topic(outbox.race, outbox.source), qos=0)
        connection.publish(status, self._status(online=True), retain=True)
        self._sent = self._acknowledged = outbox.forgotten
        self._progress()
        self._connection = connection
        try:
            while True:
                for packet in connection.take(WINDOW):
                    self._hear(packet)
                if self._acknowledged_more_than_said:
                    await self._begin_again()
                if not await self._say(connection):
                    await self._forget(1)
                    await connection.news(self._patience if outbox.pending else None)
                    await self._lose_patience(connection)
        except asyncio.CancelledError:
            connection.publish(status, self._status(online=False), retain=True)
            raise
        finally:
            self._connection = None

    async def _say(self, connection: Connection) -> bool:
        """Send what the window has room for; False when there is nothing to send now."""
        outbox = self.outbox
        await self._forget(FORGET_FROM)
        room = min(AT_ONCE, self._acknowledged + WINDOW - self._sent)
        if room <= 0 or self._sent >= outbox.last_sequence:
            return False
        if self._sent == self._acknowledged:
            # Nothing is outstanding: how long the tracker is silent counts from here.
            self._progress_at = asyncio.get_running_loop().time()
        waiting = await outbox.after(self._sent, room)
        for sequence, topic, packet in waiting:
            connection.publish(topic, packet)
            self._sent = sequence
        return True

    async def _forget(self, worth_it: int) -> None:
        if self._acknowledged - self.outbox.forgotten >= worth_it:
            await self.outbox.forget(self._acknowledged)
            self._moved.set()

    def _hear(self, packet: Packet) -> None:
        try:
            heard = Acknowledgement.model_validate_json(packet.payload)
        except ValidationError:
            log.warning("a watermark that is none", topic=packet.topic[:256])
            return
        outbox = self.outbox
        if heard.epoch != outbox.epoch:
            return  # about an outbox that this source had before
        if not packet.retained:
            # The tracker lives, and this is what it has. What a broker kept may be older than what
            # we were told: it may have died and gone back to what it had on disk.
            self._patience = PATIENCE_S[0]
            self._tracker_lost_its_journal = heard.sequence < outbox.forgotten
        if heard.sequence > outbox.last_sequence:
            # This outbox is an old copy: the tracker knows more of it than we do, and would take
            # what we say next under numbers it has heard for something it has.
            self._acknowledged_more_than_said = True
        elif heard.sequence > self._acknowledged:
            self._acknowledged = heard.sequence
            self._sent = max(self._sent, heard.sequence)
            self._progress()

    def _progress(self) -> None:
        self._progress_at = asyncio.get_running_loop().time()
        self._patience = PATIENCE_S[0]

    async def _begin_again(self) -> None:
        log.warning("the numbering begins again", source=self.outbox.source)
        await self.outbox.begin_again()
        self._tracker_lost_its_journal = self._acknowledged_more_than_said = False
        self._sent = self._acknowledged = 0

    async def _lose_patience(self, connection: Connection) -> None:
        silent_for = asyncio.get_running_loop().time() - self._progress_at
        if not self.outbox.pending or silent_for < self._patience:
            return
        if connection.in_flight:
            if silent_for > TAKES_NOTHING_S:
                raise ConnectionLost("the broker does not confirm what it was sent")
            return
        log.info("saying again", source=self.outbox.source, behind=self._acknowledged)
        if self._tracker_lost_its_journal:
            await self._begin_again()
        self._sent = self._acknowledged
        self._patience = min(PATIENCE_S[1], self._patience * 2)
        self._progress_at = asyncio.get_running_loop().time()
