"""The tracker's ear: packets in bursts, journalled, acknowledged, and handed on.

A burst is whatever arrived while the one before it was being written. So a busy feed commits in
hundreds and a quiet one at once, and no timer has to be tuned.
"""

import asyncio
import inspect
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

import structlog
from pydantic import ValidationError

from tracker.errors import PacketRejected, Unavailable
from tracker.feed.connection import (
    BrokerAddress,
    Connection,
    ConnectionLost,
    Packet,
    stay_connected,
)
from tracker.feed.decode import decode
from tracker.feed.envelope import FedEvent, UnknownEvent
from tracker.feed.topics import ALL_EVENTS, acknowledgement_topic, parse_event_topic
from tracker.journal import Appended, Fact, Journal, Numbering, Outcome, Stray, Watermark

log = structlog.get_logger(__name__)

MAX_BURST = 1_000
"""Packets in one transaction, at most: beyond it a commit gains nothing more, and decoding them
keeps everything else from running for 10 to 20 ms."""

PAUSE_S = (0.05, 2.0)
"""Before writing again to a disk that refused: the first, doubled up to the second."""


class Journalled(NamedTuple):
    """An event that is in the journal, with its place there."""

    offset: int
    received_at: int
    event: FedEvent | UnknownEvent


OnBurst = Callable[[Sequence[Journalled]], Awaitable[None] | None]


class Consumer:
    """Listens to all events of all races; gives each new one to `on_burst` once it is journalled.

    `run` returns only by cancellation. It is not stopped by a broker that is away or a disk that is
    full: it tries again, and nothing is acknowledged that is not written.
    """

    def __init__(
        self,
        broker: BrokerAddress,
        journal: Journal,
        on_burst: OnBurst,
        *,
        identifier: str = "race-tracker",
    ) -> None:
        self.broker = broker
        self.journal = journal
        self.on_burst = on_burst
        self.identifier = identifier
        self.connected = False
        self.trouble: str | None = None
        """Why nothing can be written now, for whoever asks whether we are ready."""
        self.counts: Counter[str] = Counter()
        """Packets by what became of them, and `connections`."""

    async def run(self) -> None:
        """Listen until cancelled."""
        await stay_connected(lambda: Connection(self.broker, self.identifier), self._listen)

    async def _listen(self, connection: Connection) -> None:
        await connection.subscribe(ALL_EVENTS)
        self.connected = True
        self.counts["connections"] += 1
        try:
            # The broker may have forgotten what we told it; then producers would wait in vain.
            self._publish(connection, self.journal.watermarks())
            while True:
                await self.receive(connection, await connection.burst(MAX_BURST))
        finally:
            self.connected = False

    async def receive(self, connection: Connection, packets: Sequence[Packet]) -> None:
        """Journal a burst; then acknowledge it, tell producers, and hand on what is new."""
        read = [understood(packet) for packet in packets]
        appended = await self._write([item for item, _ in read])
        connection.acknowledge(packets)
        self._publish(connection, appended.watermarks)
        new = []
        for packet, (item, event), fate in zip(packets, read, appended.fates, strict=True):
            self.counts[fate.outcome.value] += 1
            if isinstance(item, Stray):
                log.info("quarantined", topic=item.topic[:256], kind=item.kind, why=item.reason)
            elif fate.outcome is Outcome.CONFLICT:
                log.warning("id conflict", race=item.race, source=item.source, id=item.id)
            elif fate.outcome is Outcome.ACCEPTED:
                assert event is not None
                assert fate.offset is not None
                new.append(Journalled(fate.offset, packet.received_at, event))
        if new:
            handed_on = self.on_burst(new)
            if inspect.isawaitable(handed_on):
                await handed_on

    async def _write(self, burst: Sequence[Fact | Stray]) -> Appended:
        pause, longest = PAUSE_S
        while True:
            try:
                appended = await self.journal.append(burst)
            except Unavailable as error:
                self.trouble = str(error)
                log.error("not journalled, hence not acknowledged; trying again", why=str(error))
                await asyncio.sleep(pause)
                pause = min(longest, pause * 2)
            else:
                self.trouble = None
                return appended

    def _publish(self, connection: Connection, watermarks: Sequence[Watermark]) -> None:
        # Without a promise (QoS 0): a watermark that is lost is replaced by the next one, and a
        # producer that misses both asks by sending again.
        try:
            for watermark in watermarks:
                connection.publish(
                    acknowledgement_topic(watermark.race, watermark.source),
                    self._acknowledgement(watermark),
                    qos=0,
                    retain=True,
                )
        except ConnectionLost:
            return  # the next connection begins by telling all of them

    def _acknowledgement(self, watermark: Watermark) -> bytes:
        return json.dumps(
            {
                "epoch": watermark.epoch,
                "sequence": watermark.sequence,
                "engine_epoch": self.journal.engine_epoch,
            },
            separators=(",", ":"),
        ).encode()


def understood(packet: Packet) -> tuple[Fact | Stray, FedEvent | UnknownEvent | None]:
    """A packet as it will be journalled, and the event in it, if there is one."""
    if packet.retained:
        # Race events are never retained: the broker would tell an old one again to each newcomer.
        return stray(packet, "retained_event", "events must not be retained"), None
    try:
        event = decode(packet.topic, packet.payload)
    except PacketRejected as error:
        return stray(packet, error.kind, error.reason, numbering(packet)), None
    fact = Fact(
        event.race,
        event.source,
        event.id,
        event.epoch,
        event.sequence,
        event.type,
        getattr(getattr(event, "data", None), "t_us", None),
        packet.received_at,
        packet.payload,
        packet.topic,
    )
    return fact, event


def stray(packet: Packet, kind: str, reason: str, numbered: Numbering | None = None) -> Stray:
    """A packet that will be put aside."""
    return Stray(packet.topic, kind, reason, packet.payload, packet.received_at, numbered)


def numbering(packet: Packet) -> Numbering | None:
    """The number of an event whose envelope can be read and whose content cannot.

    It is put aside durably, and its producer must hear so, or it would say the same again for ever
    and never come to what follows.
    """
    where = parse_event_topic(packet.topic)
    if where is None:
        return None
    try:
        envelope = UnknownEvent.model_validate_json(packet.payload)
    except ValidationError:
        return None
    if (envelope.race, envelope.source) != (where.race, where.source):
        return None
    return Numbering(envelope.race, envelope.source, envelope.epoch, envelope.sequence)
