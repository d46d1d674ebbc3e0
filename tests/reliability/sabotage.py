"""What the tracker would be without its precautions; against it the tests must see loss."""

import asyncio
from collections.abc import Sequence

from tracker.feed.connection import BrokerAddress, Connection, Packet
from tracker.feed.consumer import Consumer, OnBurst
from tracker.journal import Journal


class HastyConsumer(Consumer):
    """Acknowledges on arrival, as aiomqtt does, and then takes its time to write."""

    def __init__(
        self, broker: BrokerAddress, journal: Journal, on_burst: OnBurst, slow_s: float
    ) -> None:
        super().__init__(broker, journal, on_burst)
        self.slow_s = slow_s

    async def receive(self, connection: Connection, packets: Sequence[Packet]) -> None:
        connection.acknowledge(packets)
        await asyncio.sleep(self.slow_s)
        await super().receive(connection, packets)
