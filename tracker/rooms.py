"""The scoring room: a desk for every race, fed from the journal, and one fault stays at one desk.

No sockets and no clock. What the journal accepted comes in; races as they stand go out.
"""

from collections import deque
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field

import structlog

from tracker.errors import PacketRejected
from tracker.feed.consumer import Journalled
from tracker.feed.decode import decode_payload
from tracker.feed.envelope import FedEvent, UnknownEvent
from tracker.feed.translate import translate
from tracker.journal import Journal
from tracker.judging import JudgesDesk
from tracker.racing.ahead import latest_of
from tracker.racing.desk import ScoringDesk
from tracker.racing.events import Filed
from tracker.racing.race import Race
from tracker.racing.vocabulary import RaceTime

log = structlog.get_logger(__name__)

MOST_RACES = 5_000
"""Races scored at once: five times what one process is built for. Whoever may publish may name a
race, and nine megabytes of a whole one would otherwise be anybody's to take."""

MOST_ARRIVALS = 1_200
"""Moments remembered at which a race had come so far: ten minutes, one every half second."""

BETWEEN_ARRIVALS = 500_000
"""Microseconds."""

MOST_FAULTS = 5
"""Events set aside because scoring them failed; with more, the race is left as it stands."""


@dataclass(slots=True)
class Room:
    """One race: its desk, how far it is folded, and what went wrong there."""

    race_id: str
    desk: ScoringDesk = field(default_factory=ScoringDesk)
    judges: JudgesDesk = field(default_factory=JudgesDesk)
    version: int = 0
    """Journal offset folded last."""
    heard_at: int = 0
    """When the last event came, in microseconds since 1970."""
    faults: list[str] = field(default_factory=list)
    unknown: int = 0

    not_shown: int = 0
    """How often the race could not be shown as it stood."""
    arrivals: deque[tuple[int, RaceTime]] = field(
        default_factory=lambda: deque(maxlen=MOST_ARRIVALS)
    )
    """When the race was first known up to which moment of the timing clock."""
    matters: tuple[object, ...] = ()
    """What was urgent when the race was last looked at."""

    @property
    def race(self) -> Race:
        """The race as it stands."""
        return self.desk.race

    @property
    def faulted(self) -> bool:
        """Whether the race is left as it stands, because scoring it keeps failing."""
        return len(self.faults) > MOST_FAULTS

    def receive(self, burst: Sequence[Journalled]) -> bool:
        """Score what arrived; True when viewers should hear of it at once, and not on the beat.

        What is late waits for the beat: with two decoders that disagree every burst is.
        """
        self.version = burst[-1].offset
        self.heard_at = burst[-1].received_at
        if self.faulted:
            return False
        placed: list[Filed] = []
        try:
            for item in burst:
                told = translate(item.event)
                if isinstance(item.event, UnknownEvent):
                    self.unknown += 1
                if told is not None:
                    placed.append(told)
            self.desk.receive(placed)
            self.note_arrival()
            if self.desk.costly:
                return False
            before, self.matters = self.matters, urgent_matters(self.race)
        except Exception:
            # Our own mistake, and it must not take the other races with it.
            log.exception("scoring failed", race=self.race_id, offset=burst[-1].offset)
            self.repair(placed)
            return True
        return self.matters != before

    def note_arrival(self) -> None:
        """Remember when the race came so far, at most once every half second."""
        latest = latest_of(self.desk.believed)
        if latest is None:
            return
        if self.arrivals:
            heard_at, known = self.arrivals[-1]
            if latest <= known or self.heard_at - heard_at < BETWEEN_ARRIVALS:
                return
        self.arrivals.append((self.heard_at, latest))

    def settle(self) -> None:
        """Fold what was late, so that the race can be looked at."""
        if not self.desk.costly:
            return
        try:
            self.matters = urgent_matters(self.race)
        except Exception:
            log.exception("scoring failed", race=self.race_id, version=self.version)
            self.repair([])

    def repair(self, placed: Sequence[Filed]) -> None:
        """Fold again without the events that cannot be folded; they stay in the journal.

        With too many of them the race is left as it stood before the last.
        """
        known = {(item.source, item.id): item for item in (*self.desk.filed, *placed)}
        while True:
            desk = ScoringDesk()
            failed = first_failing(desk, sorted(known.values(), key=lambda item: item[:4]))
            self.desk = desk
            if failed is None:
                return
            log.error("event set aside", race=self.race_id, id=failed.id)
            self.faults.append(f"{failed.source} {failed.id}")
            del known[failed.source, failed.id]
            if self.faulted:
                self.desk = held_before(failed, known.values())
                return


def first_failing(desk: ScoringDesk, events: Sequence[Filed]) -> Filed | None:
    """Fold events at a desk until one fails."""
    for item in events:
        try:
            desk.receive([item])
            _ = desk.race
        except Exception:
            log.exception("event cannot be folded", id=item.id)
            return item
    return None


def held_before(failed: Filed, events: Iterable[Filed]) -> ScoringDesk:
    """A desk with what came before an event that cannot be folded."""
    desk = ScoringDesk()
    desk.receive(sorted((item for item in events if item[:4] < failed[:4]), key=lambda i: i[:4]))
    return desk


def urgent_matters(race: Race) -> tuple[object, ...]:
    """What viewers hear of at once: flags, incidents, results."""
    return (race.flag, tuple(race.incidents.values()), race.finished_at, len(race.publications))


class ScoringRoom:
    """All races that this tracker scores."""

    def __init__(self) -> None:
        self.rooms: dict[str, Room] = {}
        self.turned_away = 0
        """Events of races for which there is no room; they are in the journal all the same."""

    def receive(self, burst: Sequence[Journalled]) -> dict[str, bool]:
        """Score what arrived, each race by itself; the races touched, and whether urgently."""
        by_race: dict[str, list[Journalled]] = {}
        for item in burst:
            if item.event.race not in self.rooms and len(self.rooms) + len(by_race) >= MOST_RACES:
                self.turned_away += 1
                continue
            by_race.setdefault(item.event.race, []).append(item)
        return {
            race: self.rooms.setdefault(race, Room(race)).receive(items)
            for race, items in by_race.items()
        }

    async def restore(self, journal: Journal) -> None:
        """Score every race again from the journal."""
        for race in await journal.races():
            async for burst in in_bursts(journal, race):
                self.receive(burst)


async def in_bursts(journal: Journal, race: str) -> AsyncIterator[list[Journalled]]:
    """A race's events from the journal, a thousand at a time."""
    burst: list[Journalled] = []
    async for entry in journal.events(race):
        event = understood(entry.payload)
        if event is not None:
            burst.append(Journalled(entry.offset, entry.received_at, event))
        if len(burst) == 1_000:
            yield burst
            burst = []
    if burst:
        yield burst


async def placed_at(journal: Journal, race: str, offset: int) -> RaceTime | None:
    """When the event of an offset happened, or else the next that is one of the race.

    None where there is none from there on; UNTIMED where it has no time.
    """
    async for entry in journal.events(race, offset - 1):
        event = understood(entry.payload)
        placed = None if event is None else translate(event)
        if placed is not None:
            return placed.at
    return None


def understood(payload: bytes) -> FedEvent | UnknownEvent | None:
    """A journalled event; None when this version no longer takes what an older one took."""
    try:
        return decode_payload("journal", payload)
    except PacketRejected as refused:
        log.warning("journalled event not understood", reason=refused.reason)
        return None
