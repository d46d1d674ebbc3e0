"""Many races at once into a broker, interleaved as they happen: a load for a tracker.

The races are run as they are told, so that a thousand of them need no more memory than a thousand
cars' calendars. They pass through no outbox: made again from their seeds they say the same under
the same names, which counts once.
"""

import asyncio
import heapq
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pydantic import ValidationError

from simulators.model.parameters import Scenario
from simulators.trouble.spec import Trouble
from simulators.trouble.troubled import Troubled, troubled
from tracker.feed.connection import BrokerAddress, Connection, Packet, stay_connected
from tracker.feed.envelope import FedEvent, UnknownEvent, encode, short_type
from tracker.feed.producer import Acknowledgement
from tracker.feed.recording import numbered
from tracker.feed.topics import ROOT, event_topic
from tracker.simulating.making import name_of, reports_of

AT_ONCE = 500
"""Events sent before the broker has confirmed them; these are sent again when it hangs up."""

WINDOW = 1_000
"""Events beyond what the tracker has journalled: what a broker with default settings keeps."""

PATIENCE_S = 60.0
"""A tracker that was there and says nothing for this long is not waited for: it is gone."""

NOBODY_THERE_S = 5.0
"""… and at the end one that was never heard, for this long."""

LOOK_S = 0.01
"""How often to look whether the broker has confirmed."""

BEFORE = -1
"""The place in time of what is told before the race."""


class Said(NamedTuple):
    """An event on its way."""

    at: int
    """In microseconds since the green of its race."""
    topic: str
    packet: bytes


@dataclass(slots=True)
class Tally:
    """How far a load has come."""

    races: int
    said: int = 0
    at: int = 0
    """Race time of the last event said, in microseconds."""
    journalled: dict[str, int] = field(default_factory=dict)
    """How far the tracker has journalled each source of each race, by its topic."""
    began: float = 0.0

    @property
    def heard(self) -> int:
        """Events that the tracker says it has journalled."""
        return sum(self.journalled.values())

    def __str__(self) -> str:
        took = max(time.monotonic() - self.began, 1e-9) if self.began else 0.0
        rate = f", {self.said / took:,.0f} a second" if took else ""
        journalled = f", {self.heard:,} journalled" if self.journalled else ""
        minutes = max(0, self.at) // 60_000_000
        return (
            f"{self.races} races, {minutes // 60}:{minutes % 60:02} h of racing: "
            f"{self.said:,} events{rate}{journalled}"
        )


def simulated(scenario: Scenario, seed: int, faults: bool = False) -> Iterator[FedEvent]:
    """The events of one race, run as they are taken."""
    reports = reports_of(scenario, seed, faults)
    return numbered(reports, name_of(scenario, seed), f"simulated-{seed}")


def race(scenario: Scenario, seed: int, faults: bool = False) -> Iterator[Said]:
    """One race as its events travel, run as they are taken."""
    for event in simulated(scenario, seed, faults):
        at = time_of(event.data)
        topic = event_topic(event.race, event.source, short_type(event))
        yield Said(BEFORE if at is None else at, topic, encode(event))


def troubled_race(
    events: Iterable[FedEvent | UnknownEvent], troubles: Sequence[Trouble], seed: int
) -> tuple[Troubled, Iterator[Said]]:
    """A race with trouble, and its packets as they come; what comes before the green, at once."""
    made = troubled(events, troubles, seed)
    packets = (Said(max(BEFORE, it.at - made.green), it.topic, it.bytes()) for it in made.packets)
    return made, packets


def time_of(data: object) -> int | None:
    """When it happens, in microseconds; None for what is told before the race."""
    at = getattr(data, "t_us", None)
    return at if isinstance(at, int) else None


def interleaved(scenario: Scenario, seeds: Iterable[int], faults: bool = False) -> Iterator[Said]:
    """Races that all go green at one moment, each event in its turn."""
    races = (race(scenario, seed, faults) for seed in seeds)
    return heapq.merge(*races, key=lambda said: said.at)


class Load:
    """Says events to a broker, no faster than they are due and than they are taken."""

    def __init__(
        self,
        races: Iterable[str],
        events: Iterator[Said],
        speed: float | None,
        *,
        counted: bool = True,
    ) -> None:
        self._races = frozenset(races)
        self._counted = counted
        self.tally = Tally(len(self._races))
        self._events = events
        self._speed = speed
        self._unconfirmed: list[Said] = []
        self._next: Said | None = None
        self._green_at: float | None = None
        self._moved_at = 0.0

    async def feed(self, broker: BrokerAddress, name: str) -> None:
        """Say everything, over broken connections, until all is said and journalled."""
        self.tally.began = time.monotonic()
        await stay_connected(lambda: Connection(broker, name, clean_session=True), self._say)

    async def _say(self, connection: Connection) -> None:
        if self._counted:
            await connection.subscribe(f"{ROOT}/+/ack/+", qos=0)
        self._moved_at = time.monotonic()
        while self._unconfirmed or await self._take():
            for said in self._unconfirmed:
                connection.publish(said.topic, said.packet)
            while connection.in_flight:
                await connection.news(LOOK_S)
                self._listen(connection)
            self.tally.said += len(self._unconfirmed)
            self.tally.at = max(self.tally.at, self._unconfirmed[-1].at)
            self._unconfirmed.clear()
            await self._until_journalled(connection, WINDOW - AT_ONCE)
        if self._counted:
            await self._until_journalled(connection, 0, at_end=True)

    async def _take(self) -> bool:
        """The next events that are due, waiting for the first of them; False at the end."""
        self._next = self._next or next(self._events, None)
        if self._next is None:
            return False
        await asyncio.sleep(max(0.0, self._due(self._next) - time.monotonic()))
        now = time.monotonic()
        while self._next is not None and len(self._unconfirmed) < AT_ONCE:
            if self._due(self._next) > now:
                break
            self._unconfirmed.append(self._next)
            self._next = next(self._events, None)
        return True

    def _due(self, said: Said) -> float:
        if self._speed is None or said.at == BEFORE:
            return 0.0
        if self._green_at is None:
            self._green_at = time.monotonic()
        return self._green_at + said.at / 1e6 / self._speed

    def _listen(self, connection: Connection) -> None:
        for packet in connection.take(WINDOW):
            self._hear(packet)

    def _hear(self, packet: Packet) -> None:
        if packet.retained or packet.topic.split("/")[2] not in self._races:
            return
        try:
            told = Acknowledgement.model_validate_json(packet.payload)
        except ValidationError:
            return  # not the tracker's word
        self.tally.journalled[packet.topic] = told.sequence
        self._moved_at = time.monotonic()

    async def _until_journalled(
        self, connection: Connection, behind: int, *, at_end: bool = False
    ) -> None:
        """Wait while the tracker is that far behind, unless it says nothing for too long.

        One that has not said anything yet is waited for at the end.
        """
        self._listen(connection)
        if not self.tally.journalled:
            self._moved_at = time.monotonic()
        while (at_end or self.tally.journalled) and self.tally.said - self.tally.heard > behind:
            patience = PATIENCE_S if self.tally.journalled else NOBODY_THERE_S
            if time.monotonic() - self._moved_at > patience:
                return
            await connection.news(0.1)
            self._listen(connection)


def load(
    scenario: Scenario,
    seeds: range,
    speed: float | None,
    faults: bool = False,
    troubles: Sequence[Trouble] = (),
) -> Load:
    """So many races of one scenario, a seed each; each with the same troubles, if any."""
    races = (name_of(scenario, seed) for seed in seeds)
    if not troubles:
        return Load(races, interleaved(scenario, seeds, faults), speed)
    told = (troubled_race(simulated(scenario, seed, faults), troubles, seed)[1] for seed in seeds)
    return Load(races, heapq.merge(*told, key=lambda said: said.at), speed, counted=False)
